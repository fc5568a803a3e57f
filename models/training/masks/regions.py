"""Masks for what nobody labelled (sky, water, grass, a boat that was left out), by MobileSAM itself at 768 pixels.

    python -m models.training.masks.regions --photos DIR --package DIR --out FILE [--most 320]

Of the answers to a click that MobileSAM is sure of, the largest that is not nearly the whole photo is kept: a click on the sky
means the sky and not a cloud. At 512 pixels the trained network learns to give them, beside the labelled things.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from .data import photos
from .pretrained import open_pretrained
from .prompts import prompt, see, seen_size, stack

LONGEST = 768  # MobileSAM was trained at 1024, at twice the time; large regions look the same
SURE, LARGEST, SMALLEST, TRIES = 0.85, 0.8, 0.01, 16


def stable(logits):
    """Whether a mask keeps its shape when its threshold moves (the stability score of Segment Anything)."""
    return (logits > 1).sum() / (logits > -1).sum().clamp(min=1) > 0.9


def found(encoder, decoder, photo, rng):
    """Distinct masks [H, W] of a photo at random clicks beside its labelled things."""
    height, width = photo.image.shape[:2]
    window = (0, 0, width, height)
    free = cv2.erode((photo.index == 0).astype(np.uint8), np.ones((9, 9)))
    ys, xs = np.nonzero(free)
    if len(ys) == 0:
        return []
    at = [(float(xs[i]), float(ys[i])) for i in rng.integers(len(ys), size=TRIES)]
    size = seen_size(width, height, LONGEST)
    embedding, _ = encoder(see(photo.image, window, LONGEST))
    kept = []
    for begin in range(0, TRIES, 8):
        some = at[begin : begin + 8]
        logits, fit = decoder(embedding, *stack([prompt([(p, True)], None, window, size) for p in some]))
        logits = F.interpolate(logits, (height, width), mode="bilinear")
        for (x, y), answers, fits in zip(some, logits, fit):
            usable = [m > 0 for m, f in zip(answers, fits) if f > SURE and stable(m)]
            usable = [m.numpy() for m in usable if SMALLEST < m.float().mean() < LARGEST and m[int(y), int(x)]]
            if usable:
                kept.append(max(usable, key=np.sum))
    distinct = []
    for mask in sorted(kept, key=np.sum, reverse=True):
        over = [(mask & other).sum() / (mask | other).sum() for other in distinct]
        taken = (mask & (photo.index > 0)).sum() / mask.sum()
        if max(over, default=0) < 0.6 and taken < 0.15:
            distinct.append(mask)
    return distinct


def read_regions(path):
    """{name of the photo: [mask]} of the file that `main` wrote."""
    stored = np.load(path)
    return {name: [np.unpackbits(row, count=h * w).reshape(h, w).astype(bool) for row in stored[name]]
            for name in stored.files if not name.endswith("#size") for h, w in [stored[name + "#size"]]}  # fmt: skip


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", required=True, type=Path)
    parser.add_argument("--package", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--most", type=int, default=320)
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    encoder, decoder = (net.eval() for net in open_pretrained(args.package, (1, 2, 3)))
    rng, out, count = np.random.default_rng(0), {}, 0
    some = [p for p in photos(args.photos, held=False) if not p.name.startswith("feral")]
    with torch.no_grad():
        for photo in [some[i] for i in rng.permutation(len(some))[: args.most]]:
            masks = found(encoder, decoder, photo, rng)
            if masks:
                out[photo.name] = np.stack([np.packbits(m) for m in masks])
                out[photo.name + "#size"] = np.array(masks[0].shape)
                count += len(masks)
            print(photo.name, len(masks), count, flush=True)
    np.savez(args.out, **out)


if __name__ == "__main__":
    main()
