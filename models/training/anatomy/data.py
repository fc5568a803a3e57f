"""Annotated photos as records, and the split into training and held-out photos."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from .parts import GROUP_OF, GROUPS, KINDS

BIRDS = {"bird", "flamingo", "emu"}
# Animals that the detector has no word for: what it calls them instead, or nothing.
CALLED = {"flamingo": ["bird"], "emu": ["bird"], "rhino": ["elephant", "hoofed", "unknown"],
          "deer": ["hoofed", "unknown"], "alpaca": ["hoofed", "unknown"]}  # fmt: skip


@dataclass
class Record:
    """`parts` as in shared/photos/PARTS.md, or None for a thing that only teaches what kind it is.

    Renders have one field more: `unsaid` lists paired parts and `tail` where nothing is known of them.
    """

    name: str
    image: np.ndarray  # [H, W, 3] RGB bytes
    mask: np.ndarray  # [H, W] 0 or 1
    category: str
    kind: int  # index into KINDS
    parts: dict | None

    def groups(self) -> list[int]:
        """Indices of GROUPS that the detector may give for this."""
        words = CALLED.get(self.category, [GROUP_OF.get(self.category, "unknown")])
        if KINDS[self.kind] == "thing":
            words = ["thing"]
        return [GROUPS.index(word) for word in words]


def held_out(name: str) -> bool:
    """About 15 % of photos, fixed by their name."""
    return int(hashlib.sha1(name.encode()).hexdigest()[:8], 16) % 100 < 15


def shrink(image: np.ndarray, mask: np.ndarray, parts: dict | None, longest: int = 400):
    """Photos are kept at a size at which the crops still have more pixels than the network sees."""
    scale = min(1.0, longest / max(image.shape[:2]))
    if scale == 1.0:
        return image, mask, parts
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    scaled = None if parts is None else scale_parts(parts, scale)
    return (
        cv2.resize(image, size, interpolation=cv2.INTER_AREA),
        cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST),
        scaled,
    )


def scale_parts(value, scale: float):
    if isinstance(value, dict):
        words = ("head", "neck", "ears", "trunk", "tail", "front_legs", "back_legs", "wings", "torso")
        return {k: scale_parts(v, scale) if k in words else v for k, v in value.items()}
    if isinstance(value, list):
        return [scale_parts(v, scale) for v in value]
    return None if value is None else value * scale


def read(root: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Photo [H, W, 3] RGB and its map of instances [H, W]: the .png of the same name in masks/ instead of images/."""
    image = cv2.imread(str(root / name))
    folders = ["masks" if part == "images" else part for part in Path(name).with_suffix(".png").parts]
    mask = cv2.imread(str(root.joinpath(*folders)), cv2.IMREAD_GRAYSCALE)
    if image is None or mask is None:
        raise FileNotFoundError(f"{root / name} or its mask cannot be read")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB), mask


def annotated(root: Path, sure: float = 0.5) -> list[Record]:
    """Every annotation that its annotator was reasonably sure of."""
    records = []
    for line in (root / "parts.jsonl").read_text().splitlines():
        parts = json.loads(line)
        if parts["sure"] < sure or not parts["head"] and not parts["torso"]:
            continue
        image, mask = read(root, parts["photo"])
        image, mask, parts = shrink(image, (mask == parts["index"]).astype(np.uint8), parts)
        kind = KINDS.index("bird" if parts["category"] in BIRDS else "animal")
        records.append(Record(parts["photo"], image, mask, parts["category"], kind, parts))
    return records


def things(root: Path, least: float = 0.03) -> list[Record]:
    """People and things of the COCO photos, which teach what is no animal. `least`: share of the picture they fill."""
    records = []
    animals = {"cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"}
    for photo in json.loads((root / "coco_open/instances.json").read_text()):
        name = f"coco_open/images/{photo['name']}.jpg"
        if not (root / name).exists():  # the list also names photos that are kept back for the final check
            continue
        whole = photo["orig"][0] * photo["orig"][1]
        large = [i for i in photo["instances"] if i["area"] > least * whole]
        for item in sorted(large, key=lambda i: -i["area"])[:2]:
            image, mask = read(root, name)
            mask = (mask == item["index"]).astype(np.uint8)
            if mask.sum() < 400:
                continue
            image, mask, _ = shrink(image, mask, None)
            word = item["category"]
            kind = (
                "person" if word == "person" else "bird" if word == "bird" else "animal" if word in animals else "thing"
            )
            records.append(Record(name, image, mask, word, KINDS.index(kind), None))
    return records
