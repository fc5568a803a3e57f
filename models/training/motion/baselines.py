"""What the denoiser must beat, and the judge of its actions: all from training rigs alone, kept in bank.npz.

    python -m models.training.motion.baselines --rigs DIR

writes it. Action mean: the mean clip of an action and kind. Retrieval: the clip of the rig whose skeleton is most like
the one at hand, retargeted. Judge: a softmax regression on true flows (not on ours), blind to their size.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from ..data import records, rigs
from ..data.retarget import Bank, retarget
from .bones import Geometry
from .scenes import tests_of

FILE = Path(__file__).with_name("bank.npz")
GRID, HARMONICS = 8, 4


class Baselines:
    """Reads bank.npz. Poses are [16, 29, 4], as large as the clip they were taken from (`amount`: latent.magnitude)."""

    def __init__(self, file=FILE):
        with np.load(file) as stored:
            d = {key: stored[key] for key in stored}
        self.bank, self.amounts = Bank(), {}
        sums = {}
        for i, pose in enumerate(d["pose"].astype(float)):
            g = Geometry()
            g.start, g.end, g.visible = d["start"][i].astype(float), d["end"][i].astype(float), d["visible"][i]
            g.kind, action = str(d["kind"][i]), str(d["action"][i])
            self.bank.add(g.kind, action, g, pose)
            self.amounts[id(pose)] = float(d["amount"][i])
            sums.setdefault((g.kind, action), []).append(pose / d["amount"][i])
        self.means = {key: np.mean(poses, 0) for key, poses in sums.items()}
        self.names, self.weight, self.scale = d["names"].tolist(), d["weight"].astype(float), d["scale"].astype(float)

    def knows(self, kind, action):
        return (kind, action) in self.means

    def mean(self, g, action, amount):
        """The action's mean clip, `amount` large."""
        pose = self.means[(g.kind, action)] * amount
        pose[:, ~g.visible] = 0
        return pose

    def retrieved(self, g, action, amount):
        """The nearest rig's clip, `amount` large."""
        source, pose = self.bank.nearest(g, action)
        return retarget(g, source, pose, np.clip(amount / self.amounts[id(pose)], 0.2, 3))

    def judge(self, features):
        """Names of the most likely actions of features [n, F]."""
        x = np.concatenate([features / self.scale, np.ones((len(features), 1))], 1)
        return [self.names[i] for i in (x @ self.weight).argmax(1)]


def features_of(xy, flow, mask):
    """A flow [16, P, 2] at pixels xy [P, 2] of a silhouette, as a vector that does not know its size.

    Mean flow in each cell of an 8 x 8 grid over the box, as magnitudes of its first temporal harmonics (what moves and how
    often, whatever the phase), mean directions, and the silhouette.
    """
    ys, xs = np.nonzero(mask)
    side = max(np.ptp(xs), np.ptp(ys)) + 1
    middle = np.array([xs.min() + xs.max(), ys.min() + ys.max()]) / 2
    cell = ((xy - middle) / side * GRID + GRID / 2).astype(int).clip(0, GRID - 1)
    index = cell[:, 1] * GRID + cell[:, 0]
    count = np.bincount(index, minlength=GRID * GRID)
    mean = np.stack(
        [[np.bincount(index, f[:, c], GRID * GRID) for c in (0, 1)] for f in flow]
    ) / count.clip(1)  # [16, 2, cells]
    mean /= np.sqrt((mean**2).mean()) + 1e-6
    waves = np.fft.rfft(mean, axis=0)[:HARMONICS] / len(flow)
    parts = [np.abs(waves).ravel(), np.abs(np.fft.rfft(mean, axis=0)).mean(2).ravel() / len(flow), waves[0].real.ravel()]
    return np.concatenate([*parts, count / count.sum()])


def fit_judge(features, names, decay=3e-3, steps=400):
    """Softmax regression [F + 1, classes] by full-batch AdamW, and the features' spread [F]."""
    classes = sorted(set(names))
    scale = features.std(0) + 1e-3
    x = torch.as_tensor(np.concatenate([features / scale, np.ones((len(features), 1))], 1), dtype=torch.float32)
    y = torch.tensor([classes.index(n) for n in names])
    weight = torch.zeros(x.shape[1], len(classes), requires_grad=True)
    optimiser = torch.optim.Adam([weight], lr=0.02)
    share = torch.bincount(y, minlength=len(classes)).float()
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(x @ weight, y, weight=1 / share.clamp(min=1)) + decay * (weight**2).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return weight.detach().numpy(), scale, classes


def build(folder, rng, each=12, views=3):
    """The arrays of bank.npz from all rigs under `folder` that are not held out."""
    rows = {key: [] for key in ("pose", "start", "end", "visible", "kind", "action", "amount")}
    for track in rigs.load_all(folder):
        for _ in range(each if track.rig not in rigs.HELD_OUT else 0):
            g, pose, _ = records.read(track, rng)
            amount = records.measure(g, pose, track.action)[2] if records.possible(track.action, g) else 0
            if amount > 0.01:
                for key, value in zip(rows, (pose, g.start, g.end, g.visible, g.kind, track.action, amount)):
                    rows[key].append(value)
    features, names = [], []
    for path in sorted(Path(folder).rglob("*.glb")):
        if path.stem in rigs.HELD_OUT or (path.parent.name == "characters" and path.stem not in rigs.CHARACTERS):
            continue
        for _ in range(views):
            for test in tests_of(path, None, rng):
                features.append(features_of(test.xy, test.flow, test.mask))
                names.append(test.action)
    weight, scale, classes = fit_judge(np.stack(features), names)
    out = {key: np.array(value) for key, value in rows.items()}
    half = {key: out[key].astype(np.float16) for key in ("pose", "start", "end")}
    return out | half | {"weight": weight.astype(np.float16), "scale": scale.astype(np.float32), "names": np.array(classes)}


def main():
    """Command line entry; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="models.training.motion.baselines")
    parser.add_argument("--rigs", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    made = build(args.rigs, np.random.default_rng(0))
    np.savez_compressed(FILE, **made)
    print(f"{len(made['pose'])} clips, {FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
