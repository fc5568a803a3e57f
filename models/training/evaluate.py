"""python -m models.training.evaluate --rigs DIR [--held-out] [--checkpoint last.pt --data train.npz] [--json]

Renders every rig under DIR in every clip it has, asks the committed networks (or a checkpoint of the denoiser) to move it,
and compares with the exact flow. One JSON line with --json:

  epe_ratio_zero, epe_ratio_mean, epe_ratio_retrieval   error of dense flow over that of no motion, of the action's mean
                  clip, of the nearest training rig's clip: [one sample, best of 4]
  part_energy     share of motion energy on the acting part, mean over wag-tail, turn-head, nod, shake-head, flap-wings,
                  wave (the neck belongs to the head's actions); part_energy_each says it for each
  direction_right share of turns, tilts and drifts that go the way that was said
  magnitude_r2, magnitude_slope   log measured over log asked, over all sizes learned, not rescaled to the request
  fold_share      cells that turn inside out at the usual size;  kink   second differences at key times over between them
  action_top1     [ours, true flows] named rightly by a judge that learned from true flows of training rigs;
                  action_top1_ratio is their quotient
  diversity       mean distance between samples of two seeds over their mean size
  samples_per_second   8 steps with guidance, on the threads given
All with *predicted* skeletons (of animals and birds); epe_true_parts repeats the first three with the rigs' own.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    __package__ = "models.training"

from .anatomy import product  # noqa: E402
from .data import rigs  # noqa: E402
from .motion import figures  # noqa: E402
from .motion.baselines import Baselines  # noqa: E402
from .motion.sampler import open_sampler  # noqa: E402
from .motion.scenes import tests_of  # noqa: E402


def collect(folder, held_out):
    """(tests, [{"rig", "reason"}] of those that cannot be used)."""
    network, rng = product.open_network(), np.random.default_rng(0)
    tests, skipped = [], []
    paths = [p for p in sorted(Path(folder).rglob("*.glb")) if not held_out or p.stem in rigs.HELD_OUT]
    if not paths:
        raise ValueError(f"{folder}: no .glb file" + (" of a held-out rig" if held_out else ""))
    for path in paths:
        try:
            found = tests_of(path, network, rng)
        except (ValueError, KeyError) as error:
            skipped.append({"rig": path.stem, "reason": str(error)})
            continue
        if not found:
            skipped.append({"rig": path.stem, "reason": "no head, torso and limbs by known names, or no known clip"})
        tests += found
    return tests, skipped


def evaluate(tests, sampler, baselines):
    """All figures of the module's docstring as a dict."""
    begin = time.time()
    played = figures.play(tests, sampler)
    speed = 4 * len(tests) / (time.time() - begin)
    out = figures.errors(played, baselines)
    out |= figures.parts_and_ways(tests, sampler)
    out |= figures.sizes(tests, sampler)
    out |= figures.shape(played)
    out |= figures.named(played, baselines)
    out["epe_true_parts"] = figures.errors(figures.play(tests, sampler, predicted=False), baselines)
    return out | {"samples_per_second": round(speed, 1)}


def main(arguments=None):
    """Command line entry; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="models.training.evaluate")
    parser.add_argument("--rigs", required=True)
    parser.add_argument("--held-out", action="store_true", help="only the rigs that were kept out of training")
    parser.add_argument("--checkpoint", help="of models.training.motion.train, with --data; default: the committed weights")
    parser.add_argument("--data", help="train.npz of that checkpoint")
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--json", action="store_true", help="one line")
    args = parser.parse_args(arguments)
    tests, skipped = collect(args.rigs, args.held_out)
    if not tests:
        raise SystemExit(json.dumps({"error": "no usable rig", "skipped": skipped}))
    sampler = open_sampler(args.checkpoint, args.data, args.guidance)
    found = {"model": sampler.name, "rigs": len({t.rig for t in tests}), "tests": len(tests)}
    found |= evaluate(tests, sampler, Baselines()) | {"skipped": skipped}
    print(json.dumps(found, indent=None if args.json else 1))


if __name__ == "__main__":
    main()
