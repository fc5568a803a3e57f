"""What any network must beat: the mean skeleton laid into the box, and the skeleton of the most similar mask."""

import copy

import cv2
import numpy as np

from .augment import crop_matrix, warp
from .data import Record
from .parts import Skeleton
from .score import to_photo

GRID = 32


def small_mask(record: Record, flip: bool) -> np.ndarray:
    mask = warp(record.mask.astype(np.float32), crop_matrix(record.mask, 1.1, flip=flip), 0)
    return cv2.resize(mask, (GRID, GRID), interpolation=cv2.INTER_AREA)


def in_crop(record: Record, flip: bool) -> Skeleton:
    """The annotation in pixels of the record's own crop."""
    m = crop_matrix(record.mask, 1.1, flip=flip)
    parts = record.parts
    move = lambda p: (m[:, :2] @ np.asarray(p) + m[:, 2]).tolist()  # noqa: E731
    deep = lambda v: v if not v else move(v) if isinstance(v[0], (int, float)) else [deep(e) for e in v]  # noqa: E731
    head = None
    if parts["head"]:
        corners = np.array([move(parts["head"][:2]), move(parts["head"][2:])])
        head = [*corners.min(0).tolist(), *corners.max(0).tolist()]
    return Skeleton(head, deep(parts["neck"]), deep(parts["ears"] or []), deep(parts["trunk"]), deep(parts["tail"]),
                    deep(parts["front_legs"] or []), deep(parts["back_legs"] or []), deep(parts["wings"] or []),
                    deep(parts["torso"]))  # fmt: skip


def nearest_skeletons(learn: list[Record], check: list[Record]) -> list[Skeleton]:
    """Of all training photos and their mirror images: the one whose mask overlaps most after fitting the boxes."""
    bank = [(small_mask(r, flip), in_crop(r, flip)) for r in learn for flip in (False, True)]
    masks = np.stack([m for m, _ in bank]).reshape(len(bank), -1)
    result = []
    for record in check:
        own = small_mask(record, False).ravel()
        overlap = np.minimum(masks, own).sum(1) / np.maximum(masks, own).sum(1)
        guess = copy.deepcopy(bank[int(overlap.argmax())][1])
        result.append(to_photo(guess, crop_matrix(record.mask, 1.1)))
    return result


def mean_skeletons(learn: list[Record], check: list[Record]) -> list[Skeleton]:
    """Every part of at least half the training photos at its mean place in the crop; all animals look to the left."""
    left = []
    for record in learn:
        facing = record.parts["facing"] or ""
        left.append(in_crop(record, flip="right" in facing))
    mean = Skeleton()
    for word in ("head", "neck", "trunk", "tail", "torso"):
        there = [getattr(s, word) for s in left if getattr(s, word)]
        if 2 * len(there) >= len(left):
            setattr(mean, word, np.mean(there, 0).tolist())
    for word in ("ears", "front_legs", "back_legs", "wings"):
        there = [sorted(getattr(s, word), key=str) for s in left if len(getattr(s, word)) >= 2]
        if 2 * len(there) >= len(left):
            setattr(mean, word, np.mean([t[:2] for t in there], 0).tolist())
    return [to_photo(copy.deepcopy(mean), crop_matrix(r.mask, 1.1)) for r in check]
