"""The words of the anatomy network: which points, counts and classes it predicts, and how they are decoded.

models/animate/anatomy/network.ts holds the same tables; tests/fixtures/anatomy checks that both sides agree.
"""

from dataclasses import dataclass, field

import numpy as np

SIZE = 192  # pixels of the square crop
STRIDE = 4
GRID = SIZE // STRIDE

# One heat map per kind of point. Points of paired parts (both front feet, both ears) share a map: which of two legs is
# "the first" has no answer in a picture.
POINTS = [
    "head", "neck_head", "neck_torso", "ear",
    "trunk_root", "trunk_mid", "trunk_tip",
    "tail_root", "tail_mid", "tail_tip",
    "front_foot", "front_knee", "shoulder",
    "back_foot", "back_knee", "hip",
    "wing_tip", "wing_shoulder",
    "torso_shoulder", "torso_hip",
]  # fmt: skip
INDEX = {name: i for i, name in enumerate(POINTS)}

# Dense maps, in crop sizes: log width and height of the head at its centre; from a foot to its knee and shoulder/hip,
# from a wing's tip to its shoulder (grouping by offsets as in PersonLab, Papandreou et al., ECCV 2018).
OFFSETS = [("front_foot", "front_knee"), ("front_foot", "shoulder"), ("back_foot", "back_knee"), ("back_foot", "hip"),
           ("wing_tip", "wing_shoulder")]  # fmt: skip
DENSE = 2 + 2 * len(OFFSETS)

SINGLES = ["head", "neck", "trunk", "tail", "torso"]  # visible or not
PAIRS = ["ear", "front_foot", "back_foot", "wing_tip"]  # 0, 1 or 2 visible
FACINGS = ["left", "right", "front", "back", "front-left", "front-right", "back-left", "back-right"]
KINDS = ["animal", "bird", "person", "thing"]
GLOBALS = len(SINGLES) + 3 * len(PAIRS) + len(FACINGS) + len(KINDS)

# What the detector's word tells the network; 0 where there is no word.
GROUPS = ["unknown", "cat", "dog", "bird", "elephant", "hoofed", "bear", "person", "thing"]
GROUP_OF = {
    "cat": "cat", "dog": "dog", "bird": "bird", "elephant": "elephant", "bear": "bear", "person": "person",
    "horse": "hoofed", "cow": "hoofed", "sheep": "hoofed", "zebra": "hoofed", "giraffe": "hoofed",
}  # fmt: skip


@dataclass
class Skeleton:
    """Points are [x, y] in pixels. Empty or None: not visible."""

    head: list[float] | None = None  # x0, y0, x1, y1
    neck: list | None = None
    ears: list = field(default_factory=list)
    trunk: list | None = None
    tail: list | None = None
    front_legs: list = field(default_factory=list)
    back_legs: list = field(default_factory=list)
    wings: list = field(default_factory=list)
    torso: list | None = None
    facing: str | None = None
    kind: str | None = None
    sharpness: float = 0.0  # mean share of its map that each used peak has; 1: sure of every place
    head_share: float = 0.0  # the same of the head's peak, whether or not a head is visible


def split_globals(values: np.ndarray) -> dict[str, np.ndarray]:
    """[GLOBALS] logits -> singles [5], pairs [4, 3], facing [8], kind [4]."""
    a, b, c = len(SINGLES), len(SINGLES) + 3 * len(PAIRS), GLOBALS - len(KINDS)
    return {"singles": values[:a], "pairs": values[a:b].reshape(-1, 3), "facing": values[b:c], "kind": values[c:]}


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max())
    return e / e.sum()


def peaks(heat: np.ndarray, count: int, apart: float = 2.5) -> list[tuple[float, float, float]]:
    """The `count` highest peaks at least `apart` cells from each other: (x, y, share of the map around it)."""
    found = []
    rest = heat.copy()
    ys, xs = np.mgrid[: heat.shape[0], : heat.shape[1]]
    for _ in range(count):
        cy, cx = np.unravel_index(rest.argmax(), rest.shape)
        near = np.where((abs(ys - cy) <= 2) & (abs(xs - cx) <= 2), rest, 0)
        mass = float(near.sum())
        if mass <= 1e-6:
            break
        found.append((float((near * xs).sum()) / mass, float((near * ys).sum()) / mass, mass))
        rest[(ys - cy) ** 2 + (xs - cx) ** 2 <= apart**2] = 0
    return found


FOOT_APART = 2.5  # cells
FOOT_LEAST = 0.05  # of its map's weight


def feet(front: np.ndarray, back: np.ndarray, count: dict[str, int]) -> dict[str, list]:
    """Front and back feet chosen together, strongest first: one foot cannot belong to both kinds of leg."""
    options = [(mass, "front_foot", x, y) for x, y, mass in peaks(front, 4)]
    options += [(mass, "back_foot", x, y) for x, y, mass in peaks(back, 4)]
    chosen: dict[str, list] = {"front_foot": [], "back_foot": []}
    for mass, name, x, y in sorted(options, reverse=True):
        others = chosen["front_foot"] + chosen["back_foot"]
        taken = any(np.hypot(x - ox, y - oy) < FOOT_APART for ox, oy, _ in others)
        if mass >= FOOT_LEAST and len(chosen[name]) < count[name] and not taken:
            chosen[name].append((x, y, mass))
    return chosen


# A part that a command names is believed sooner: from these logits, wings from this chance.
WANTED_LEAST, WINGS_LEAST = {"head": -1.6, "trunk": -1.6, "tail": -0.5}, 0.3


def decode(heat: np.ndarray, dense: np.ndarray, globals_: np.ndarray, wanted: str | None = None) -> Skeleton:
    """Raw outputs of one crop ([20, G, G] logits, [12, G, G], [GLOBALS]) -> skeleton in crop pixels.

    `wanted`: the part that is to move (one of SINGLES, or "wings"), where it is known.
    """
    maps = np.stack([softmax(channel) for channel in heat])
    g = split_globals(globals_)
    seen = {name: g["singles"][i] > (WANTED_LEAST[name] if name == wanted else 0) for i, name in enumerate(SINGLES)}
    count = {name: int(g["pairs"][i].argmax()) for i, name in enumerate(PAIRS)}
    wings = softmax(g["pairs"][PAIRS.index("wing_tip")])
    if wanted == "wings" and 1 - wings[0] > WINGS_LEAST:
        count["wing_tip"] = 1 + int(wings[1:].argmax())
    pixel = lambda x, y: [(float(x) + 0.5) * STRIDE, (float(y) + 0.5) * STRIDE]  # noqa: E731

    sure = []

    head = peaks(maps[INDEX["head"]], 1)[0]

    def best(name):
        x, y, mass = head if name == "head" else peaks(maps[INDEX[name]], 1)[0]
        sure.append(mass)
        return x, y

    def one(name):
        return pixel(*best(name))

    def snapped(name, x, y, used):
        """The peak of `name` that the offset points at, where one lies near; else the offset's own end."""
        best, near = None, 5.0
        for px, py, mass in peaks(maps[INDEX[name]], 2):
            far = float(np.hypot(px - x, py - y))
            if mass > 0.12 and far < near and (px, py) not in used:
                best, near = (px, py), far
        if best:
            used.append(best)
            # Both are estimates of the same point; the peak is the sharper one.
            return pixel(0.7 * best[0] + 0.3 * x, 0.7 * best[1] + 0.3 * y)
        return pixel(x, y)

    def limbs(tip, tips, *middles):
        used = {name: [] for name in middles}
        result = []
        for x, y, mass in tips:
            sure.append(mass)
            cx, cy = int(round(x)), int(round(y))
            chain = [pixel(x, y)]
            for name in middles:
                at = 2 + 2 * OFFSETS.index((tip, name))
                dx, dy = dense[at : at + 2, cy, cx] * GRID
                chain.append(snapped(name, cx + dx, cy + dy, used[name]))
            result.append(chain[::-1])
        return result

    s = Skeleton(facing=FACINGS[int(g["facing"].argmax())], kind=KINDS[int(g["kind"].argmax())])
    if seen["head"]:
        x, y = best("head")
        w, h = (float(v) for v in np.exp(dense[:2, int(round(y)), int(round(x))]) * SIZE)
        cx, cy = pixel(x, y)
        s.head = [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2]
    if seen["neck"]:
        s.neck = [one("neck_head"), one("neck_torso")]
    if seen["torso"]:
        s.torso = [one("torso_shoulder"), one("torso_hip")]
    for name in ("trunk", "tail"):
        if seen[name]:
            setattr(s, name, [one(f"{name}_{part}") for part in ("root", "mid", "tip")])
    s.ears = [pixel(x, y) for x, y, _ in peaks(maps[INDEX["ear"]], count["ear"])]
    ends = feet(maps[INDEX["front_foot"]], maps[INDEX["back_foot"]], count)
    s.front_legs = limbs("front_foot", ends["front_foot"], "front_knee", "shoulder")
    s.back_legs = limbs("back_foot", ends["back_foot"], "back_knee", "hip")
    s.wings = limbs("wing_tip", peaks(maps[INDEX["wing_tip"]], count["wing_tip"]), "wing_shoulder")
    s.sharpness = float(np.mean(sure)) if sure else 0.0
    s.head_share = float(head[2])
    return s
