"""Plain renders of rigs with exact flow: what the anatomy network learns from, and what evaluate.py measures on.

A scene is one frame of a rig's clip seen by an orthographic camera, and where each of its pixels goes in the rest of the
clip: the skinned surface knows, so the flow is exact (and defined for what is hidden later, too).
"""

import re
from dataclasses import dataclass

import numpy as np

PARTS = ["torso", "head", "neck", "tail", "front_L", "front_R", "back_L", "back_R", "arm_L", "arm_R", "wing_L", "wing_R"]
# First match wins. Names are those of the common rigging conventions, compared in lower case.
_PATTERNS = [
    ("head", r"^(head|ear|jaw|eye|horn|nose|muzzle)"),
    ("neck", r"^neck"),
    ("tail", r"^tail"),
    ("wing", r"^wing"),
    ("back", r"^(ffb|ikback|back(upper|lower)?leg|hind)"),
    ("front", r"^(ff|ikfront|front(upper|lower)leg)"),
    ("arm", r"^(upperarm|lowerarm|forearm|arm|hand|fist|index|middle|pinky|ring|thumb)"),
    ("back", r"^(upperleg|lowerleg|leg|foot|toe|thigh|shin|calf)"),
]


@dataclass
class Scene:
    """`mask` [H, W] bool; `image` [H, W, 3] uint8, black outside; `part` [H, W] index into PARTS, -1 outside;
    `flow` [T, H, W, 2] pixels from where a surface point is in the picture to where it is at time T, 0 outside;
    pixels are `scale` * (x, -y of the camera) + `shift` [2]; `project` maps world points [..., 3] to pixels [..., 2] and
    depth [...] (larger is nearer)."""

    image: np.ndarray
    mask: np.ndarray
    part: np.ndarray
    flow: np.ndarray
    scale: float
    shift: np.ndarray
    project: object


def part_of(name):
    """Index into PARTS for a joint's name; what no pattern knows belongs to the torso."""
    side = "R" if re.search(r"(\.|_|-|\b)r$|right", name.lower()) else "L"
    for part, pattern in _PATTERNS:
        if re.match(pattern, name.lower()):
            return PARTS.index(part if part in PARTS else f"{part}_{side}")
    return 0


def scene(rig, worlds, view, size=192, margin=1.15, light=(0.4, 0.7, 0.6)):
    """Renders `worlds` [T, nodes, 4, 4] (Rig.world at each time; the first is the picture) as a Scene.

    view [3, 3]: rotation into camera axes (rigs.camera). The object's box at time 0 fills 1 / margin of the picture.
    """
    places = np.stack([rig.posed(w) for w in worlds])
    seen = places @ view.T
    flat, depth = seen[..., :2] * [1, -1], seen[0, :, 2]
    low, high = flat[0].min(0), flat[0].max(0)
    scale = size / margin / max(1e-9, (high - low).max())
    shift = size / 2 - scale * (low + high) / 2
    pixels = flat * scale + shift
    ids, bary = rasterise(pixels[0], depth, rig.triangles, size)
    mask = ids >= 0
    corners = rig.triangles[ids[mask]]
    weights = bary[mask]
    at = lambda values: (values[corners] * weights[..., None]).sum(1)  # noqa: E731

    flow = np.zeros((len(worlds), size, size, 2), np.float32)
    for t in range(1, len(worlds)):
        flow[t][mask] = at(pixels[t] - pixels[0])
    edges = seen[0][rig.triangles]
    normal = np.cross(edges[:, 1] - edges[:, 0], edges[:, 2] - edges[:, 0])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True).clip(1e-12)
    shade = 0.45 + 0.55 * np.abs(normal @ (np.asarray(light) / np.linalg.norm(light)))
    image = np.zeros((size, size, 3), np.uint8)
    image[mask] = (255 * (at(rig.colours) * shade[ids[mask], None]).clip(0, 1)).astype(np.uint8)
    labels = np.array([part_of(rig.names[j]) for j in rig.joints])[rig.dominant]
    part = np.full((size, size), -1)
    nearest = np.take_along_axis(corners, weights.argmax(1)[:, None], 1)[:, 0]
    part[mask] = labels[nearest]

    def project(points):
        there = np.asarray(points) @ view.T
        return there[..., :2] * [1, -1] * scale + shift, there[..., 2]

    return Scene(image, mask, part, flow, scale, shift, project)


def rasterise(points, depth, triangles, size):
    """Z-buffer of triangles [F, 3] over points [V, 2] (pixels): nearest triangle [H, W] (-1 none), barycentrics [H, W, 3].

    All fragments of all triangles are made at once and written in the order of their depth, so that the nearest stays.
    """
    p = points[triangles]
    low = np.floor(p.min(1) - 0.5).astype(int).clip(0, size)
    high = np.ceil(p.max(1) + 0.5).astype(int).clip(0, size)
    wide, tall = (high - low).T
    count = wide * tall
    owner = np.repeat(np.arange(len(triangles)), count)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    x = low[owner, 0] + within % wide[owner].clip(1)
    y = low[owner, 1] + within // wide[owner].clip(1)
    a, b, c = p[:, 0], p[:, 1], p[:, 2]
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
    area = np.where(np.abs(area) < 1e-9, np.inf, area)
    px, py = x + 0.5, y + 0.5
    edge = lambda q, r: (r[owner, 0] - q[owner, 0]) * (py - q[owner, 1]) - (r[owner, 1] - q[owner, 1]) * (px - q[owner, 0])  # noqa: E731
    bary = np.stack([edge(b, c), edge(c, a), edge(a, b)], 1) / area[owner, None]
    inside = (bary >= -1e-6).all(1) & np.isfinite(area[owner])
    owner, x, y, bary = owner[inside], x[inside], y[inside], bary[inside]
    order = np.argsort((depth[triangles[owner]] * bary).sum(1), kind="stable")
    ids = np.full((size, size), -1)
    shares = np.zeros((size, size, 3))
    ids[y[order], x[order]] = owner[order]
    shares[y[order], x[order]] = bary[order]
    return ids, shares
