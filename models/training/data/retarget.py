"""Rig clips on other bodies: the motion of the rig whose skeleton is most like the one at hand, refitted to it.

Joint angles do not carry over between bodies whose legs bend elsewhere, so limbs are carried over by what their feet
do: the swing and the length of the line from hip to foot, met by two-bone inverse kinematics that bends the knee the
way it is bent in the picture. Seen from the front a knee that folds only looks shorter.
"""

import numpy as np
import torch

from ..motion.bones import CHAINS, COUNT, ROOT, TORSO, S, kinematics

# How much of a leg's shortening is seen as a bend of the knee.
FOLDS = {"left": 1.0, "right": 1.0, "front": 0.15, "back": 0.15, "unknown": 0.8}
LIMBS = ["front_a", "front_b", "back_a", "back_b", "arm_a", "arm_b"]
_LIMB_SLOTS = {S[name] for limb in LIMBS for name in CHAINS[limb]}


class Bank:
    """Clips of rigs by (kind, action), to be searched by geometry. `entries` are (Geometry, pose [16, 29, 4])."""

    def __init__(self):
        self.entries, self.features = {}, {}

    def add(self, kind, action, geometry, pose):
        self.entries.setdefault((kind, action), []).append((geometry, pose))

    def nearest(self, g, action, rng=None, among=3):
        """The entry whose rest skeleton is most like `g`; with `rng` one of the `among` nearest of a random third."""
        key = (g.kind, action)
        rows = self.entries[key]
        if key not in self.features:
            self.features[key] = [np.stack(x) for x in zip(*(_shape(e[0]) for e in rows))]
        places, seen = self.features[key]
        own, own_seen = _shape(g)
        pick = np.arange(len(rows)) if rng is None else rng.choice(len(rows), max(1, len(rows) // 3), replace=False)
        both = seen[pick] & own_seen
        apart = (((places[pick] - own) ** 2).sum(-1) * both).sum(1) / both.sum(1).clip(1)
        # A part that only one of them shows counts like one that is a fifth of the body away.
        apart += 0.04 * (seen[pick] ^ own_seen).mean(1)
        order = np.argsort(apart)
        return rows[pick[order[0 if rng is None else rng.integers(0, min(among, len(order)))]]]


def _shape(g):
    """Where the bones end [29, 2], and which are visible [29]."""
    return g.end.copy(), g.visible.copy()


def retarget(g, source, pose, gain=1.0):
    """The clip `pose` [16, 29, 4] of the skeleton `source`, on `g`, `gain` times as large."""
    out = np.zeros_like(pose)
    common = source.visible & g.visible
    for k in range(COUNT):
        if k not in _LIMB_SLOTS and common[k]:
            out[:, k] = gain * pose[:, k]
    tensor = lambda x: torch.as_tensor(x)[None]  # noqa: E731
    linear, origin, pivot = kinematics(tensor(pose), tensor(source.start), tensor(source.end), tensor(source.visible))
    torso = out[:, ROOT, 2] + out[:, TORSO, 0]
    folds = FOLDS.get(g.facing, 0.6)
    for limb in LIMBS:
        upper, lower = (S[n] for n in CHAINS[limb])
        if not (common[upper] and common[lower]):
            continue
        hip = origin[0, :, upper].numpy()
        reach = torch.as_tensor(source.end[lower]) - pivot[0, lower]
        foot = (origin[0, :, lower] + linear[0, :, lower] @ reach).numpy()
        swing, ratio = _polar(foot - hip)
        turn = bend(g, upper, lower, gain * swing, 1 + gain * (ratio - 1), folds)
        out[:, upper, 0], out[:, lower, 0] = turn[0] - torso, turn[1] - turn[0]
        out[:, upper, 1] = out[:, lower, 1] = turn[2]
    return out - out[:1]


def _polar(line):
    """Turn [T] and length ratio [T] of a moving line [T, 2] against its first state."""
    angle = np.unwrap(np.arctan2(line[:, 1], line[:, 0]))
    length = np.linalg.norm(line, axis=1)
    return angle - angle[0], length / max(length[0], 1e-6)


def bend(g, upper, lower, swing, ratio, folds=1.0):
    """Two-bone inverse kinematics: turns of both bones on the screen [T], and the log length that is left over [T].

    The line from hip to foot turns by `swing` [T] and becomes `ratio` [T] times as long; `folds` 0..1 of a change of
    length is made by the knee, the rest by foreshortening.
    """
    hip, knee, foot = g.start[upper], g.end[upper], g.end[lower]
    a, b, rest = (max(1e-6, np.linalg.norm(v)) for v in (knee - hip, foot - knee, foot - hip))
    wanted = rest * ratio
    length = rest * (1 + folds * (ratio - 1))
    length = np.clip(length, abs(a - b) * 1.02 + 0.05 * (a + b), a + b)
    side = np.cross(knee - hip, foot - hip)
    side = 1.0 if side >= 0 else -1.0

    def corners(d):
        at_hip = np.arccos(np.clip((a * a + d * d - b * b) / (2 * a * d), -1, 1))
        at_knee = np.arccos(np.clip((a * a + b * b - d * d) / (2 * a * b), -1, 1))
        return at_hip, at_knee

    hip_now, knee_now = corners(length)
    hip_rest, knee_rest = corners(np.clip(rest, 0, a + b))
    first = swing - side * (hip_now - hip_rest)
    return first, first - side * (knee_now - knee_rest), np.log(np.clip(wanted / length, 0.75, 1.25))
