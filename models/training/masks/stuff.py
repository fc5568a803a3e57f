"""Where in a photo sky, water, grass and trees are, so that words find them without a click.

    python -m models.training.masks.stuff --photos DIR --checkpoint FILE --out STUFF.pt

Instances are the detector's; what has no instances ("stuff" in COCO's terms; Caesar et al., CVPR 2018) it has no words for. The
encoder's cells with the colours and the texture of the photo below them go through a layer of 32 to a class. What it learns from
are regions that the network itself draws on training photos, named by eye in stuff.txt: a letter of CLASSES for each, x where a
region is of several kinds.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .config import Config
from .data import photos
from .model import load
from .prompts import prompt, see, stack

CLASSES = {"o": "other", "s": "sky", "w": "water", "g": "grass", "t": "trees", "n": "snow"}
NAMES = tuple(CLASSES)
LABELS = Path(__file__).with_name("stuff.txt")
GRID, MOST = 6, 4  # clicks along each side, regions of a photo
CELL = 16
WIDTH = 32
EPOCHS, RATE, DECAY = 12, 3e-3, 0.3
LOCAL = 8  # colours, how much they vary, and steps of brightness along both axes


class Stuff(nn.Module):
    """photo [1, 3, H, W] in 0..255 and its embedding [1, 256, H/16, W/16] -> probabilities [1, 6, H/16, W/16] of CLASSES."""

    def __init__(self, embedding=256):
        super().__init__()
        width = embedding + 2 * LOCAL + 2
        self.register_buffer("mean", torch.zeros(1, width, 1, 1))
        self.register_buffer("scale", torch.ones(1, width, 1, 1))
        self.layers = nn.Sequential(nn.Conv2d(width, WIDTH, 1), nn.ReLU(), nn.Dropout(0.3), nn.Conv2d(WIDTH, len(NAMES), 1))

    def described(self, photo, embedding):
        """[1, 256 + 18, H/16, W/16]: the embedding, colours and texture here and around, the height and how far from the middle."""
        rgb = photo / 255
        grey = rgb.mean(1, keepdim=True)
        mean = F.avg_pool2d(rgb, CELL)
        spread = (F.avg_pool2d(rgb.square(), CELL) - mean.square()).clamp(min=1e-6).sqrt()
        across = F.avg_pool2d(F.pad((grey[..., 1:] - grey[..., :-1]).abs(), (0, 1, 0, 0)), CELL)
        down = F.avg_pool2d(F.pad((grey[..., 1:, :] - grey[..., :-1, :]).abs(), (0, 0, 0, 1)), CELL)
        here = torch.cat([mean, spread, across, down], 1)
        around = F.avg_pool2d(here, 7, 1, 3, count_include_pad=False)
        ones = torch.ones_like(across)
        height = ones.cumsum(2) / ones.sum(2, keepdim=True)
        aside = (ones.cumsum(3) / ones.sum(3, keepdim=True) - 0.5).abs()
        return torch.cat([embedding, here, around, height, aside], 1)

    def forward(self, photo, embedding):
        return self.layers((self.described(photo, embedding) - self.mean) / self.scale).softmax(1)


def regions(net, seen, embedding, photo):
    """[mask [h, w] at a quarter of the size] of the surest answers to a grid of clicks beside the labelled things."""
    height, width = photo.image.shape[:2]
    thing = photo.index > 0
    at = [(int((i + 0.5) / GRID * width), int((j + 0.5) / GRID * height)) for j in range(GRID) for i in range(GRID)]
    at = [(x, y) for x, y in at if not thing[y, x]]
    if not at:
        return []
    whole, size = (0, 0, width, height), (seen.shape[3], seen.shape[2])
    logits, fit = net.decoder(embedding, *stack([prompt([(p, True)], None, whole, size) for p in at]))
    taken = cv2.resize(thing.astype(np.uint8), logits.shape[:1:-1], interpolation=cv2.INTER_NEAREST) > 0
    sure = []
    for one, score in zip(logits[:, 0].numpy(), fit[:, 0].tolist()):
        mask, stable = one > 0, (one > 1).sum() / max(1, (one > -1).sum())
        if 0.03 <= mask.mean() <= 0.9 and (mask & taken).sum() <= 0.25 * mask.sum() and stable >= 0.7:
            sure.append((stable * score, mask & ~taken))
    kept = []
    for _, mask in sorted(sure, key=lambda it: -it[0]):
        if all((mask & other).sum() < 0.5 * min(mask.sum(), other.sum()) for other in kept) and len(kept) < MOST:
            kept.append(mask)
    return kept


def cells(mask, shape):
    """Share of each cell [h, w] that a mask covers."""
    return cv2.resize(mask.astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA)


def looked_at(net, root, labels):
    """(photo, seen, embedding, regions) of the photos that have labels."""
    with torch.no_grad():
        for photo in photos(root, held=False):
            if photo.name not in labels:
                continue
            height, width = photo.image.shape[:2]
            seen = see(photo.image, (0, 0, width, height), Config().longest)
            embedding, _ = net.encoder(seen)
            yield photo, seen, embedding, regions(net, seen, embedding, photo)


def rows_of(net, root, labels):
    """(described [N, 274], class, weight, photo [N]) of the cells that lie in a region of one kind or in a labelled thing."""
    rows, model = [], Stuff()
    for i, (photo, seen, embedding, masks) in enumerate(looked_at(net, root, labels)):
        with torch.no_grad():
            described = model.described(seen, embedding)[0].flatten(1).T.numpy()
        named = [(mask, letter) for mask, letter in zip(masks, labels[photo.name]) if letter != "x"]
        for mask, letter in [*named, (photo.index > 0, "o")]:
            inside = cells(mask, embedding.shape[2:]).reshape(-1) > 0.85
            if n := inside.sum():
                rows.append((described[inside], np.full(n, NAMES.index(letter)), np.full(n, n**-0.5), np.full(n, i)))
    return tuple(np.concatenate(column) for column in zip(*rows))


def fit(described, kinds, weight, seed=0, embedding=256):
    """The classifier; large regions count less than their cells, and rare classes more."""
    torch.manual_seed(seed)
    share = np.array([weight[kinds == k].sum() for k in range(len(NAMES))])
    weight = weight / np.sqrt(share[kinds])
    x, y, w = torch.from_numpy(described), torch.from_numpy(kinds), torch.from_numpy((weight / weight.mean()).astype(np.float32))
    model = Stuff(embedding)
    model.mean, model.scale = (t.reshape(1, -1, 1, 1) for t in (x.mean(0), x.std(0) + 1e-3))
    optimiser = torch.optim.AdamW(model.layers.parameters(), RATE, weight_decay=DECAY)
    for epoch in range(EPOCHS):
        optimiser.param_groups[0]["lr"] = RATE * (1 - epoch / EPOCHS)
        for some in torch.randperm(len(x)).split(4096):
            given = (x[some, :, None, None] - model.mean) / model.scale
            logits = model.layers(given)[..., 0, 0]
            loss = (F.cross_entropy(logits, y[some], reduction="none") * w[some]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return model.eval()


def found(model, rows):
    """How much of each class [6] is taken for each [6], by weight."""
    described, kinds, weight, _ = rows
    with torch.no_grad():
        given = (torch.from_numpy(described)[..., None, None] - model.mean) / model.scale
        guess = model.layers(given)[..., 0, 0].argmax(1).numpy()
    counts = np.zeros((len(NAMES), len(NAMES)))
    np.add.at(counts, (kinds, guess), weight)
    return counts


def figures(counts):
    """{class: IoU, recall and precision}; 0 where there is none of it."""
    right, true, said = counts.diagonal(), counts.sum(1), counts.sum(0)
    shares = {"iou": right / np.maximum(true + said - right, 1e-9), "recall": right / np.maximum(true, 1e-9),
              "precision": right / np.maximum(said, 1e-9)}  # fmt: skip
    return {CLASSES[name]: {key: round(float(share[k]), 2) for key, share in shares.items()} for k, name in enumerate(NAMES)}


def main(arguments=None):
    """Command line entry; prints the figures of photos that were not learned, in five turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", required=True, type=Path)
    parser.add_argument("--checkpoint", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    labels = dict(line.split() for line in LABELS.read_text().splitlines())
    rows = rows_of(load(args.checkpoint), args.photos, labels)
    described, kinds, weight, photo = rows
    counts = 0
    for fold in range(5):
        out = photo % 5 == fold
        counts = counts + found(fit(described[~out], kinds[~out], weight[~out]), tuple(part[out] for part in rows))
    print(json.dumps(figures(counts)))
    torch.save(fit(described, kinds, weight).state_dict(), args.out)


if __name__ == "__main__":
    main()
