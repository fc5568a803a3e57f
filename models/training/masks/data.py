"""Photos with the masks of their instances, and the split into training and held-out photos (that of the anatomy network)."""

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ..anatomy.data import held_out, read

ANIMALS = {"bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "emu", "flamingo", "rhino"}
LEAST = 0.002  # of the photo: smaller instances are neither learned nor scored


@dataclass
class Photo:
    """`index` [H, W] has 0 where nothing is labelled; `things` maps the other values to their categories."""

    name: str
    image: np.ndarray  # [H, W, 3] RGB bytes, longest side 512
    index: np.ndarray
    things: dict[int, str]

    def masks(self):
        """(index, category, mask [H, W] bool) of every instance that is large enough."""
        for index, category in self.things.items():
            mask = self.index == index
            if mask.mean() >= LEAST:
                yield index, category, mask


def scaled(image, index, longest):
    """Both at the given longest side."""
    scale = longest / max(image.shape[:2])
    if scale == 1:
        return image, index
    size = tuple(max(16, round(n * scale)) for n in image.shape[1::-1])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(image, size, interpolation=how), cv2.resize(index, size, interpolation=cv2.INTER_NEAREST)


def photos(root: Path, held: bool, longest: int = 512):
    """Every photo of feral_cats, coco_open and caltech_animals on one side of the split."""
    coco = {entry["name"]: entry for entry in json.loads((root / "coco_open/instances.json").read_text())}
    for folder in ("feral_cats", "coco_open", "caltech_animals"):
        for path in sorted((root / folder / "images").iterdir()):
            name = f"{folder}/images/{path.name}"
            if held_out(name) != held:
                continue
            image, index = read(root, name)
            if index.shape != image.shape[:2]:
                index = cv2.resize(index, image.shape[1::-1], interpolation=cv2.INTER_NEAREST)
            if folder == "coco_open":
                things = {i["index"]: i["category"] for i in coco[path.stem]["instances"]}
            elif folder == "feral_cats":
                things = {int(i): "cat" for i in np.unique(index) if i}
            else:
                index = (index > 0).astype(np.uint8)
                things = {1: path.stem.split("_")[0]}
            yield Photo(name, *scaled(image, index, longest), things)
