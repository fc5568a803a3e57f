"""Poses and builds that the rigs' clips do not have: sitting and lying animals, turned heads, short legs, thick bodies.

Every edit is an affine map of some joints' world matrices [nodes, 4, 4], so it needs no knowledge of the joints' own axes.
Models stand on y = 0 and look along +z; "up" turns the nose up, that is about -x.
"""

import numpy as np

from ..data.glb import Rig

# Feet hang on joints of their own, beside the leg's chain.
LEG = {"front": ("FrontUpperLeg", "FrontLowerLeg", "IKFrontLeg"), "back": ("BackLeg", "BackUpperLeg", "IKBackLeg")}
HOCK = "BackLowerLeg"


def below(rig: Rig, *names: str) -> list[int]:
    """The named joints and all that hang on them; a name that the rig lacks counts as no joint."""
    found = [rig.index(name) for name in names if rig.index(name) is not None]
    for node in found:
        found += [i for i in np.flatnonzero(rig.parents == node).tolist() if i not in found]
    return found


def turn(worlds: np.ndarray, nodes: list[int], at: np.ndarray, up=0.0, side=0.0, roll=0.0):
    """Turns `nodes` about the point `at` [3], in radians: nose up, nose to the model's left (+x), about the long axis."""
    a, b, c = -up, side, roll
    x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    move(worlds, nodes, at, y @ x @ z)


def move(worlds: np.ndarray, nodes: list[int], at: np.ndarray, linear: np.ndarray):
    """Applies `linear` [3, 3] about the point `at` to the world matrices of `nodes`, in place."""
    worlds[nodes, :3, :3] = linear @ worlds[nodes, :3, :3]
    worlds[nodes, :3, 3] = (worlds[nodes, :3, 3] - at) @ linear.T + at


def leg(rig: Rig, which: str, side: str, part: int) -> list[int]:
    """Joints of a leg from its hip or shoulder (0), its knee (1) or, of back legs, its hock (2) downwards."""
    names = [LEG[which][part] if part < 2 else HOCK, LEG[which][2]]
    return below(rig, *[f"{name}.{side}" for name in names])


def bend(rig: Rig, worlds: np.ndarray, which: str, side: str, angles: list[float]):
    """Turns a leg at hip or shoulder, knee and hock by `angles` (radians; positive swings the foot forward)."""
    for part, angle in enumerate(angles):
        nodes = leg(rig, which, side, part)
        if nodes:  # not every build has a hock
            turn(worlds, nodes, worlds[nodes[0], :3, 3].copy(), up=angle)


def hips(rig: Rig, worlds: np.ndarray) -> np.ndarray:
    return (worlds[rig.index("BackLeg.L"), :3, 3] + worlds[rig.index("BackLeg.R"), :3, 3]) / 2


def raise_neck(rig: Rig, worlds: np.ndarray, up: float, side: float, rng: np.random.Generator):
    """Bends the neck and turns the head, shared out over their joints."""
    shares = rng.dirichlet([2, 2, 3])
    for joint, share in zip(("Neck1", "Neck3", "Head"), shares, strict=True):
        node = rig.index(joint)
        if node is not None:
            turn(worlds, below(rig, joint), worlds[node, :3, 3].copy(), share * up, share * side)


def sit(rig: Rig, worlds: np.ndarray, rng: np.random.Generator):
    """The body rises about the hips, the thighs stay level, the shanks fold under them."""
    tilt = np.radians(rng.uniform(32, 58))
    turn(worlds, list(range(len(worlds))), hips(rig, worlds), up=tilt)
    for side in "LR":
        bend(rig, worlds, "front", side, [-tilt * rng.uniform(0.85, 1.05), np.radians(rng.uniform(-6, 6))])
        bend(rig, worlds, "back", side, list(np.radians(rng.uniform([0, -62, 55], [16, -48, 75]))))
    raise_neck(rig, worlds, -tilt * rng.uniform(0.6, 1.05), 0.0, rng)
    tail = rig.index("Tail1")
    turn(worlds, below(rig, "Tail1"), worlds[tail, :3, 3].copy(), up=-tilt * rng.uniform(0.2, 1.0), side=rng.normal(0, 0.4))


def lie(rig: Rig, worlds: np.ndarray, rng: np.random.Generator, hoofed: bool):
    """On the belly: a dog stretches its forelegs, hoofed animals fold theirs under."""
    for side in "LR":
        front = rng.uniform([55, -165], [80, -140]) if hoofed else rng.uniform([-30, 60], [0, 80])
        bend(rig, worlds, "front", side, list(np.radians(front)))
        bend(rig, worlds, "back", side, list(np.radians(rng.uniform([20, -70, 65], [45, -55, 90]))))
    turn(worlds, below(rig, "Tail1"), worlds[rig.index("Tail1"), :3, 3].copy(), up=rng.uniform(-0.2, 0.5), side=rng.normal(0, 0.7))


def build(rig: Rig, worlds: np.ndarray, rng: np.random.Generator):
    """Another animal of the same kind: longer or shorter legs, a larger or smaller head, other ears and tail."""
    height = rng.uniform(0.45, 0.8) if rng.random() < 0.2 else rng.uniform(0.85, 1.15)
    for which in LEG:
        for side in "LR":
            nodes = leg(rig, which, side, 0)
            move(worlds, nodes, worlds[nodes[0], :3, 3].copy(), np.diag([1, height, 1]))
    head = rig.index("Head")
    size = rng.uniform(0.85, 1.35)
    move(worlds, below(rig, "Head"), worlds[head, :3, 3].copy(), np.diag([size, size, size * rng.uniform(0.8, 1.15)]))
    droop, spread = (rng.uniform(1.0, 2.2), rng.normal(0, 0.3)) if rng.random() < 0.3 else rng.normal(0, 0.15, 2)
    for side, sign in (("L", -1), ("R", 1)):  # the left ear falls to +x
        ear = rig.index(f"Ear1.{side}")
        if ear is not None:
            turn(worlds, below(rig, f"Ear1.{side}"), worlds[ear, :3, 3].copy(), up=spread, roll=sign * droop)


def move_tail(rig: Rig, worlds: np.ndarray, rng: np.random.Generator):
    """A tail swung as a whole and curled along its joints."""
    up, side = rng.normal(0, 0.45), rng.normal(0, 0.5)
    curl, sweep = rng.normal(0, 0.25), rng.normal(0, 0.2)
    chain = sorted((n for n in rig.names if n.startswith("Tail")), key=lambda n: int(n[4:]))
    for i, joint in enumerate(chain):
        share = (up, side) if i == 0 else (curl, sweep)
        turn(worlds, below(rig, joint), worlds[rig.index(joint), :3, 3].copy(), *share)


def pose(rig: Rig, worlds: np.ndarray, rng: np.random.Generator, hoofed: bool, still: bool) -> tuple[np.ndarray, str]:
    """A four-legged rig's world matrices at some moment of a clip -> those of another build in another pose, and its name.

    `still`: the clip's moment is one from which an animal may sit or lie down; others keep their legs as they are.
    """
    worlds, name = worlds.copy(), "clip"
    build(rig, worlds, rng)
    choice = rng.random()
    if still and choice < (0.12 if hoofed else 0.4):
        sit(rig, worlds, rng)
        name = "sitting"
    elif still and choice < 0.6:
        lie(rig, worlds, rng, hoofed)
        name = "lying"
    if rng.random() < 0.6:
        raise_neck(rig, worlds, rng.normal(0, 0.3), rng.normal(0, 0.5), rng)
    move_tail(rig, worlds, rng)
    move(worlds, list(range(len(worlds))), np.zeros(3), np.diag(rng.uniform([0.85, 0.92, 0.92], [1.3, 1.08, 1.08])))
    return worlds, name
