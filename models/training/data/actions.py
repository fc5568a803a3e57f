"""Parametric clips for actions that the rigs lack (4-motion.md, point 5, gives amplitudes).

`clip(action, geometry, direction, rng)` gives (pose [16, 29, 4], cycles): one period, key 0 at rest, with random
phase, amplitude, lag and asymmetry, so that the denoiser learns one distribution over rig clips and these.
"""

import numpy as np

from ..motion.bones import CHAINS, HEAD, TORSO, S
from .gait import walk
from .maker import DEG, Maker, T


def swing_head(m, direction):
    """Turn of the head: to the named side and back, or to both sides."""
    sign = m.sign(direction, "right", "left")
    if direction is None and m.rng.random() < 0.5:
        wave = np.sin(2 * np.pi * T) + 0.15 * np.sin(4 * np.pi * T) * m.rng.normal()
    else:
        wave = m.pulse()
    m.add("head", 2, sign * 15 * DEG * wave)
    m.add("head", 0, sign * m.rng.normal(2, 1.5) * DEG * wave)
    m.add("neck2", 0, sign * 2 * DEG * wave)
    for ear in ("ear_a", "ear_b"):
        m.add(ear, 0, m.rng.normal(0, 3) * DEG * m.swing(2))


def dance(m):
    step = m.rng.integers(1, 3)
    m.add("root", 0, 0.02 * m.swing(step))
    m.add("root", 1, -0.015 * m.dips(2 * step))
    m.add("torso", 0, 5 * DEG * m.swing(step))
    m.add("head", 0, -6 * DEG * m.swing(step, 0.4))
    m.add("head", 2, 6 * DEG * m.swing(step, 0.8))
    for arm in ("arm_a", "arm_b"):
        side = np.sign(m.g.end[S[arm + "1"], 0] - m.g.start[TORSO, 0]) or 1
        lag = m.rng.uniform(0, 2)
        m.add(CHAINS[arm][0], 0, -side * 18 * DEG * m.swing(step, lag))
        m.add(CHAINS[arm][1], 0, -side * 28 * DEG * m.swing(step, lag + 0.7))
    for i, leg in enumerate(("front_a", "front_b", "back_a", "back_b")):
        turn = 7 * DEG * m.swing(step, np.pi * (i % 2))
        m.add(CHAINS[leg][0], 0, turn)
        m.add(CHAINS[leg][1], 0, -1.3 * turn)
        m.add(CHAINS[leg][1], 1, -0.08 * m.dips(2 * step))
    m.chain("tail", (6, 10, 14), step, 0.8)
    for wing in ("wing_a", "wing_b"):
        m.add(CHAINS[wing][0], 0, 8 * DEG * m.swing(2 * step))


def flap(m, cycles, amount=1.0):
    for wing in ("wing_a", "wing_b"):
        k = S[wing + "1"]
        out = np.sign(m.g.end[k, 0] - m.g.start[k, 0]) or 1
        for i, bone in enumerate(CHAINS[wing]):
            beat = m.swing(cycles, i * 0.7)
            m.add(bone, 0, -out * (22, 18)[i] * amount * DEG * beat)
            m.add(bone, 1, -0.12 * amount * (1 - np.cos(2 * np.pi * cycles * T - i * 0.7)) / 2 * m.rng.uniform(0.4, 1.2))
    m.add("root", 1, 0.02 * amount * m.swing(cycles, 0.9))
    m.chain("tail", (2, 3, 3), cycles, 0.6)


def clip(action, geometry, direction, rng):
    """See the module's docstring. Raises KeyError for an action without a recipe."""
    m = Maker(geometry, rng)
    m.beat = rng.normal(0, 0.6)
    cycles = RECIPES[action](m, direction, rng)
    pose = m.pose
    pose[:, ~geometry.visible] = 0
    return pose - pose[:1], int(cycles or 1)


def _wag(m, direction, rng):
    c = rng.integers(1, 4)
    m.chain("tail", (10, 16, 20), c, rng.uniform(0.6, 1.0))
    m.add("torso", 0, 0.8 * DEG * m.swing(c, -0.4))
    return c


def _nod(m, direction, rng):
    c = rng.integers(1, 4)
    m.head_down(14 * m.dips(c))
    return c


def _shake_head(m, direction, rng):
    c = rng.integers(1, 4)
    m.add("head", 2, 13 * DEG * m.swing(c))
    m.add("head", 0, 2.5 * DEG * m.swing(c, 0.6))
    m.add("neck2", 0, 2 * DEG * m.swing(c))
    for ear in ("ear_a", "ear_b"):
        m.add(ear, 0, 5 * DEG * m.swing(c, 1.2))
    return c


def _tilt(m, direction, rng):
    wave = m.sign(direction, "right", "left") * m.pulse()
    m.add("head", 0, 12 * DEG * wave)
    m.add("neck2", 0, 4 * DEG * wave)
    m.add("head", 2, 3 * DEG * wave * rng.normal())


def _raise(sign):
    def make(m, direction, rng):
        wave = m.pulse()
        m.head_down(sign * 16 * wave)
        for bone in CHAINS["neck"]:
            m.add(bone, 0, sign * 5 * DEG * m.profile * wave)
            m.add(bone, 1, -sign * 0.08 * wave)

    return make


def _eat(m, direction, rng):
    wave = m.pulse(0.4)
    m.head_down(15 * wave + 3.5 * wave * np.sin(2 * np.pi * 4 * T))
    for bone in CHAINS["neck"]:
        m.add(bone, 0, 7 * DEG * m.profile * wave)
    m.chain("trunk", (6, 14, 24), 1, 0.6)


def _breathe(m, direction, rng):
    c = rng.integers(1, 3)
    wave = m.dips(c)
    m.add("torso", 2, 0.05 * wave)
    m.add("torso", 1, 0.012 * wave)
    m.add("root", 3, 0.006 * wave)
    m.add("head", 3, -2 * DEG * wave)
    m.add("neck1", 1, 0.02 * wave)
    return c


def _ears(m, direction, rng):
    c = rng.integers(2, 5)
    apart = rng.choice([0.0, np.pi, 1.0])
    for i, ear in enumerate(("ear_a", "ear_b")):
        k = S[ear]
        out = np.sign(m.g.end[k, 0] - m.g.end[HEAD, 0]) or 1
        m.add(ear, 0, out * 14 * DEG * m.swing(c, i * apart))
        m.add(ear, 1, -0.06 * m.dips(c))
    return c


def _shake(m, direction, rng):
    c = rng.integers(3, 5)
    m.add("root", 0, 0.008 * m.swing(c))
    m.add("torso", 0, 2.5 * DEG * m.swing(c))
    m.add("head", 0, 6 * DEG * m.swing(c, 0.7))
    m.add("head", 2, 7 * DEG * m.swing(c, 0.4))
    for ear in ("ear_a", "ear_b"):
        m.add(ear, 0, 9 * DEG * m.swing(c, 1.2))
    m.chain("tail", (6, 9, 10), c, 0.6)
    return c


def _shiver(m, direction, rng):
    c = rng.integers(4, 6)
    m.add("root", 0, 0.005 * m.swing(c))
    m.add("torso", 0, 0.9 * DEG * m.swing(c, 1))
    m.add("head", 0, 1.5 * DEG * m.swing(c, 0.5))
    m.add("head", 2, 2 * DEG * m.swing(c, 0.2))
    return c


def _sway(m, direction, rng):
    c = rng.integers(1, 3)
    m.add("root", 2, 3 * DEG * m.swing(c))
    m.add("root", 0, 0.025 * m.swing(c))
    m.add("torso", 0, 2 * DEG * m.swing(c, 0.4))
    m.add("head", 0, -3 * DEG * m.swing(c, 0.6))
    m.chain("tail", (4, 6, 8), c, 0.7)
    return c


def _bounce(m, direction, rng):
    c = rng.integers(1, 4)
    m.add("root", 1, -0.05 * m.dips(c))
    m.add("root", 3, 0.015 * m.swing(2 * c, 1.0, False))
    for leg in ("front_a", "front_b", "back_a", "back_b"):
        m.add(CHAINS[leg][1], 1, 0.1 * m.swing(c, 1.5, False))
    m.head_down(4 * m.swing(c, 0.8))
    for ear in ("ear_a", "ear_b"):
        m.add(ear, 0, 6 * DEG * m.swing(c, 1.2))
    m.chain("tail", (5, 7, 9), c, 0.8)
    return c


def _jump(m, direction, rng):
    x = np.clip((T - 0.2) / 0.6, 0, 1)
    up = 4 * x * (1 - x)
    crouch = np.exp(-(((T - 0.12) / 0.08) ** 2)) + 0.7 * np.exp(-(((T - 0.86) / 0.07) ** 2))
    m.add("root", 1, -0.12 * up + 0.02 * crouch)
    m.add("torso", 0, -6 * DEG * m.profile * up * np.cos(np.pi * x))
    for leg, turn in (("front_a", -1), ("front_b", -1), ("back_a", 1), ("back_b", 1)):
        away = turn * (1 if m.profile <= 0 else -1) if m.profile else 0
        m.add(CHAINS[leg][0], 0, 14 * DEG * away * up)
        m.add(CHAINS[leg][1], 0, -22 * DEG * away * up)
        m.add(CHAINS[leg][0], 1, -0.12 * crouch)
        m.add(CHAINS[leg][1], 1, -0.12 * crouch - 0.1 * up)
    for arm in ("arm_a", "arm_b"):
        side = np.sign(m.g.end[S[arm + "1"], 0] - m.g.start[TORSO, 0]) or 1
        m.add(CHAINS[arm][0], 0, -side * 22 * DEG * up)
    m.head_down(-4 * up + 3 * crouch)


def _wave(m, direction, rng):
    """The arm goes up sideways and the forearm beats; the arm that hangs freer (lower hand) is taken."""
    arms = [a for a in ("arm_a", "arm_b") if m.g.visible[S[a + "1"]]]
    if direction in ("left", "right") and len(arms) == 2:
        arms.sort(key=lambda a: m.g.end[S[a + "2"], 0], reverse=direction == "right")
    elif len(arms) == 2 and rng.random() < 0.5:
        arms.reverse()
    if not arms:
        arms = [rng.choice(["front_a", "front_b"])]
    arm = arms[0]
    c = rng.integers(2, 5)
    out = np.sign(m.g.end[S[arm + "1"], 0] - m.g.start[TORSO, 0]) or 1
    up = m.pulse(0.5)
    upper, lower = CHAINS[arm]
    reach = 50 if arm.startswith("arm") else 25
    m.add(upper, 0, -out * reach * DEG * up)
    m.add(lower, 0, -out * 45 * DEG * up + 22 * DEG * up * np.sin(2 * np.pi * c * T + m.phase))
    m.add("head", 0, out * 3 * DEG * up)
    return c


def _kick(m, direction, rng):
    legs = [n for n in ("back_a", "back_b", "front_a", "front_b") if m.g.visible[S[n + "1"]]] or ["back_a"]
    leg = legs[rng.integers(0, min(2, len(legs)))]
    x = m.pulse(0.1)
    way = -1 if m.profile > 0 else 1
    m.add(CHAINS[leg][0], 0, way * 28 * DEG * x)
    m.add(CHAINS[leg][1], 0, -way * 14 * DEG * np.sin(2 * np.pi * T))
    m.add("torso", 0, -way * 3 * DEG * x)


def _clap(m, direction, rng):
    c = rng.integers(2, 5)
    for arm in ("arm_a", "arm_b"):
        side = np.sign(m.g.end[S[arm + "1"], 0] - m.g.start[TORSO, 0]) or 1
        m.add(CHAINS[arm][0], 0, side * 9 * DEG * m.dips(c))
        m.add(CHAINS[arm][1], 0, side * 30 * DEG * m.dips(c))
    return c


def _sit(amount):
    def make(m, direction, rng):
        x = m.pulse(0.4)
        m.add("root", 1, amount * x)
        back = 1.0 if m.g.kind == "animal" else 0.0
        m.add("torso", 0, (1 if m.profile < 0 else -1) * 6 * back * abs(m.profile) * DEG * x)
        for leg in ("front_a", "front_b", "back_a", "back_b"):
            m.add(CHAINS[leg][0], 1, -0.22 * x)
            m.add(CHAINS[leg][1], 1, -0.22 * x)
        m.head_down(3 * x)

    return make


def _stretch(m, direction, rng):
    x = m.pulse(0.3)
    m.add("torso", 1, 0.07 * x)
    m.add("neck1", 1, 0.12 * x)
    m.add("neck2", 1, 0.1 * x)
    m.head_down(-8 * x)
    for arm in ("arm_a", "arm_b"):
        side = np.sign(m.g.end[S[arm + "1"], 0] - m.g.start[TORSO, 0]) or 1
        m.add(CHAINS[arm][0], 0, -side * 30 * DEG * x)
    for wing in ("wing_a", "wing_b"):
        m.add(CHAINS[wing][0], 1, 0.1 * x)


def _laugh(m, direction, rng):
    c = rng.integers(3, 6)
    m.add("torso", 1, 0.02 * m.dips(c))
    m.head_down(-7 * m.pulse(0.4) + 3 * m.dips(c))
    m.add("head", 0, 3 * DEG * m.swing(1))
    return c


def _move(m, direction, rng):
    """What a living thing does when told just to move: looks round, wags, breathes."""
    swing_head(m, direction)
    m.chain("tail", (7, 11, 15), rng.integers(1, 3), 0.8)
    m.add("torso", 2, 0.03 * m.dips(1))
    m.add("torso", 0, 0.7 * DEG * m.swing(1))
    for wing in ("wing_a", "wing_b"):
        m.add(CHAINS[wing][0], 0, 2.5 * DEG * m.swing(1, 0.5))
    for arm in ("arm_a", "arm_b"):
        m.add(CHAINS[arm][0], 0, 4 * DEG * m.swing(1, rng.uniform(0, 3)))


def _swing(m, direction, rng):
    """Trunk, else tail, else the whole body from side to side."""
    c = rng.integers(1, 3)
    if m.g.visible[S["trunk1"]]:
        m.chain("trunk", (8, 13, 18), c, 0.8)
        m.head_down(2 * m.swing(c, -0.4))
    elif m.g.visible[S["tail1"]]:
        m.chain("tail", (10, 15, 18), c, 0.9)
    else:
        m.add("root", 2, 4 * DEG * m.swing(c))
    return c


def _float(m, direction, rng):
    m.add("root", 1, -0.04 * m.dips(1))
    m.add("root", 0, 0.015 * m.swing(1, 1.0))
    m.add("root", 2, 1.5 * DEG * m.swing(1, 0.5))
    m.chain("tail", (3, 4, 5), 1, 0.8)


def _drift(m, direction, rng):
    way = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}.get(direction)
    way = way or (m.sign(None, "", ""), 0)
    x = m.pulse(0.1)
    m.add("root", 0, 0.16 * way[0] * x)
    m.add("root", 1, 0.16 * way[1] * x + 0.01 * m.swing(2))
    m.add("root", 2, 1.5 * DEG * m.swing(1))


def _swim(m, direction, rng):
    m.add("root", 1, 0.012 * m.swing(2))
    m.add("root", 0, 0.03 * m.swing(1))
    m.add("root", 2, 1.2 * DEG * m.swing(1, 0.8))
    m.chain("tail", (7, 10, 12), 2, 0.9)
    m.head_down(3 * m.swing(2, 0.6))


RECIPES = {
    "wag-tail": _wag,
    "turn-head": lambda m, d, r: swing_head(m, d),
    "nod": _nod,
    "shake-head": _shake_head,
    "tilt-head": _tilt,
    "raise-head": _raise(-1),
    "lower-head": _raise(1),
    "eat": _eat,
    "swing": _swing,
    "flap-wings": lambda m, d, r: (c := r.integers(1, 4), flap(m, c))[0],
    "fly": lambda m, d, r: (c := r.integers(1, 4), flap(m, c, 1.1), m.add("root", 1, -0.04 * m.dips(1)))[0],
    "wiggle-ears": _ears,
    "breathe": _breathe,
    "shake": _shake,
    "shiver": _shiver,
    "sway": _sway,
    "bounce": _bounce,
    "dance": lambda m, d, r: dance(m),
    "walk": lambda m, d, r: walk(m),
    "run": lambda m, d, r: walk(m, 1, 22, 26, 0.025),
    "jump": _jump,
    "wave": _wave,
    "kick": _kick,
    "clap": _clap,
    "sit-down": _sit(0.07),
    "lie-down": _sit(0.1),
    "stretch": _stretch,
    "laugh": _laugh,
    "move": _move,
    "float": _float,
    "drift": _drift,
    "swim": _swim,
}
