"""Walking and running on a skeleton as it stands in a photo."""

import numpy as np

from ..motion.bones import CHAINS, S
from .maker import DEG, T


def walk(m, cycles=1, hip=15, knee=18, bob=0.008):
    """Gait from the legs as they stand: each leg starts at the phase that its angle in the photo suggests."""
    hip = hip * m.rng.uniform(0.8, 1.25)
    ahead = 1 if m.profile >= 0 else -1
    lean = {}
    for part in ("front", "back"):
        pair = [S[f"{part}_{letter}1"] for letter in "ab"]
        if m.g.visible[pair].all():
            x = [np.arctan2(*(m.g.end[k] - m.g.start[k]).clip([-9, 1e-3], 9)) for k in pair]
            lean[part] = np.clip(ahead * (x[0] - x[1]) / (2 * hip * DEG), -0.9, 0.9)
    lead = np.arcsin(lean.get("back", lean.get("front", 0.0)))
    rising = m.rng.random() < 0.5
    lead = (lead if rising else np.pi - lead) + m.rng.normal(0, 0.2)
    offsets = {"back_a": 0.0, "front_a": 0.25, "back_b": 0.5, "front_b": 0.75}
    if lean.get("front", 0.0) * np.sin(lead + np.pi / 2) < 0:
        offsets |= {"front_a": 0.75, "front_b": 0.25}
    side = abs(m.profile) if m.profile else 0.35
    for leg, offset in offsets.items():
        x = 2 * np.pi * (cycles * T + offset) + lead
        stride = np.sin(x) - np.sin(x[0])
        lift = np.clip(np.cos(x), 0, 1) ** 1.5
        lift = lift - lift[0]
        upper, lower = CHAINS[leg]
        m.add(upper, 0, -ahead * hip * DEG * side * stride)
        m.add(lower, 0, flexion(m.g, S[upper], S[lower], ahead) * knee * DEG * side * lift)
        m.add(lower, 1, -(0.06 + 0.14 * (1 - side)) * lift)
        m.add(upper, 1, -0.08 * (1 - side) * lift)
    for i, arm in enumerate(("arm_a", "arm_b")):
        x = 2 * np.pi * (cycles * T + 0.5 * i) + lead
        m.add(CHAINS[arm][0], 0, -ahead * 0.8 * hip * DEG * side * (np.sin(x) - np.sin(x[0])))
    m.add("root", 1, -bob * m.dips(2 * cycles))
    m.head_down(2.5 * m.swing(2 * cycles, 0.5, False))
    m.chain("tail", (3, 4, 5), cycles, 0.7)
    m.add("torso", 0, 0.8 * DEG * m.swing(2 * cycles, 1.0, False))


def flexion(g, upper, lower, ahead):
    """Which way a leg's far bone turns when it folds: further the way it is bent, else the foot goes back."""
    a, b = g.end[upper] - g.start[upper], g.end[lower] - g.start[lower]
    bend = np.arctan2(a[0] * b[1] - a[1] * b[0], a @ b)
    return np.sign(bend) if abs(bend) > 10 * DEG else ahead
