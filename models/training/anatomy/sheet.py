"""Skeletons drawn over photos, to be looked at."""

from pathlib import Path

import cv2
import numpy as np

from .data import Record
from .parts import Skeleton

COLOURS = {"head": (255, 60, 60), "neck": (255, 160, 0), "ears": (255, 255, 0), "trunk": (255, 0, 255), "tail": (0, 255, 255),
           "front_legs": (60, 160, 255), "back_legs": (60, 255, 60), "wings": (255, 120, 200), "torso": (255, 255, 255)}


def draw(image: np.ndarray, mask: np.ndarray | None, s: Skeleton, title: str, size: int = 300) -> np.ndarray:
    """The object's part of the photo with its skeleton, [size, size, 3]."""
    if mask is not None and mask.any():
        ys, xs = np.where(mask > 0)
        pad = 0.1 * max(xs.max() - xs.min(), ys.max() - ys.min())
        x0, y0 = int(max(0, xs.min() - pad)), int(max(0, ys.min() - pad))
        x1, y1 = int(min(mask.shape[1], xs.max() + pad)), int(min(mask.shape[0], ys.max() + pad))
    else:
        x0, y0, x1, y1 = 0, 0, image.shape[1], image.shape[0]
    k = size / max(x1 - x0, y1 - y0)
    canvas = np.zeros((size, size, 3), np.uint8)
    part = image[y0:y1, x0:x1].astype(np.float32)
    if mask is not None:
        part *= np.where(mask[y0:y1, x0:x1, None] > 0, 1.0, 0.55)
    part = cv2.resize(part.astype(np.uint8), (max(1, int((x1 - x0) * k)), max(1, int((y1 - y0) * k))))
    canvas[: part.shape[0], : part.shape[1]] = part[:size, :size]
    at = lambda p: (int((p[0] - x0) * k), int((p[1] - y0) * k))  # noqa: E731
    if s.head:
        cv2.rectangle(canvas, at(s.head[:2]), at(s.head[2:]), COLOURS["head"], 2)
    lines = [(w, [getattr(s, w)]) for w in ("neck", "trunk", "tail", "torso") if getattr(s, w)]
    lines += [(w, getattr(s, w)) for w in ("front_legs", "back_legs", "wings")]
    for word, chains in lines:
        for chain in chains:
            for a, b in zip(chain, chain[1:], strict=False):
                cv2.line(canvas, at(a), at(b), COLOURS[word], 2, cv2.LINE_AA)
            cv2.circle(canvas, at(chain[-1]), 4, COLOURS[word], -1, cv2.LINE_AA)
    for ear in s.ears:
        cv2.circle(canvas, at(ear), 4, COLOURS["ears"], -1, cv2.LINE_AA)
    cv2.putText(canvas, title, (4, size - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
    return canvas


def tile(pictures: list[np.ndarray], columns: int = 6) -> np.ndarray:
    blank = np.zeros_like(pictures[0])
    pictures = pictures + [blank] * (-len(pictures) % columns)
    return np.concatenate([np.concatenate(pictures[i : i + columns], 1) for i in range(0, len(pictures), columns)], 0)


def draw_sheet(pairs: list[tuple[Record, Skeleton]], folder: Path, page: int = 24):
    folder.mkdir(parents=True, exist_ok=True)
    cells = [draw(r.image, r.mask, s, f"{r.category} {s.facing} {s.sharpness:.2f}") for r, s in pairs]
    for i in range(0, len(cells), page):
        cv2.imwrite(str(folder / f"sheet{i // page}.png"), tile(cells[i : i + page])[..., ::-1])
