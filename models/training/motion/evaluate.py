"""python -m models.training.motion.evaluate --checkpoint last.pt --data DIR [--records 600] [--json]

Measures the denoiser on held-out rigs and photo skeletons. Errors are those of bone points (object units), weighted
over visible bones, in the decoded motion:
  epe_ratio_zero   one sample's error / error of standing still        epe_ratio_best4  the best of four samples
  epe_ratio_mean   one sample's error / error of the action's mean training clip
  part_energy      share of motion energy on the acting part; with the true clips' own share beside it
  direction_right  sign of yaw, roll or travel against the direction asked for (turns, tilts, drifts)
  magnitude_r2, magnitude_slope   log measured magnitude against log asked, without rescaling to the request
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

from ..data.prompts import ACTIONS
from ..data.records import DIRECTIONS
from .batch import Source
from .bones import HEAD, ROOT, displacements
from .export import load
from .latent import magnitude
from .sample import euler, poses

LOCAL = ["wag-tail", "turn-head", "nod", "shake-head", "flap-wings", "wave"]


def action_means(data):
    """Mean training pose per action and kind: what a table of averages would play."""
    table = {}
    for key in {(a, k) for a, k in zip(data["action"], data["kind"])}:
        rows = (data["action"] == key[0]) & (data["kind"] == key[1])
        unit = data["pose"][rows].astype(np.float32) / data["magnitude"][rows][:, None, None, None]
        table[key] = unit.mean(0)
    return table


def evaluate(model, spread, train, held, chunk=50):
    """All figures of the module's docstring for the records of `held`, as a dict."""
    generator = torch.Generator().manual_seed(0)
    means = action_means(train)
    d = held.data
    sums, asked, measured, right = {}, [], [], []
    energy = {a: [[], []] for a in LOCAL}
    begin, sampled = time.time(), 0
    order = np.arange(held.count)
    rows_of = [order[i : i + chunk] for i in range(0, len(order), chunk)]
    for rows in rows_of:
        batch = held.take(rows)
        start, end, half = (torch.as_tensor(d[k][rows]) for k in ("start", "end", "half"))
        visible, acting = (torch.as_tensor(d[k][rows]) for k in ("visible", "acting"))
        move = lambda pose: displacements(pose, start, end, half, visible)  # noqa: E731, B023
        weight = visible.float()[:, None, :, None]
        error = lambda a, b: ((a - b).norm(dim=-1) * weight).mean((1, 2, 3))  # noqa: E731, B023
        true_pose = torch.as_tensor(d["pose"][rows].astype(np.float32))
        true = move(true_pose)
        samples = []
        for _ in range(4):
            noise = torch.randn(batch["latent"].shape, generator=generator)
            samples.append(poses(euler(model, batch, noise), batch, spread))
            sampled += len(rows)
        fields = [move(s) for s in samples]
        errors = torch.stack([error(f, true) for f in fields])
        mean = torch.stack([torch.as_tensor(means[(d["action"][r], d["kind"][r])]) * float(d["magnitude"][r]) for r in rows])
        mean = mean * visible[:, None, :, None]
        for name, value in (
            ("one", errors[0]),
            ("best", errors.min(0).values),
            ("zero", error(true * 0, true)),
            ("mean", error(move(mean), true)),
        ):
            sums[name] = sums.get(name, 0.0) + float(value.sum())
        size = torch.as_tensor(d["size"][rows])
        asked += np.log(d["magnitude"][rows]).tolist()
        measured += magnitude(samples[0], start, end, half, visible, acting, size).clamp(min=1e-5).log().tolist()
        for i, r in enumerate(rows):
            name = ACTIONS[d["action"][r]]
            if name in energy:
                for field, out in ((fields[0], energy[name][0]), (true, energy[name][1])):
                    each = (field[i] ** 2).sum((0, 2, 3)) * visible[i]
                    # Bones beyond the acting ones are carried along; only what does not hang on them counts against.
                    out.append(float((each * acting[i]).sum() / each.sum().clamp(min=1e-9)))
            way = DIRECTIONS[d["direction"][r]]
            if way in ("left", "right") and name in ("turn-head", "tilt-head", "drift"):
                channel = {"turn-head": (HEAD, 2), "tilt-head": (HEAD, 0), "drift": (ROOT, 0)}[name]
                value = float(samples[0][i, :, channel[0], channel[1]].mean())
                right.append((value > 0) == (way == "right"))
    a, m = np.array(asked), np.array(measured)
    slope = float(np.cov(a, m)[0, 1] / a.var(ddof=1))
    return {
        "epe_ratio_zero": round(sums["one"] / sums["zero"], 3),
        "epe_ratio_best4": round(sums["best"] / sums["zero"], 3),
        "mean_ratio_zero": round(sums["mean"] / sums["zero"], 3),
        "epe_ratio_mean": round(sums["one"] / sums["mean"], 3),
        "epe_best4_ratio_mean": round(sums["best"] / sums["mean"], 3),
        "part_energy": {k: [round(float(np.mean(v)), 3) for v in pair] for k, pair in energy.items() if pair[0]},
        "direction_right": round(float(np.mean(right)), 3) if right else None,
        "magnitude_r2": round(float(np.corrcoef(a, m)[0, 1] ** 2), 3),
        "magnitude_slope": round(slope, 3),
        "samples_per_second": round(sampled / (time.time() - begin), 1),
        "records": int(held.count),
    }


def main():
    """Command line entry; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="models.training.motion.evaluate")
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--records", type=int, default=600)
    parser.add_argument("--json", action="store_true", help="one line")
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, spread, steps = load(args.checkpoint)
    held = Source(Path(args.data) / "held.npz", spread)
    held.count = min(held.count, args.records)
    train = np.load(Path(args.data) / "train.npz")
    train = {k: train[k][:12000] for k in ("action", "kind", "pose", "magnitude")}
    found = {"steps": steps, **evaluate(model, spread, train, held)}
    print(json.dumps(found, indent=None if args.json else 1))


if __name__ == "__main__":
    main()
