"""The figures of models.training.evaluate, each a function from tests or played tests to named numbers."""

from dataclasses import dataclass

import numpy as np
import torch

from ..data import records
from ..data.prompts import ACTIONS
from ..data.render import PARTS
from .baselines import features_of
from .bones import HEAD, displacements
from .latent import KEYS, magnitude
from .lattice import lattice_of
from .sampler import request
from .skin import decode, fold_share, weights_of

ACTS_ON = {
    "wag-tail": ["tail"], "turn-head": ["head", "neck"], "nod": ["head", "neck"], "shake-head": ["head", "neck"],
    "flap-wings": ["wing_L", "wing_R"], "wave": ["arm_L", "arm_R"],
}  # fmt: skip
WAYS = {"turn-head": ["left", "right"], "tilt-head": ["left", "right"], "drift": ["left", "right", "up", "down"]}
SIZES = 5
SAMPLES = 4
LEAST = 0.004  # share of the silhouette that a part must show to be measured


@dataclass
class Played:
    """A test with what the denoiser did: poses [S, 16, 29, 4] and their flows [S, 16, P, 2] at the test's pixels."""

    test: object
    g: object
    amount: float
    poses: np.ndarray
    flows: np.ndarray
    stage: object


class Stage:
    """Grid and weights of one skeleton in one silhouette."""

    def __init__(self, test, g):
        self.g, self.lattice = g, lattice_of(test.mask)
        self.weights = weights_of(g, self.lattice)
        self.at = (test.xy - self.lattice.centre) / self.lattice.size
        self.own = self.lattice.sample(self.weights[..., None], test.xy)[..., 0]

    def field(self, pose):
        """Displacement of every node [T, R, C, 2] in pixels."""
        return self.lattice.size * decode(pose, self.g, self.lattice.places(), self.weights)

    def flow(self, pose):
        """Displacement of the test's pixels [T, P, 2] in pixels."""
        return self.lattice.size * decode(pose, self.g, self.at, self.own)


def play(tests, sampler, predicted=True):
    """Four samples for every test whose action the model knows, as large as the true clip."""
    rows, known = [], []
    for test in tests:
        g = test.found if predicted else test.true
        if sampler.size(test.action, g.kind) is None or not records.possible(test.action, test.true):
            continue
        g.facing = test.true.facing
        amount = records.measure(test.true, test.pose, test.action)[2]
        known.append((test, g, amount))
        cycles = records.CYCLES.get(test.action, 1)
        rows.append(request(g, test.action, test.direction, amount, cycles))
    samples = np.stack([sampler.sample(rows, 1000 * (s + 1)) for s in range(SAMPLES)], 1)
    out = []
    for (test, g, amount), poses in zip(known, samples):
        stage = Stage(test, g)
        out.append(Played(test, g, amount, poses, np.stack([stage.flow(p) for p in poses]), stage))
    return out


def errors(played, baselines):
    """Sums of dense errors (mean over pixels and times, in object sizes), as ratios."""
    sums = dict.fromkeys(("one", "best", "zero", "mean", "retrieval"), 0.0)
    for p in played:
        if not baselines.knows(p.g.kind, p.test.action):
            continue
        true = p.test.flow[1:]
        error = lambda flow: float(np.linalg.norm(flow[1:] - true, axis=-1).mean() / p.test.size)  # noqa: E731, B023
        each = [error(f) for f in p.flows]
        sums["one"] += each[0]
        sums["best"] += min(each)
        sums["zero"] += error(np.zeros_like(p.test.flow))
        for name, pose in (("mean", baselines.mean), ("retrieval", baselines.retrieved)):
            sums[name] += error(p.stage.flow(pose(p.g, p.test.action, p.amount)))
    pair = lambda name: [round(sums["one"] / max(sums[name], 1e-9), 3), round(sums["best"] / max(sums[name], 1e-9), 3)]  # noqa: E731
    return {f"epe_ratio_{name}": pair(name) for name in ("zero", "mean", "retrieval")}


def stages_of(tests):
    """One test of every rig and camera, staged: [(test, Stage)]."""
    first = {}
    for test in tests:
        first.setdefault((test.rig, round(float(np.sign(test.true.start[HEAD, 0])), 0), test.true.facing), test)
    return [(test, Stage(test, test.found)) for test in first.values()]


def parts_and_ways(tests, sampler):
    """part_energy, direction_right, and fold_share over every action at its usual size."""
    staged = stages_of(tests)
    asked, rows = [], []
    for test, stage in staged:
        for action in ACTIONS:
            usual = sampler.size(action, stage.g.kind)
            if usual is None or not records.possible(action, stage.g):
                continue
            for way in WAYS.get(action, [None]):
                asked.append((test, stage, action, way))
                rows.append(request(stage.g, action, way, usual, sampler.cycles(action, stage.g.kind)))
    energy, right, folds = {}, [], []
    for (test, stage, action, way), pose in zip(asked, sampler.sample(rows, 7)):
        folds.append(fold_share(stage.field(pose[::2]), stage.lattice))
        flow = stage.flow(pose)
        if action in ACTS_ON:
            own = np.isin(test.part, [PARTS.index(n) for n in ACTS_ON[action]])
            each = (flow**2).sum((0, 2))
            if own.mean() > LEAST and each.sum() > 0:
                energy.setdefault(action, []).append(float(each[own].sum() / each.sum()))
        if way and action in WAYS:
            right.append(_goes(test, flow.mean(0), action, way))
    each = {action: round(float(np.mean(v)), 3) for action, v in energy.items()}
    return {
        "part_energy": round(float(np.mean(list(each.values()))), 3) if each else None,
        "part_energy_each": each,
        "direction_right": round(float(np.mean(right)), 3) if right else None,
        "fold_share": round(float(np.mean(folds)), 5),
    }


def _goes(test, flow, action, way):
    """Whether the mean flow [P, 2] goes the way that was said."""
    head = test.part == PARTS.index("head")
    if action == "tilt-head":
        xy = test.xy[head] - test.xy[head].mean(0)
        spin = (xy[:, 0] * flow[head, 1] - xy[:, 1] * flow[head, 0]).sum()
        return bool((spin > 0) == (way == "right"))
    own = flow[head] if action == "turn-head" else flow
    x, y = own.mean(0)
    return bool({"left": x < 0, "right": x > 0, "up": y < 0, "down": y > 0}[way])


def sizes(tests, sampler):
    """Measured against asked size over all actions and all sizes that the model has learned, as the bones move."""
    rows = []
    for test in {t.rig: t for t in tests}.values():
        for action in ACTIONS:
            g = test.found
            if sampler.size(action, g.kind) is not None and records.possible(action, g):
                least, most = (sampler.size(action, g.kind, w) for w in ("least", "most"))
                amounts = np.geomspace(least, most, SIZES)
                rows += [request(g, action, None, amount, sampler.cycles(action, g.kind)) for amount in amounts]
    poses = sampler.sample(rows, 11)
    stack = lambda key: torch.as_tensor(np.stack([np.asarray(r[key]) for r in rows]))  # noqa: E731
    found = magnitude(torch.as_tensor(poses).float(), *(stack(k).float() for k in ("start", "end", "half")),
                      stack("visible"), stack("acting"), stack("size").float())  # fmt: skip
    a, m = np.log([r["magnitude"] for r in rows]), found.clamp(min=1e-5).log().numpy()
    return {
        "magnitude_r2": round(float(np.corrcoef(a, m)[0, 1] ** 2), 3),
        "magnitude_slope": round(float(np.cov(a, m)[0, 1] / a.var(ddof=1)), 3),
    }


def shape(played):
    """kink and diversity."""
    kinks, apart = [], []
    for p in played:
        start, end, half = (torch.as_tensor(x)[None] for x in (p.g.start, p.g.end, p.g.half))
        fine = _period(p.poses[0], 4)
        path = displacements(torch.as_tensor(fine)[None], start, end, half, torch.as_tensor(p.g.visible)[None])[0].numpy()
        second = np.linalg.norm(np.roll(path, 1, 0) - 2 * path + np.roll(path, -1, 0), axis=-1).mean((1, 2))
        if second.sum() > 1e-9:
            kinks.append(second[::4].mean() / max(second[2::4].mean(), 1e-12))
        size = np.linalg.norm(p.flows[:2], axis=-1).mean()
        if size > 1e-6:
            apart.append(np.linalg.norm(p.flows[0] - p.flows[1], axis=-1).mean() / size)
    return {"kink": round(float(np.mean(kinks)), 3), "diversity": round(float(np.mean(apart)), 3)}


def _period(pose, times):
    """A periodic clip [16, ...] read `times` as often: the Fourier series of models/animate/period.ts."""
    spectrum = np.fft.rfft(pose, axis=0)
    wide = np.zeros((KEYS * times // 2 + 1, *pose.shape[1:]), complex)
    wide[:6] = spectrum[:6]
    return np.fft.irfft(wide, KEYS * times, axis=0) * times


def named(played, baselines):
    """How often the judge names the action of our flows and of the true ones, over actions that it knows."""
    known = [p for p in played if p.test.action in baselines.names]
    if not known:
        return {"action_top1": None}
    score = lambda flows: float(  # noqa: E731
        np.mean(
            [
                name == p.test.action
                for p, name in zip(
                    known, baselines.judge(np.stack([features_of(p.test.xy, f, p.test.mask) for p, f in zip(known, flows)]))
                )
            ]
        )
    )
    ours, true = score([p.flows[0] for p in known]), score([p.test.flow for p in known])
    return {"action_top1": [round(ours, 3), round(true, 3)], "action_top1_ratio": round(ours / max(true, 1e-9), 3)}
