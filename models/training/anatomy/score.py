"""From a network's raw outputs to figures: skeletons in photo pixels, and how far they are from the annotated ones.

head_iou: mean intersection over union of head boxes; pck: share of tail roots and tips, feet and neck ends within 0.15 of
the object's longest side (a missing one is wrong); reversal: share whose head lies nearer the true rump than the true head.
"""

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment

from .data import Record
from .parts import FACINGS, GRID, PAIRS, SINGLES, Skeleton

NEAR = 0.15
MARGIN = 1.2


def inner_point(mask: np.ndarray) -> tuple[float, float]:
    """Where a person would click: the point of the mask farthest from its edge."""
    deep = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(deep.argmax(), deep.shape)
    return x + 0.5, y + 0.5


def mirror_outputs(heat, dense, logits):
    """Outputs for the mirrored crop ([B, ...] arrays or tensors), as they would be for the crop itself."""
    back = list(range(GRID))[::-1]
    dense = dense[..., back]
    dense[:, 2::2] = -dense[:, 2::2]
    a = len(SINGLES) + 3 * len(PAIRS)
    swap = [FACINGS.index({"left": "right", "right": "left"}.get(f, f)) for f in FACINGS[:4]]
    swap += [FACINGS.index(f[:-4] + "right" if f.endswith("left") else f[:-5] + "left") for f in FACINGS[4:]]
    order = [*range(a), *(a + i for i in swap), *range(a + len(FACINGS), logits.shape[1])]
    return heat[..., back], dense, logits[:, order]


def to_photo(s: Skeleton, m: np.ndarray) -> Skeleton:
    """Crop pixels -> photo pixels."""
    back = np.linalg.inv(m[:, :2])
    move = lambda p: (back @ (np.asarray(p) - m[:, 2])).tolist()  # noqa: E731
    deep = lambda v: None if v is None else move(v) if v and isinstance(v[0], float) else [deep(e) for e in v]  # noqa: E731
    head = None if s.head is None else [*move(s.head[:2]), *move(s.head[2:])]
    return Skeleton(head, deep(s.neck), deep(s.ears), deep(s.trunk), deep(s.tail), deep(s.front_legs), deep(s.back_legs),
                    deep(s.wings), deep(s.torso), s.facing, s.kind, s.sharpness, s.head_share)  # fmt: skip


def iou(a, b) -> float:
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    both = max(w, 0) * max(h, 0)
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def compare(s: Skeleton, record: Record) -> dict:
    """Errors of one skeleton: head_iou or None, {part: [distance/size or inf]}, reversed or None, and false alarms."""
    t = record.parts
    ys, xs = np.where(record.mask)
    size = max(xs.max() - xs.min(), ys.max() - ys.min()) + 1
    far = lambda a, b: float(np.hypot(a[0] - b[0], a[1] - b[1])) / size  # noqa: E731
    result = {"head_iou": None, "parts": {}, "reversed": None, "extra": {}}
    if t["head"]:
        result["head_iou"] = iou(s.head, t["head"]) if s.head else 0.0
    for word, ours in (("tail", s.tail), ("neck", s.neck)):
        ends = {"tail": (0, 2), "neck": (0, 1)}[word]
        names = {"tail": ("tail_root", "tail_tip"), "neck": ("neck", "neck")}[word]
        if t[word]:
            for name, i in zip(names, ends, strict=True):
                result["parts"].setdefault(name, []).append(far(ours[i], t[word][i]) if ours else np.inf)
        result["extra"][word] = bool(ours and not t[word])
    for word, ours in (("front_legs", s.front_legs), ("back_legs", s.back_legs)):
        if t[word]:
            cost = np.array([[far(a[2], b[2]) for b in ours] for a in t[word]]).reshape(len(t[word]), -1)
            rows, columns = linear_sum_assignment(cost) if cost.size else ([], [])
            errors = np.full(len(t[word]), np.inf)
            for i, j in zip(rows, columns, strict=True):
                errors[i] = cost[i, j]
            result["parts"][word.replace("legs", "feet")] = errors.tolist()
        result["extra"][word] = len(ours) > len(t[word] or [])
    if t["head"] and t["torso"] and s.head:
        centre = [(s.head[0] + s.head[2]) / 2, (s.head[1] + s.head[3]) / 2]
        true = [(t["head"][0] + t["head"][2]) / 2, (t["head"][1] + t["head"][3]) / 2]
        result["reversed"] = far(centre, t["torso"][1]) < far(centre, true)
    return result


def mean(values: list, digits: int = 3) -> float | None:
    """None where there is nothing to take the mean of."""
    return round(float(np.mean(values)), digits) if values else None


def summary(results: list[dict]) -> dict:
    parts: dict[str, list] = {}
    for r in results:
        for name, errors in r["parts"].items():
            parts.setdefault(name, []).extend(errors)
    share = lambda errors: mean([e <= NEAR for e in errors])  # noqa: E731
    found = {
        "head_iou": mean([r["head_iou"] for r in results if r["head_iou"] is not None]),
        "pck": share([e for errors in parts.values() for e in errors]),
        "reversal": mean([r["reversed"] for r in results if r["reversed"] is not None]),
    }
    both = [found["head_iou"], found["pck"]]
    found["score"] = None if None in both else mean(both, 4)
    found |= {name: share(errors) for name, errors in sorted(parts.items())}
    words = results[0]["extra"] if results else []
    found["seen_wrongly"] = {k: mean([r["extra"][k] for r in results], 2) for k in words}
    return found
