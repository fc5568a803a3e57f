"""python -m models.training.data --rigs DIR [--photos parts.jsonl] --out DIR [--count 120000] [--seed 0]

Writes train.npz and held.npz (held-out rigs and photos) and card.json with counts per action. Any folder of GLB rigs
with the joint names of rigs.py will do.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
import torch

from . import records, rigs


def main():
    """Command line entry; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="models.training.data")
    parser.add_argument("--rigs", required=True)
    parser.add_argument("--photos")
    parser.add_argument("--out", required=True)
    parser.add_argument("--count", type=int, default=120000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    tracks = rigs.load_all(args.rigs)
    card = {}
    for split, held in (("train", False), ("held", True)):
        own = [t for t in tracks if (t.rig in rigs.HELD_OUT) == held]
        photos = records.photo_skeletons(args.photos, held) if args.photos else []
        count = args.count if not held else max(1, args.count // 20)
        rng = np.random.default_rng(args.seed + held)
        # Held-out bodies borrow from training rigs only, as they do in the product.
        bank = records.bank_of([t for t in tracks if t.rig not in rigs.HELD_OUT], rng)
        made = list(records.build(own, photos, count, rng, bank))
        packed = records.pack(made)
        np.savez(out / f"{split}.npz", **packed)
        card[split] = {
            "records": len(made),
            "rigs": sorted({t.rig for t in own}),
            "photos": len(photos),
            "actions": dict(Counter(r["action"] for r in made).most_common()),
        }
    (out / "card.json").write_text(json.dumps(card, indent=1))
    print(json.dumps({k: v["records"] for k, v in card.items()}))


if __name__ == "__main__":
    main()
