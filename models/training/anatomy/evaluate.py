"""How good are predicted skeletons on photos that were held out?

    python -m models.training.anatomy.evaluate --photos ../shared/photos --weights best.pt [--sheet DIR]

head_iou: mean intersection over union of head boxes; pck: share of tail roots and tips, feet and neck ends within 0.15 of
the object's longest side (a missing one is wrong); reversal: share whose head lies nearer the true rump than the true head.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch
from scipy.optimize import linear_sum_assignment

from .augment import crop_matrix, heat_of_click, look
from .data import Record, annotated, held_out, things
from .model import Anatomy
from .parts import FACINGS, GROUPS, KINDS, PAIRS, SINGLES, Skeleton, decode

NEAR = 0.15
MARGIN = 1.2


def inner_point(mask: np.ndarray) -> tuple[float, float]:
    """Where a person would click: the point of the mask farthest from its edge."""
    deep = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(deep.argmax(), deep.shape)
    return x + 0.5, y + 0.5


def mirror_outputs(heat, dense, logits):
    """Outputs for the mirrored crop, as they would be for the crop itself."""
    sign = torch.ones(dense.shape[1])
    sign[2::2] = -1
    dense = dense.flip(-1) * sign[:, None, None]
    a = len(SINGLES) + 3 * len(PAIRS)
    swap = [FACINGS.index({"left": "right", "right": "left"}.get(f, f)) for f in FACINGS[:4]]
    swap += [FACINGS.index(f[:-4] + "right" if f.endswith("left") else f[:-5] + "left") for f in FACINGS[4:]]
    logits = torch.cat([logits[:, :a], logits[:, a : a + len(FACINGS)][:, swap], logits[:, a + len(FACINGS) :]], 1)
    return heat.flip(-1), dense, logits


@torch.no_grad()
def run(model: Anatomy, image, mask, click, group: int, m: np.ndarray, both=True):
    """Raw outputs (numpy) for one crop, the mean of the crop's and its mirror image's where `both`."""
    seen, cut, inside = look(image, mask, m)
    place = m[:, :2] @ click + m[:, 2] if click is not None else None
    x = torch.from_numpy(seen.transpose(2, 0, 1)[None].astype(np.float32))
    hints = torch.from_numpy(np.stack([cut, inside, heat_of_click(place)])[None].astype(np.float32))
    word = torch.nn.functional.one_hot(torch.tensor([group]), len(GROUPS)).float()
    if not both:
        return [o[0].numpy() for o in model(x, hints, word)]
    outputs = model(torch.cat([x, x.flip(-1)]), torch.cat([hints, hints.flip(-1)]), word.repeat(2, 1))
    mirrored = mirror_outputs(*[o[1:] for o in outputs])
    return [((a[:1] + b) / 2)[0].numpy() for a, b in zip(outputs, mirrored, strict=True)]


def to_photo(s: Skeleton, m: np.ndarray) -> Skeleton:
    """Crop pixels -> photo pixels."""
    back = np.linalg.inv(m[:, :2])
    move = lambda p: (back @ (np.asarray(p) - m[:, 2])).tolist()  # noqa: E731
    deep = lambda v: None if v is None else move(v) if v and isinstance(v[0], float) else [deep(e) for e in v]  # noqa: E731
    head = None if s.head is None else [*move(s.head[:2]), *move(s.head[2:])]
    return Skeleton(head, deep(s.neck), deep(s.ears), deep(s.trunk), deep(s.tail), deep(s.front_legs), deep(s.back_legs),
                    deep(s.wings), deep(s.torso), s.facing, s.kind, s.sharpness)  # fmt: skip


def find(model: Anatomy, record: Record, both=True, word=True) -> Skeleton:
    m = crop_matrix(record.mask, MARGIN)
    group = record.groups()[0] if word else 0
    return to_photo(decode(*run(model, record.image, record.mask, inner_point(record.mask), group, m, both)), m)


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
        result["extra"][word] = len(ours) > len(t[word])
    if t["head"] and t["torso"] and s.head:
        centre = [(s.head[0] + s.head[2]) / 2, (s.head[1] + s.head[3]) / 2]
        true = [(t["head"][0] + t["head"][2]) / 2, (t["head"][1] + t["head"][3]) / 2]
        result["reversed"] = far(centre, t["torso"][1]) < far(centre, true)
    return result


def summary(results: list[dict]) -> dict:
    heads = [r["head_iou"] for r in results if r["head_iou"] is not None]
    turned = [r["reversed"] for r in results if r["reversed"] is not None]
    parts: dict[str, list] = {}
    for r in results:
        for name, errors in r["parts"].items():
            parts.setdefault(name, []).extend(errors)
    everything = [e for errors in parts.values() for e in errors]
    share = lambda errors: round(float(np.mean(np.array(errors) <= NEAR)), 3)  # noqa: E731
    found = {
        "head_iou": round(float(np.mean(heads)), 3),
        "pck": share(everything),
        "reversal": round(float(np.mean(turned)), 3),
    }
    found["score"] = round((found["head_iou"] + found["pck"]) / 2, 4)
    found |= {name: share(errors) for name, errors in sorted(parts.items())}
    found["seen_wrongly"] = {k: round(float(np.mean([r["extra"][k] for r in results])), 2) for k in results[0]["extra"]}
    return found


def measure(model: Anatomy, records: list[Record], both=False, word=True) -> dict:
    return summary([compare(find(model, r, both, word), r) for r in records])


def kinds(model: Anatomy, records: list[Record]) -> dict:
    """Without a word: share of records of each kind that are recognised as that kind."""
    right: dict[str, list] = {}
    for record in records:
        right.setdefault(KINDS[record.kind], []).append(find(model, record, True, False).kind == KINDS[record.kind])
    return {kind: f"{np.mean(hits):.2f} of {len(hits)}" for kind, hits in right.items()}


if __name__ == "__main__":
    from .baselines import mean_skeletons, nearest_skeletons
    from .sheet import draw_sheet

    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=Path, default=Path("../shared/photos"))
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--sheet", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    net = Anatomy().eval()
    net.load_state_dict(torch.load(arguments.weights, weights_only=True))
    photos = annotated(arguments.photos)
    learn, check = [r for r in photos if not held_out(r.name)], [r for r in photos if held_out(r.name)]
    found = [find(net, r) for r in check]
    print("network", json.dumps(summary([compare(s, r) for s, r in zip(found, check, strict=True)])))
    print("without the mirror image", json.dumps(measure(net, check)))
    print("without the word", json.dumps(measure(net, check, True, False)))
    print(
        "kinds without the word",
        json.dumps(kinds(net, check + [r for r in things(arguments.photos) if held_out(r.name)])),
    )
    for category in sorted({r.category for r in check}):
        some = [(s, r) for s, r in zip(found, check, strict=True) if r.category == category]
        print(category, len(some), json.dumps(summary([compare(s, r) for s, r in some])))
    for name, guesses in (("mean", mean_skeletons(learn, check)), ("nearest", nearest_skeletons(learn, check))):
        print(name, json.dumps(summary([compare(s, r) for s, r in zip(guesses, check, strict=True)])))
    if arguments.sheet:
        draw_sheet(list(zip(check, found, strict=True)), arguments.sheet)
