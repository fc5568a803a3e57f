"""How good are predicted skeletons on photos that were held out?

    python -m models.training.anatomy.evaluate --photos ../shared/photos --weights best.pt [--renders DIR] [--sheet DIR]

DIR: renders of held-out rigs (renders.py). Sheets show them, too.

The figures are explained in score.py.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from .augment import crop_matrix, heat_of_click, look
from .data import Record, annotated, held_out, things
from .model import Anatomy
from .parts import GROUPS, KINDS, Skeleton, decode
from .score import MARGIN, compare, inner_point, mirror_outputs, summary, to_photo


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


def find(model: Anatomy, record: Record, both=True, word=True) -> Skeleton:
    m = crop_matrix(record.mask, MARGIN)
    group = record.groups()[0] if word else 0
    return to_photo(decode(*run(model, record.image, record.mask, inner_point(record.mask), group, m, both)), m)


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
    from .renders import Renders
    from .sheet import draw_sheet

    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=Path, default=Path("../shared/photos"))
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--renders", type=Path)
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
    if arguments.renders:
        rendered = list(Renders(arguments.renders))
        print("kinds of renders without the word", json.dumps(kinds(net, rendered)))
        rendered = [r for r in rendered if r.parts]
        drawn = [find(net, r) for r in rendered]
        compared = [compare(s, r) for s, r in zip(drawn, rendered, strict=True)]
        print("renders", json.dumps(summary(compared)))
        for what in (lambda r: r.name, lambda r: r.parts["pose"], lambda r: r.parts["facing"]):
            for name in sorted(set(map(what, rendered))):
                some = [c for c, r in zip(compared, rendered, strict=True) if what(r) == name]
                print(name, len(some), json.dumps(summary(some)))
        if arguments.sheet:
            draw_sheet(list(zip(rendered, drawn, strict=True)), arguments.sheet / "renders")
    if arguments.sheet:
        draw_sheet(list(zip(check, found, strict=True)), arguments.sheet)
