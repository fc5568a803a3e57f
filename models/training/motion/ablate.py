"""python -m models.training.motion.ablate --data DIR --rigs DIR --out DIR [--steps 1500]

Trains a small denoiser once with all five parts of Follow-Your-Click and once without each, on the same records and for the
same number of steps, and prints a line of figures for every one. Runs that are finished are not run again.
"""

import argparse
import json
from pathlib import Path

import torch

from .. import evaluate
from . import figures, train
from .baselines import Baselines
from .sampler import open_sampler

SMALL = ["width=64", "heads=4", "blocks=3"]
VARIANTS = {
    "all five": [],
    "no first-frame masking": ["evidence_ratio=0"],
    "first-frame masking .7": ["evidence_ratio=0.7"],
    "no motion-augmented attention": ["motion_attention=false"],
    "no magnitude embedding": ["magnitude=false"],
    "no region mask": ["region=false"],
    "no temporal attention": ["temporal=false"],
}


def measure(checkpoint, data, tests, baselines):
    """The figures that an ablation can change."""
    sampler = open_sampler(checkpoint, data)
    played = figures.play(tests, sampler, predicted=False)
    found = figures.errors(played, baselines) | figures.parts_and_ways(tests, sampler) | figures.sizes(tests, sampler)
    found |= figures.named(played, baselines)
    keep = ("epe_ratio_zero", "epe_ratio_mean", "part_energy", "direction_right", "magnitude_r2", "magnitude_slope", "action_top1")
    return {key: found[key] for key in keep}


def main(arguments=None):
    """Command line entry; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="models.training.motion.ablate")
    for name in ("data", "rigs", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--steps", type=int, default=1500)
    args = parser.parse_args(arguments)
    torch.manual_seed(0)
    tests, _ = evaluate.collect(args.rigs, held_out=True)
    baselines = Baselines()
    for name, changes in VARIANTS.items():
        out = Path(args.out) / name.replace(" ", "-")
        run = ["--data", args.data, "--out", str(out), "--steps", str(args.steps), "--minutes", "600"]
        train.main([*run, "--set", *SMALL, *changes])
        found = measure(out / "last.pt", Path(args.data) / "train.npz", tests, baselines)
        print(json.dumps({"variant": name, **found}), flush=True)


if __name__ == "__main__":
    main()
