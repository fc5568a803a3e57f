"""How well does the committed network find the parts of animals in annotated photos?

    python -m models.training.evaluate_photos --parts parts.jsonl --root DIR [--json] [--sheets DIR]
                                              [--held-out] [--no-seeing] [--weights FILE]

Each photo is asked about twice: with its true mask and the annotation's category, and (masked_*) with the mask and the word
that the service itself finds under a click at the true mask's deepest point. A photo in which the service finds nothing
counts as wrong. head_iou, pck and reversal are explained in anatomy/score.py; mask_iou compares the masks. Lines that cannot
be used are left out and listed in `skipped` with the reason. --held-out keeps the photos that training never sees.
"""

import argparse
import dataclasses
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

if not __package__:  # run as a file
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from models.training.anatomy import product
from models.training.anatomy.data import BIRDS, Record, held_out, read
from models.training.anatomy.parts import GROUP_OF, GROUPS, KINDS, Skeleton
from models.training.anatomy.score import compare, inner_point, mean, summary
from models.training.anatomy.sheet import draw_sheet

# What is compared, and the shape of each where it is visible; a leg is three points.
SHAPES = {"head": (4,), "neck": (2, 2), "tail": (3, 2), "torso": (2, 2), "front_legs": (-1, 3, 2), "back_legs": (-1, 3, 2)}
SURE = 0.5


class UnusableError(Exception):
    """Why a line is left out."""


def record_of(parts: dict, root: Path) -> Record:
    """One annotation (shared/photos/PARTS.md) with its photo. Raises UnusableError."""
    missing = [field for field in ("photo", "category", "index", *SHAPES) if field not in parts]
    if missing:
        raise UnusableError(f"no field {', '.join(missing)}")
    for field, shape in SHAPES.items():
        check_shape(field, parts[field], shape)
    if parts.get("sure", 1) < SURE:
        raise UnusableError(f"the annotator was unsure (below {SURE})")
    if not parts["head"] and not parts["torso"]:
        raise UnusableError("neither head nor torso annotated")
    try:
        image, mask = read(root, parts["photo"])
    except FileNotFoundError as error:
        raise UnusableError("photo or mask cannot be read") from error
    size = [image.shape[1], image.shape[0]]
    if parts.get("size", size) != size or mask.shape != image.shape[:2]:
        raise UnusableError("photo, mask and annotation differ in size")
    mask = (mask == parts["index"]).astype(np.uint8)
    if not mask.any():
        raise UnusableError("the mask has no pixel of that index")
    kind = KINDS.index("bird" if parts["category"] in BIRDS else "animal")
    return Record(parts["photo"], image, mask, parts["category"], kind, parts)


def check_shape(field: str, value, shape: tuple[int, ...]):
    if not value:
        return
    try:
        found = np.asarray(value, np.float64).shape
    except (TypeError, ValueError) as error:
        raise UnusableError(f"{field} is not made of points") from error
    if found[int(shape[0] < 0) :] != shape[int(shape[0] < 0) :]:
        raise UnusableError(f"{field} has the shape {found}, not {shape}")


def load(file: Path, root: Path, held: bool) -> tuple[list[Record], list[dict]]:
    """Usable records, and [{"photo", "reason"}] of the others. Raises ValueError for a line that is no annotation at all."""
    records, skipped = [], []
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if not line.strip():
            continue
        try:
            parts = json.loads(line)
        except json.JSONDecodeError as error:
            raise ValueError(f"{file}, line {number}: {error}") from error
        if not isinstance(parts, dict):
            raise ValueError(f"{file}, line {number}: not an object")
        name = str(parts.get("photo", f"line {number}"))
        if held and not held_out(name):
            continue
        try:
            records.append(record_of(parts, root))
        except UnusableError as reason:
            skipped.append({"photo": name, "reason": str(reason)})
    return records, skipped


def with_true_masks(network: product.Network, records: list[Record]) -> list[Skeleton]:
    return [product.find(network, r.image, r.mask, inner_point(r.mask), r.groups()[0]) for r in records]


def with_seen_masks(network: product.Network, records: list[Record], root: Path) -> tuple[list[Record], list[Skeleton], int]:
    """Records with the masks that the service finds, the skeletons found with them, and how often it found nothing."""
    clicks = [inner_point(r.mask) for r in records]
    places = [(x / r.mask.shape[1], y / r.mask.shape[0]) for (x, y), r in zip(clicks, records, strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        photos = [(root / r.name, place) for r, place in zip(records, places, strict=True)]
        answers = product.see(photos, Path(folder))
        masks = [product.seen_mask(a, r.mask.shape) for a, r in zip(answers, records, strict=True)]
    skeletons = []
    for record, answer, mask, click in zip(records, answers, masks, clicks, strict=True):
        group = GROUPS.index(GROUP_OF.get(answer.get("region", {}).get("label"), "unknown"))
        skeletons.append(product.find(network, record.image, mask, click, group) if mask.any() else Skeleton())
    seen = [dataclasses.replace(r, mask=mask) for r, mask in zip(records, masks, strict=True)]
    return seen, skeletons, sum("error" in a for a in answers)


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


def figures(skeletons: list[Skeleton], records: list[Record]) -> dict:
    return summary([compare(s, r) for s, r in zip(skeletons, records, strict=True)])


def evaluate(records: list[Record], root: Path, weights: Path, seeing: bool, sheets: Path | None) -> dict:
    """The figures without `skipped`."""
    network = product.open_network(weights)
    skeletons = with_true_masks(network, records)
    parts = figures(skeletons, records)
    result = {key: parts.pop(key) for key in ("head_iou", "pck", "reversal")} | {"count": len(records), "parts": parts}
    if sheets and records:
        draw_sheet(list(zip(records, skeletons, strict=True)), sheets / "true")
    if seeing:
        seen, guesses, refused = with_seen_masks(network, records, root) if records else ([], [], 0)
        parts = figures(guesses, records)
        result |= {f"masked_{key}": parts.pop(key) for key in ("head_iou", "pck", "reversal")}
        result["mask_iou"] = mean([overlap(a.mask, b.mask) for a, b in zip(seen, records, strict=True)])
        result |= {"masked_refused": refused, "masked_parts": parts}
        if sheets and records:
            draw_sheet(list(zip(seen, guesses, strict=True)), sheets / "seen")
    return result


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=Path, required=True, help="annotations, a line of JSON each")
    parser.add_argument("--root", type=Path, required=True, help="folder that the photos' paths begin in")
    parser.add_argument("--weights", type=Path, default=product.WEIGHTS)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--sheets", type=Path, help="folder for contact sheets of what was found")
    parser.add_argument("--held-out", action="store_true", help="only photos held out of training")
    parser.add_argument("--no-seeing", action="store_true", help="leave out what needs Node: the service's own masks")
    chosen = parser.parse_args(arguments)
    try:
        records, skipped = load(chosen.parts, chosen.root, chosen.held_out)
        result = evaluate(records, chosen.root, chosen.weights, not chosen.no_seeing, chosen.sheets)
    except (OSError, ValueError, RuntimeError) as error:
        print(f"evaluate_photos: {error}", file=sys.stderr)
        return 2
    result["skipped"] = skipped
    print(json.dumps(result, indent=None if chosen.json else 2))
    if not records:
        print("evaluate_photos: no photo could be used", file=sys.stderr)
    return 0 if records else 1


if __name__ == "__main__":
    sys.exit(main())
