"""The canonical skeleton: 29 bone slots, their parents, and 2D forward kinematics.

Coordinates are object units: the centre of the object's box is (0, 0), its longest side is 1, x to the right, y down.
Angles are radians, positive turns clockwise on the screen. A pose is [29, 4]:
  root   (dx, dy, turn, log scale)           about the object's centre
  torso  (turn, log length, log girth, 0)    about its own middle
  head   (turn, log length, yaw, pitch)      yaw > 0 looks to the right of the picture, pitch > 0 down
  others (turn, log length, 0, 0)            turn is relative to the parent
Hierarchical angles keep a body connected whatever the network says (see LOG.md).
"""

import numpy as np
import torch

SLOTS = [
    "root", "torso", "neck1", "neck2", "head", "ear_a", "ear_b", "trunk1", "trunk2", "trunk3", "tail1", "tail2",
    "tail3", "front_a1", "front_a2", "front_b1", "front_b2", "back_a1", "back_a2", "back_b1", "back_b2", "arm_a1",
    "arm_a2", "arm_b1", "arm_b2", "wing_a1", "wing_a2", "wing_b1", "wing_b2",
]  # fmt: skip
S = {name: i for i, name in enumerate(SLOTS)}
COUNT = len(SLOTS)
ROOT, TORSO, HEAD = S["root"], S["torso"], S["head"]
PARENTS = np.array(
    [-1, 0, 1, 2, 3, 4, 4, 4, 7, 8, 1, 10, 11, 1, 13, 1, 15, 1, 17, 1, 19, 1, 21, 1, 23, 1, 25, 1, 27], dtype=np.int64
)
CHAINS = {
    "trunk": ["trunk1", "trunk2", "trunk3"],
    "tail": ["tail1", "tail2", "tail3"],
    "front_a": ["front_a1", "front_a2"],
    "front_b": ["front_b1", "front_b2"],
    "back_a": ["back_a1", "back_a2"],
    "back_b": ["back_b1", "back_b2"],
    "arm_a": ["arm_a1", "arm_a2"],
    "arm_b": ["arm_b1", "arm_b2"],
    "wing_a": ["wing_a1", "wing_a2"],
    "wing_b": ["wing_b1", "wing_b2"],
    "neck": ["neck1", "neck2"],
}
GROUPS = {
    "body": ["root", "torso"],
    "head": ["head"],
    "neck": CHAINS["neck"],
    "ears": ["ear_a", "ear_b"],
    "trunk": CHAINS["trunk"],
    "tail": CHAINS["tail"],
    "legs": [n for c in ("front_a", "front_b", "back_a", "back_b") for n in CHAINS[c]],
    "arms": CHAINS["arm_a"] + CHAINS["arm_b"],
    "wings": CHAINS["wing_a"] + CHAINS["wing_b"],
}


class Geometry:
    """A skeleton at rest: start and end of each bone [29, 2], half size of the head box [29, 2], visible [29]."""

    def __init__(self):
        self.start = np.zeros((COUNT, 2))
        self.end = np.zeros((COUNT, 2))
        self.half = np.zeros((COUNT, 2))
        self.visible = np.zeros(COUNT, bool)
        self.visible[ROOT] = True
        self.facing = "unknown"
        self.kind = "animal"
        # What was divided out to get object units: (centre [2], size), in the units that the points came in.
        self.frame = np.zeros(2), 1.0

    def moved(self, scale, shift):
        """The same skeleton in other object units: points become scale * point + shift [2]."""
        out = Geometry()
        out.start, out.end, out.half = self.start * scale + shift, self.end * scale + shift, self.half * scale
        out.visible, out.facing, out.kind = self.visible.copy(), self.facing, self.kind
        return out

    def put(self, name, start, end):
        """Makes one bone visible, unless it is too short to have a direction (1.5 % of the object)."""
        k = S[name]
        self.start[k], self.end[k] = start, end
        self.visible[k] = name == "root" or np.hypot(*(self.end[k] - self.start[k])) > 0.015

    def chain(self, name, points):
        """Lays a polyline of three points over the bones of chain `name`, resampled to equal lengths."""
        points = resample(np.asarray(points, float), len(CHAINS[name]) + 1)
        for bone, a, b in zip(CHAINS[name], points[:-1], points[1:]):
            self.put(bone, a, b)
        shown = [S[b] for b in CHAINS[name]]
        self.visible[shown] = self.visible[shown].all()

    def features(self):
        """[29, 7] float32: start, end, length, half width and height of the head box."""
        length = np.hypot(*(self.end - self.start).T)[:, None]
        return np.concatenate([self.start, self.end, length, self.half], 1).astype(np.float32) * self.visible[:, None]


def resample(points, count):
    """`count` points on the smooth curve through three points (quadratic in arc length), joints kept for two bones."""
    if count == len(points):
        return points
    a, b, c = points if len(points) == 3 else (points[0], points.mean(0), points[1])
    u = np.linalg.norm(b - a) / max(1e-9, np.linalg.norm(b - a) + np.linalg.norm(c - b))
    u = np.clip(u, 0.2, 0.8)
    s = np.linspace(0, 1, count)[:, None]
    return a * (s - u) * (s - 1) / u + b * s * (s - 1) / (u * (u - 1)) + c * s * (s - u) / (1 - u)


def from_record(record, box=None):
    """Geometry of one line of parts.jsonl (or of the same fields with `kind` and `arms`), in units of the object's box
    [x0, y0, x1, y1]; without one, of the points' own, which is a little smaller."""
    points = [record["head"][:2], record["head"][2:]] if record.get("head") else []
    for key in ("neck", "ears", "trunk", "tail", "torso"):
        points += [p for p in record.get(key) or [] if p]
    for key in ("front_legs", "back_legs", "arms", "wings"):
        for chain in record.get(key) or []:
            points += chain
    points = np.array(points, float)
    low, high = points.min(0), points.max(0)
    centre, size = (low + high) / 2, max((high - low).max() * 1.06, 1e-6)
    if box is not None:
        low, high = np.asarray(box[:2], float), np.asarray(box[2:], float)
        centre, size = (low + high) / 2, (high - low).max()
    to = lambda p: (np.asarray(p, float) - centre) / size  # noqa: E731
    g = Geometry()
    g.kind = record.get("kind") or ("bird" if record.get("category") in BIRDS else "animal")
    g.facing = record.get("facing") or "unknown"
    if record.get("torso"):
        g.put("torso", *to(record["torso"]))
    neck = to(record["neck"])[::-1] if record.get("neck") else None
    if record.get("trunk"):
        trunk = to(record["trunk"])
        if g.kind == "bird":
            neck = trunk[::-1]
        else:
            g.chain("trunk", trunk)
    if neck is not None:
        g.chain("neck", neck if len(neck) == 3 else [neck[0], neck.mean(0), neck[1]])
    if record.get("head"):
        box = to([record["head"][:2], record["head"][2:]])
        place_head(g, box.mean(0), (box[1] - box[0]) / 2, None if neck is None else neck[-1])
    root = SAIL if g.visible[S["trunk1"]] else EAR
    for name, tip in zip(("ear_a", "ear_b"), record.get("ears") or []):
        if g.visible[HEAD]:
            tip = to(tip)
            g.put(name, g.end[HEAD] + (tip - g.end[HEAD]) * root, tip)
    if record.get("tail"):
        g.chain("tail", to(record["tail"]))
    for key, names in (("front_legs", "front"), ("back_legs", "back"), ("arms", "arm")):
        for letter, chain in zip("ab", record.get(key) or []):
            g.chain(f"{names}_{letter}", to(chain))
    for letter, wing in zip("ab", record.get("wings") or []):
        a, b = to(wing)
        g.chain(f"wing_{letter}", [a, (a + b) / 2, b])
    return g


BIRDS = {"bird", "emu", "flamingo", "duck", "goose", "chicken", "ostrich", "swan"}


EAR, SAIL = 0.55, 0.1  # where an ear begins between the middle of the head and its tip; elephants' begin at the cheek
LEAST = 0.016  # a head has a bone however small it is


def place_head(g, centre, half, base=None):
    """Head bone: from the end of the neck (or the lower edge of the box) to the centre of the head's box."""
    if base is None or np.hypot(*(base - centre)) < max(0.2 * half.min(), LEAST):
        base = centre + [0.0, max(half[1] * 0.9, LEAST)]
    g.put("head", base, centre)
    g.half[HEAD] = half


def head_depth(offset, half):
    """Depth of a head towards the viewer, in object units, at `offset` [..., 2] from the centre of its box.

    A round skull with a muzzle: exp(-r^2/1.8) * .9 half width + a quarter of it near the middle (design, 4-motion.md).
    """
    width = 0.5 * (half[..., 0] + half[..., 1])
    r2 = ((offset / half.clip(1e-6)) ** 2).sum(-1)
    if isinstance(r2, torch.Tensor):
        return width * (0.9 * torch.exp(-r2 / 1.8) + 0.25 * torch.exp(-r2 / 0.18))
    return width * (0.9 * np.exp(-r2 / 1.8) + 0.25 * np.exp(-r2 / 0.18))


def kinematics(pose, start, end, visible):
    """Forward kinematics.

    pose [B, T, 29, 4], start and end [B, 29, 2], visible [B, 29] -> (linear [B, T, 29, 2, 2], origin [B, T, 29, 2],
    pivot [B, 29, 2]): bone k moves x to origin + linear @ (x - pivot). An invisible bone moves with its parent.
    """
    scale = torch.exp(pose[:, :, ROOT, 3])
    angles, linears, origins, pivots = [], [], [], []
    for k in range(COUNT):
        p = pose[:, :, k]
        if k == ROOT:
            angle = p[..., 2]
            pivot = torch.zeros_like(start[:, 0])
            linear = scale[..., None, None] * _rotation(angle)
            origin = p[..., :2]
        else:
            up = PARENTS[k]
            seen = visible[:, k].to(pose.dtype)[:, None]
            angle = angles[up] + p[..., 0] * seen
            pivot = (start[:, k] + end[:, k]) / 2 if k == TORSO else start[:, k]
            origin = origins[up] + (linears[up] @ (pivot - pivots[up])[:, None, :, None])[..., 0]
            axis = end[:, k] - start[:, k]
            axis = axis / axis.norm(dim=-1, keepdim=True).clamp(min=1e-6)
            along = axis[:, None, :, None] * axis[:, None, None, :]
            across = torch.eye(2, dtype=pose.dtype, device=pose.device) - along
            girth = p[..., 2] if k == TORSO else torch.zeros_like(angle)
            stretch = torch.exp(p[..., 1])[..., None, None] * along + torch.exp(girth)[..., None, None] * across
            linear = scale[..., None, None] * (_rotation(angle) @ stretch)
            keep = visible[:, k][:, None, None, None]
            linear = torch.where(keep, linear, linears[up])
        angles.append(angle)
        linears.append(linear)
        origins.append(origin)
        pivots.append(pivot)
    return torch.stack(linears, 2), torch.stack(origins, 2), torch.stack(pivots, 1)


def _rotation(angle):
    c, s = torch.cos(angle), torch.sin(angle)
    return torch.stack([torch.stack([c, -s], -1), torch.stack([s, c], -1)], -2)


HEAD_POINTS = torch.tensor([[0.0, 0.0], [0.6, 0.0], [-0.6, 0.0], [0.0, 0.6], [0.0, -0.6]])
BONE_POINTS = torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0])


def points_at_rest(start, end, half):
    """[B, 29, 5, 2] sample points: along each bone; over the box for the head; the box's cross for the root."""
    cross = HEAD_POINTS.to(start.device)
    along = start[:, :, None] + (end - start)[:, :, None] * BONE_POINTS.to(start.device)[:, None]
    along[:, HEAD] = end[:, HEAD, None] + cross * half[:, HEAD, None]
    along[:, ROOT] = cross * 0.7
    return along


def displacements(pose, start, end, half, visible):
    """How far each bone's sample points move: [B, T, 29, 5, 2] object units."""
    linear, origin, pivot = kinematics(pose, start, end, visible)
    rest = points_at_rest(start, end, half)
    local = (rest - pivot[:, :, None])[:, None]
    moved = (linear[:, :, :, None] @ local[..., None])[..., 0]
    moved = moved + origin[:, :, :, None]
    depth = head_depth(HEAD_POINTS.to(half.device) * half[:, HEAD, None], half[:, HEAD, None])
    turn = torch.sin(pose[:, :, HEAD, 2:4])
    extra = depth[:, None, :, None] * turn[:, :, None, :] * visible[:, HEAD][:, None, None, None]
    head = moved[:, :, HEAD] + extra
    moved = torch.cat([moved[:, :, :HEAD], head[:, :, None], moved[:, :, HEAD + 1 :]], 2)
    return moved - rest[:, None]
