"""What the network is asked: a window of the photo, clicks in it, perhaps a box."""

import cv2
import numpy as np
import torch

from .decoder import BOTTOM_RIGHT, NEGATIVE, NOTHING, POSITIVE, TOP_LEFT

CELL = 16  # pixels of a cell of the embedding: sides of what the encoder sees are multiples
AROUND = 0.5  # of a box's longer side: what the window shows on each side of it


def window_of(box, width, height, around=AROUND):
    """(left, top, right, bottom) whole pixels: the box with its surroundings, inside the photo."""
    left, top, right, bottom = box
    margin = around * max(right - left, bottom - top, 16)
    return (max(0, int(left - margin)), max(0, int(top - margin)),
            min(width, int(np.ceil(right + margin))), min(height, int(np.ceil(bottom + margin))))  # fmt: skip


def seen_size(width, height, longest):
    """(width, height) that the encoder sees of a window: the longest side as given, both multiples of CELL."""
    scale = longest / max(width, height)
    return tuple(max(2 * CELL, round(n * scale / CELL) * CELL) for n in (width, height))


def see(image, window, longest):
    """Float RGB [1, 3, H, W] in 0..255 of a window of the photo."""
    left, top, right, bottom = window
    crop = image[top:bottom, left:right]
    size = seen_size(right - left, bottom - top, longest)
    how = cv2.INTER_AREA if size[0] < crop.shape[1] else cv2.INTER_LINEAR
    seen = cv2.resize(crop, size, interpolation=how)
    return torch.from_numpy(np.ascontiguousarray(seen)).permute(2, 0, 1)[None].float()


def prompt(clicks, box, window, size):
    """(points [N, 2] in 0..1 of the longer side, labels [N]) of clicks [((x, y), positive)] and a box in photo pixels."""
    left, top, right, bottom = window
    scale = np.array([size[0] / (right - left), size[1] / (bottom - top)]) / max(size)
    points = [(np.array(at) + 0.5 - (left, top)) * scale for at, _ in clicks]
    labels = [POSITIVE if positive else NEGATIVE for _, positive in clicks]
    if box is None:
        return np.array([*points, (0, 0)], np.float32), np.array([*labels, NOTHING])
    corners = [(np.array(corner) - (left, top)) * scale for corner in (box[:2], box[2:])]
    return np.array([*points, *corners], np.float32), np.array([*labels, TOP_LEFT, BOTTOM_RIGHT])


def stack(prompts):
    """Prompts of one window as tensors, filled up with NOTHING to the longest."""
    most = max(len(labels) for _, labels in prompts)
    points, labels = np.zeros((len(prompts), most, 2), np.float32), np.full((len(prompts), most), NOTHING)
    for i, (at, what) in enumerate(prompts):
        points[i, : len(at)], labels[i, : len(at)] = at, what
    return torch.from_numpy(points), torch.from_numpy(labels)


def place(mask, window, size, out=2):
    """A mask of the photo [H, W] as soft target [h / out, w / out] of what is seen of it."""
    left, top, right, bottom = window
    crop = mask[top:bottom, left:right].astype(np.float32)
    return torch.from_numpy(cv2.resize(crop, (size[0] // out, size[1] // out), interpolation=cv2.INTER_AREA))


