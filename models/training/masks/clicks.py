"""Clicks as people make them, simulated: the first inside a thing, the next ones where the mask is most wrong."""

import cv2
import numpy as np


def depth(mask):
    """Distance of each pixel [H, W] to the outside of a mask; the photo's edge counts as outside."""
    padded = np.pad(mask.astype(np.uint8), 1)
    return cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]


def deepest(mask):
    """(x, y) of the pixel that is farthest from the outside."""
    y, x = np.unravel_index(depth(mask).argmax(), mask.shape)
    return float(x), float(y)


def somewhere(mask, rng):
    """(x, y) of a random pixel, deep ones preferred: people aim at the middle and miss."""
    inner = depth(mask)
    level = inner.max() * rng.uniform(0.05, 0.8)
    ys, xs = np.nonzero(inner >= max(level, 1e-6))
    i = rng.integers(len(ys))
    return float(xs[i]), float(ys[i])


def correction(found, mask):
    """((x, y), positive) in the deepest error of `found`; None where there is none."""
    missed, extra = depth(mask & ~found), depth(found & ~mask)
    if max(missed.max(), extra.max()) < 1:
        return None
    positive = missed.max() >= extra.max()
    y, x = np.unravel_index((missed if positive else extra).argmax(), mask.shape)
    return (float(x), float(y)), bool(positive)


def jittered(box, rng, amount=0.08):
    """(left, top, right, bottom) as a detector might give it."""
    left, top, right, bottom = box
    w, h = right - left, bottom - top
    d = rng.normal(0, amount, 4).clip(-2 * amount, 2 * amount) * (w, h, w, h)
    return left + d[0], top + d[1], right + d[2], bottom + d[3]


def box_of(mask):
    """(left, top, right, bottom) of a mask that is not empty."""
    ys, xs = np.nonzero(mask)
    return float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1)
