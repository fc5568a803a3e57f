"""Chooses among the answers to a click: one without a box, one for each box of the detector that holds the click, and one for the
box that the detector gives a thing there, whether or not it has seen one.

    npx tsx models/training/masks/detections.ts PHOTOS DETECTIONS.json
    python -m models.training.masks.rank --photos PHOTOS --detections DETECTIONS.json --checkpoint FILE --out RANK.pt

In a pile of cats the detector's box holds several, or belongs to the cat beside it. No answer says so of itself, but its mask
does: the click is far from its middle, it is not of one piece with what the other answers agree on. A small network learns
from the training photos how well an answer so described fits. models/locate/rank.ts describes answers the same way.
"""

import argparse
import json
import math
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from ..anatomy.score import iou as overlap
from .clicks import box_of, deepest, depth, somewhere
from .config import Config
from .data import photos
from .model import load
from .prompts import prompt, see, stack, window_of

HINTS = 4  # boxes that are tried
SAME_THING = 0.6  # boxes that share more are one hint
BESIDE = 0.04  # of a box's size: how far beside it a click may be
# What an answer is described by, in this order: the IoU that the decoder expects; how little the mask changes with its
# threshold; the mean logit inside; the mask's share of the window, as a logarithm; how near the click is to the mask's deepest
# place; how much of its own box it fills; how much it has in common with all answers; whether a sure detection has its box.
FEATURES = ("fit", "stable", "inside", "size", "central", "full", "agreed", "detected")
WIDTH = 24


class Ranker(nn.Module):
    """Descriptions [N, 8] of answers -> how well each fits [N]; only their order counts."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(len(FEATURES)))
        self.register_buffer("scale", torch.ones(len(FEATURES)))
        self.layers = nn.Sequential(nn.Linear(len(FEATURES), WIDTH), nn.ReLU(), nn.Dropout(0.1),
                                    nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, 1))  # fmt: skip

    def forward(self, described):
        return self.layers((described - self.mean) / self.scale)[..., 0]


def hints(detections, click):
    """[(box, score)] of (left, top, right, bottom, score) that hold a click, in the order of models/locate/candidates.ts."""
    found = []
    for left, top, right, bottom, score in detections:
        off = max(abs(2 * (click[0] - left) / (right - left) - 1), abs(2 * (click[1] - top) / (bottom - top) - 1))
        if off <= 1 + 2 * BESIDE:
            area = max(1, (right - left) * (bottom - top))
            found.append(((1 - 0.46 * min(1, off)) * score * area**-0.1, (left, top, right, bottom), score))
    kept = []
    for _, box, score in sorted(found, reverse=True):
        if all(overlap(box, other) <= SAME_THING for other, _ in kept):
            kept.append((box, score))
    return kept[:HINTS]


def pieces(mask, at):
    """The pieces of a mask that hold one of the places `at`, (x, y)."""
    _, piece = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    return np.isin(piece, [i for i in {int(piece[y, x]) for x, y in at} if i > 0])


def describe(logits, fit, at, boxes, scores):
    """(masks [N, H, W], descriptions [N, 8]) of the answers to one prompt.

    logits [N, H, W] of the decoder, not sharpened; `at` cells (x, y) of the positive clicks, the first of which is the one that
    people aim at the middle; boxes of the detector in shares of the window, and their scores.
    """
    height, width = logits.shape[1:]
    masks = np.stack([pieces(one > 0, at) for one in logits])
    flat = masks.reshape(len(masks), -1).astype(np.float64)
    shared, area = flat @ flat.T, flat.sum(1)
    agreed = (shared / np.maximum(area[:, None] + area - shared, 1)).mean(1)
    rows = []
    for i, (one, mask) in enumerate(zip(logits, masks)):
        size = np.log(area[i] / mask.size + 1e-4)
        stable = (one > 1).sum() / max(1, (one > -1).sum())
        if not mask.any():
            rows.append([fit[i], stable, 0, size, 0, 0, agreed[i], 0])
            continue
        left, top, right, bottom = box_of(mask)
        inner = depth(mask)
        found = (left / width, top / height, right / width, bottom / height)
        detected = max((s * overlap(found, box) for box, s in zip(boxes, scores)), default=0)
        rows.append([fit[i], stable, one[mask].mean() / 5, size, inner[at[0][1], at[0][0]] / inner.max(),
                     area[i] / ((right - left) * (bottom - top)), agreed[i], detected])  # fmt: skip
    return masks, np.array(rows, np.float32)


def size_at(sizes, click, width, height):
    """[box] that the detector gives the thing at the click in a photo of that size, or []; `sizes` come from detections.ts."""
    grid = math.isqrt(len(sizes))
    column, row = (min(grid - 1, int((at + 0.5) / side * grid)) for at, side in zip(click, (width, height)))
    shares = sizes[row * grid + column]
    return [tuple(share * side for share, side in zip(shares, (width, height, width, height)))] if shares else []


def answers(net, seen, features, window, click, found, size):
    """(masks, descriptions) of one click in a window with the hints `found` and what size_at gave."""
    height, width = (4 * n for n in features[0].shape[2:])
    shape = (seen.shape[3], seen.shape[2])
    prompts = [prompt([(click, True)], box, window, shape) for box in (None, *(box for box, _ in found), *size)]
    logits, fit = net.decoder(features[0], *stack(prompts))
    left, top, right, bottom = window
    share = lambda x, y: ((x - left) / (right - left), (y - top) / (bottom - top))  # noqa: E731
    x, y = share(click[0] + 0.5, click[1] + 0.5)
    at = min(width - 1, int(x * width)), min(height - 1, int(y * height))
    boxes = [(*share(*box[:2]), *share(*box[2:])) for box, _ in found]
    return describe(logits[:, 0].numpy(), fit[:, 0].numpy(), [at], boxes, [score for _, score in found])


def rows_of(net, photo, detected, rng, most, longest):
    """(descriptions, true IoUs) for a click on each of some things: in the whole photo, and in the window of its hint."""
    height, width = photo.image.shape[:2]
    boxes = [(b[0] * width, b[1] * height, b[2] * width, b[3] * height, b[4]) for b in detected["boxes"]]
    things, looks = list(photo.masks()), {}
    for i in rng.permutation(len(things))[:most]:
        mask = things[i][2]
        click = deepest(mask) if rng.random() < 0.6 else somewhere(mask, rng)
        found, size = hints(boxes, click), size_at(detected["sizes"], click, width, height)
        whole = (0, 0, width, height)
        for window in {whole, window_of(found[0][0], width, height) if found else whole}:
            if window not in looks:
                seen = see(photo.image, window, longest)
                looks[window] = seen, net.encoder(seen)
            masks, described = answers(net, *looks[window], window, click, found, size)
            left, top, right, bottom = window
            inside = mask[top:bottom, left:right].astype(np.float32)
            part = cv2.resize(inside, masks.shape[:0:-1], interpolation=cv2.INTER_AREA) > 0.5
            hidden = (mask.sum() / inside.sum() - 1) * part.sum()
            both, either = (masks & part).sum((1, 2)), (masks | part).sum((1, 2))
            yield described, (both / np.maximum(either + hidden, 1)).astype(np.float32)


def fit(rows, epochs=30, rate=3e-3, seed=0):
    """A ranker for rows of (descriptions, IoUs): it learns the IoUs, and that its choice should have a high one."""
    torch.manual_seed(seed)
    most = max(len(iou) for _, iou in rows)
    described = torch.stack([nn.functional.pad(torch.from_numpy(d), (0, 0, 0, most - len(d))) for d, _ in rows])
    iou = torch.stack([nn.functional.pad(torch.from_numpy(i), (0, most - len(i))) for _, i in rows])
    real = torch.arange(most) < torch.tensor([len(i) for _, i in rows])[:, None]
    ranker, rng = Ranker(), np.random.default_rng(seed)
    ranker.mean, ranker.scale = described[real].mean(0), described[real].std(0) + 1e-3
    optimiser = torch.optim.AdamW(ranker.parameters(), rate, weight_decay=rate)
    for epoch in range(epochs):
        optimiser.param_groups[0]["lr"] = rate * (1 - epoch / epochs)
        for some in np.array_split(rng.permutation(len(rows)), max(1, len(rows) // 32)):
            rank, true, known = ranker(described[some]), iou[some], real[some]
            chosen = (12 * rank).masked_fill(~known, -torch.inf).softmax(1)
            loss = (rank - true)[known].square().mean() - (chosen * true).sum(1).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return ranker.eval()


def means(ranker, rows):
    """Mean IoU of the answer without a box, of the ranked choice, and of the best there is."""
    with torch.no_grad():
        chosen = [iou[ranker(torch.from_numpy(described)).argmax()] for described, iou in rows]
    every = {"free": [iou[0] for _, iou in rows], "ranked": chosen, "best": [iou.max() for _, iou in rows]}
    return {"count": len(rows)} | {name: round(float(np.mean(some)), 3) for name, some in every.items()}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", required=True, type=Path)
    parser.add_argument("--detections", required=True, type=Path, help="what detections.ts wrote")
    parser.add_argument("--checkpoint", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--train", type=int, default=350, help="training photos")
    parser.add_argument("--held", type=int, default=40, help="held-out photos to measure with")
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    net, detections = load(args.checkpoint), json.loads(args.detections.read_text())
    longest, rows = Config().longest, {}
    for held, count, most in ((False, args.train, 4), (True, args.held, 100)):
        rng, rows[held] = np.random.default_rng(0), []
        some = list(photos(args.photos, held))
        with torch.no_grad():
            for i in rng.permutation(len(some))[:count]:
                rows[held] += rows_of(net, some[i], detections[some[i].name], rng, most, longest)
    ranker = fit(rows[False])
    torch.save(ranker.state_dict(), args.out)
    for name, held in (("training", False), ("held-out", True)):
        print(name, json.dumps(means(ranker, rows[held])))


if __name__ == "__main__":
    main()
