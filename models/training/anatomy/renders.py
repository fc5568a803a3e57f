"""Rigs as if photographed, with their parts known: dogs, horses, deer and cows, which the annotated photos lack.

    python -m models.training.anatomy.renders --rigs DIR --photos ../shared/photos --out RENDERS --count 6000 [--held-out]

Writes NAME.jpg, NAME.png (the mask) and a line of renders.jsonl for each, in the format of shared/photos/PARTS.md. A part is
annotated where its own pixels are in the picture. Rigs of rigs.HELD_OUT are rendered with --held-out only.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ..data import glb, rigs
from ..data.render import PARTS, part_of, rasterise
from . import coats, poses
from .data import Record, annotated, held_out, things
from .parts import KINDS

CATEGORY = {"Fox": "dog", "Husky": "dog", "ShibaInu": "dog", "Wolf": "dog", "Horse": "horse", "Cow": "cow", "Bull": "cow",
            "Deer": "deer", "Stag": "deer", "Alpaca": "alpaca"}  # fmt: skip
PORTRAITS = 0.2  # of the four-legged: close-ups of their heads
SHARE = {"animal": 0.91, "bird": 0.04, "person": 0.05}
STILL = ("Idle", "Walk")  # clips in which an animal may sit or lie down instead
PEOPLE_CLIPS = ("Walk", "Run", "Idle", "SitDown", "Jump", "Wave")


@dataclass
class Model:
    """A rig made ready: `places` [V, 3] at bind in model heights, `weld` [V] one number per place, `labels` [V] of PARTS."""

    rig: glb.Rig
    kind: str
    table: dict
    places: np.ndarray
    weld: np.ndarray
    labels: np.ndarray
    clips: list[str]

    @property
    def category(self) -> str:
        return CATEGORY.get(self.rig.name, {"animal": "unknown"}.get(self.kind, self.kind))


def load(path: Path) -> Model | None:
    """None for a rig of another build, or one whose clips are of no use."""
    rig = glb.load(path)
    found = rigs.joints_of(rig)
    if not found:
        return None
    kind, table = found
    keep = {"animal": lambda c: True, "bird": lambda c: "Fly" in c, "person": lambda c: c in PEOPLE_CLIPS}[kind]
    clips = [clip for clip in rig.clips if keep(clip)]
    height = np.ptp(rig.vertices[:, 1])
    weld = np.unique(np.round(rig.vertices / height, 4), axis=0, return_inverse=True)[1].reshape(-1)
    labels = np.array([part_of(rig.names[j]) for j in rig.joints])[rig.dominant]
    return Model(rig, kind, table, rig.vertices / height, weld, labels, clips) if clips else None


def load_all(folder: Path, held: bool) -> list[Model]:
    """The rigs to learn from, or those held out. Of the characters, which share one build, only some."""
    paths = [p for p in sorted(folder.rglob("*.glb")) if (p.stem in rigs.HELD_OUT) == held]
    paths = [p for p in paths if p.parent.name != "characters" or p.stem in rigs.CHARACTERS]
    return [m for m in map(load, paths) if m]


@dataclass
class View:
    """A posed model in a picture: `pixels` [V, 2], `depth` [V] (larger is nearer), per pixel the nearest triangle `ids`
    [S, S] (-1 none), `bary` [S, S, 3], `part` (PARTS, -1 outside) and `front`, its depth. `size`: longest side, in pixels."""

    pixels: np.ndarray
    depth: np.ndarray
    ids: np.ndarray
    bary: np.ndarray
    part: np.ndarray
    front: np.ndarray
    size: float
    project: object

    def shows(self, point: np.ndarray, labels: set[str], reach=0.03, deep=0.1) -> bool:
        """Whether surface of these parts is in the picture near a world point [3]: within `reach` and `deep` of the size."""
        (x, y), depth = self.project(point)
        r = max(2, round(reach * self.size))
        window = np.s_[max(0, int(y) - r) : max(0, int(y) + r + 1), max(0, int(x) - r) : max(0, int(x) + r + 1)]
        own = np.isin(self.part[window], [PARTS.index(name) for name in labels])
        return int((own & (np.abs(self.front[window] - depth) < deep * self.size)).sum()) >= 4

    def area(self, *labels: str) -> int:
        return int(np.isin(self.part, [PARTS.index(name) for name in labels]).sum())


def see(model: Model, worlds: np.ndarray, turn: np.ndarray, canvas: int, fill: float, at: np.ndarray, far: float) -> View:
    """A square picture of `canvas` pixels; the longest side takes `fill` of it, its box's centre lies at `at` [2] (0..1).

    `turn` [3, 3]: into camera axes; `far`: the camera's distance in longest sides (perspective).
    """
    seen = model.rig.posed(worlds) @ turn.T
    middle = (seen.min(0) + seen.max(0)) / 2
    longest = float((seen.max(0) - seen.min(0))[:2].max())

    def flat(points):
        q = (points - middle) / longest
        return q[..., :2] * [1, -1] / (1 - q[..., 2:] / far), q[..., 2]

    raw, depth = flat(seen)
    low, high = raw.min(0), raw.max(0)
    scale = fill * canvas / (high - low).max()
    shift = at * canvas - scale * (low + high) / 2
    pixels = raw * scale + shift
    ids, bary = rasterise(pixels, depth * scale, model.rig.triangles, canvas)
    corners = model.rig.triangles[ids.clip(0)]
    nearest = np.take_along_axis(corners, bary.argmax(2)[..., None], 2)[..., 0]
    part = np.where(ids >= 0, model.labels[nearest], -1)
    front = np.where(ids >= 0, (depth[corners] * bary).sum(2) * scale, -np.inf)

    def project(points):
        p, z = flat(np.asarray(points) @ turn.T)
        return p * scale + shift, z * scale

    return View(pixels, depth * scale, ids, bary, part, front, fill * canvas, project)


def closer(model: Model, worlds: np.ndarray, turn: np.ndarray, view: View, far: float, rng: np.random.Generator) -> View | None:
    """The same with the camera on its head, which takes a quarter to all of the picture; None where the head is hidden."""
    ys, xs = np.where(view.part == PARTS.index("head"))
    if len(xs) < 60:
        return None
    canvas = len(view.part)
    head = np.array([xs.min() + xs.max(), ys.min() + ys.max()]) / 2
    zoom = rng.uniform(0.3, 1.0) * canvas / max(np.ptp(xs), np.ptp(ys))
    low, high = view.pixels.min(0), view.pixels.max(0)
    at = 0.5 + rng.uniform(-0.15, 0.15, 2) - zoom * (head - (low + high) / 2) / canvas
    return see(model, worlds, turn, canvas, zoom * view.size / canvas, at, far)


def paint(model: Model, view: View, patches: list, rng: np.random.Generator) -> np.ndarray:
    """[S, S, 3] 0..1, black outside the model."""
    mask = view.ids >= 0
    corners, weights = model.rig.triangles[view.ids[mask]], view.bary[mask]
    at = lambda values: (values[corners] * weights[..., None]).sum(1)  # noqa: E731
    space = np.column_stack([view.pixels * [1, -1], view.depth])
    a, b, c = (space[model.rig.triangles[:, i]] for i in range(3))
    smooth = np.zeros((model.weld.max() + 1, 3))
    for i in range(3):
        np.add.at(smooth, model.weld[model.rig.triangles[:, i]], np.cross(b - a, c - a))
    smooth /= np.linalg.norm(smooth, axis=1, keepdims=True).clip(1e-9)
    normal = at(smooth[model.weld])
    ys = np.nonzero(mask)[0]
    low = 1 - (ys - ys.min()) / max(1, np.ptp(ys))
    picture = np.zeros((*mask.shape, 3))
    picture[mask] = coats.coat(at(model.places), at(model.rig.colours), patches, rng) * coats.light(normal, low, rng)
    return picture.clip(0, 1)


def half_way(chain: np.ndarray) -> np.ndarray:
    """The point half the length along a line of points [n, 3]: what annotators call a knee, whichever joint that is."""
    steps = np.linalg.norm(np.diff(chain, axis=0), axis=1)
    along = np.concatenate([[0], np.cumsum(steps)])
    return np.array([np.interp(along[-1] / 2, along, chain[:, i]) for i in range(3)])


def back_line(model: Model, worlds: np.ndarray) -> list[np.ndarray]:
    """Both ends of the torso [3], a little above the tops of the legs, as annotators draw it."""
    rig, found = model.rig, []
    bind = lambda name: np.linalg.inv(rig.inverse_bind[rig.joints.index(rig.index(name))])[:3, 3]  # noqa: E731
    for which, carrier in (("front", "Torso3"), ("back", "Back")):
        top = (bind(f"{poses.LEG[which][0]}.L") + bind(f"{poses.LEG[which][0]}.R")) / 2
        top[1] += 0.3 * np.linalg.norm(top - bind(f"{poses.LEG[which][1]}.L"))
        node = rig.index(carrier)
        found.append((worlds[node] @ rig.inverse_bind[rig.joints.index(node)] @ [*top, 1])[:3])
    return found


def tip(model: Model, worlds: np.ndarray, joint: str) -> np.ndarray:
    """[3] the far end of what a joint moves: joints sit at the near end of their bone."""
    rig, node = model.rig, model.rig.index(joint)
    own = np.flatnonzero(rig.dominant == rig.joints.index(node))
    if not len(own):
        return worlds[node, :3, 3]
    skin = worlds[node] @ rig.inverse_bind[rig.joints.index(node)]
    there = rig.vertices[own] @ skin[:3, :3].T + skin[:3, 3]
    return there[np.linalg.norm(there - worlds[rig.parents[node], :3, 3], axis=1).argmax()]


def parts_of(model: Model, worlds: np.ndarray, view: View, facing: str, pose: str) -> dict:
    """The annotation of a four-legged or winged model; `unsaid` names what nothing is known about."""
    rig, table = model.rig, model.table
    joint = lambda name: worlds[table[name], :3, 3]  # noqa: E731
    flat = lambda points: [[round(float(v), 1) for v in view.project(p)[0]] for p in points]  # noqa: E731
    whole = int((view.ids >= 0).sum())
    parts = {"pose": pose, "facing": facing, "sure": 1.0, "trunk": None, "tail": None, "wings": [], "ears": [],
             "front_legs": [], "back_legs": [], "unsaid": []}  # fmt: skip
    ys, xs = np.where(view.part == PARTS.index("head"))
    parts["head"] = [int(v) for v in (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)] if len(xs) > 0.012 * whole else None
    ends = back_line(model, worlds) if model.kind == "animal" else [joint("torso_s"), joint("torso_h")]
    parts["torso"] = flat(ends) if view.area("torso") > 0.03 * whole else None
    if model.kind == "animal":
        for which in ("front", "back"):
            for side in "LR":
                joints = [f"{name}.{side}" for name in (*poses.LEG[which][:2], *([poses.HOCK] if which == "back" else []))]
                chain = [worlds[rig.index(name), :3, 3] for name in joints if name in rig.names]
                chain.append(joint(f"{which}_{side}2"))
                if view.shows(chain[-1], {f"{which}_{side}"}):
                    parts[f"{which}_legs"].append(flat([chain[0], half_way(np.array(chain)), chain[-1]]))
        tails = sorted((n for n in rig.names if n.startswith("Tail")), key=lambda n: int(n[4:]))
        chain = np.array([worlds[rig.index(n), :3, 3] for n in tails] + [tip(model, worlds, tails[-1])])
        if view.shows(chain[-1], {"tail"}, 0.04) and view.area("tail") > 0.004 * whole:
            parts["tail"] = flat([chain[0], half_way(chain), chain[-1]])
        if "Ear4.L" in rig.names:
            ears = [tip(model, worlds, f"Ear4.{side}") for side in "LR"]
            parts["ears"] = flat([p for p in ears if view.shows(p, {"head"}, 0.02, 0.04)])
        else:
            parts["unsaid"].append("ears")
    else:
        for side in "LR":
            end = tip(model, worlds, f"Wing4.{side}")
            if view.shows(end, {f"wing_{side}"}, 0.04):
                parts["wings"].append(flat([joint(f"wing_{side}0"), end]))
        parts["unsaid"] += ["ears", "front_legs", "back_legs", "tail"]
    neck = view.area("neck") > 0.02 * whole
    parts["neck"] = flat([joint("neck2"), joint("neck0")]) if neck and parts["head"] else None
    return parts


def camera(rng: np.random.Generator) -> tuple[np.ndarray, str]:
    """Rotation into camera axes [3, 3], and which way the model looks: mostly from the side, often from a little above."""
    views = [(np.pi / 2, 0.35), (0.0, 0.6), (np.pi / 4, 0.4), (np.pi, 0.5)]
    centre, spread = views[int(rng.choice(4, p=[0.6, 0.22, 0.1, 0.08]))]
    yaw = (centre + rng.normal(0, spread)) * (1 if rng.random() < 0.5 else -1)
    pitch = rng.uniform(-0.08, 0.25) if rng.random() < 0.75 else rng.uniform(0.25, 0.7)
    roll = rng.normal(0, 0.05)
    tilt = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return tilt @ rigs.camera(yaw, pitch), rigs.facing_of(yaw)


def shot(model: Model, patches: list, photos: list[Record], rng: np.random.Generator) -> Record:
    """One render of the model in a random clip, moment, pose, coat, place and view."""
    rig = model.rig
    clip = model.clips[int(rng.integers(len(model.clips)))]
    moment = rng.uniform(0.55, 1) if clip == "Death" else rng.random()
    worlds, pose = rig.world(clip, moment * rig.clips[clip].seconds), clip.lower()
    if model.kind == "animal":
        worlds, edited = poses.pose(rig, worlds, rng, model.category != "dog", clip.startswith(STILL))
        pose = pose if edited == "clip" else edited
    turn, facing = camera(rng)
    canvas, far = int(rng.integers(220, 340)), rng.uniform(2.5, 10)
    view = see(model, worlds, turn, canvas, rng.uniform(0.55, 0.92), 0.5 + rng.uniform(-0.06, 0.06, 2), far)
    if model.kind == "animal" and rng.random() < PORTRAITS:
        view = closer(model, worlds, turn, view, far, rng) or view
    mask = view.ids >= 0
    behind = coats.place_of(photos[int(rng.integers(len(photos)))], canvas, rng)
    image = coats.compose(paint(model, view, patches, rng), mask, behind, rng)
    parts = None if model.kind == "person" else parts_of(model, worlds, view, facing, pose)
    return Record(rig.name, image, mask.astype(np.uint8), model.category, KINDS.index(model.kind), parts)


def make(models: list[Model], photos: list[Record], places: list[Record], out: Path, count: int, seed: int):
    """Writes `count` renders; `photos` give coats, `places` what stands behind."""
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    patches = coats.hides(photos, rng)
    by_kind = {kind: [m for m in models if m.kind == kind] for kind in SHARE}
    kinds = [kind for kind in SHARE if by_kind[kind]]
    chance = np.array([SHARE[kind] for kind in kinds]) / sum(SHARE[kind] for kind in kinds)
    with (out / "renders.jsonl").open("w") as lines:
        for i in range(count):
            pool = by_kind[str(rng.choice(kinds, p=chance))]
            record = shot(pool[int(rng.integers(len(pool)))], patches, places, rng)
            name = f"{i:05d}"
            cv2.imwrite(str(out / f"{name}.jpg"), record.image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(70, 96))])
            cv2.imwrite(str(out / f"{name}.png"), record.mask * 255)
            row = {"photo": name, "rig": record.name, "category": record.category, "kind": KINDS[record.kind]}
            lines.write(json.dumps(row | {"parts": record.parts}) + "\n")
            lines.flush()


class Renders:
    """The records of a folder that `make` wrote, read from disk when asked for."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.rows = [json.loads(line) for line in (folder / "renders.jsonl").read_text().splitlines()]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> Record:
        row = self.rows[i]
        image = cv2.imread(str(self.folder / f"{row['photo']}.jpg"))
        mask = cv2.imread(str(self.folder / f"{row['photo']}.png"), cv2.IMREAD_GRAYSCALE)
        if image is None or mask is None:
            raise FileNotFoundError(f"{self.folder / row['photo']}.jpg or .png cannot be read")
        mask = (mask > 127).astype(np.uint8)
        return Record(row["rig"], image[..., ::-1], mask, row["category"], KINDS.index(row["kind"]), row["parts"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rigs", type=Path, required=True)
    parser.add_argument("--photos", type=Path, default=Path("../shared/photos"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held-out", action="store_true", help="the rigs that are never trained on")
    arguments = parser.parse_args()
    learn = [r for r in annotated(arguments.photos) if held_out(r.name) == arguments.held_out]
    behind = learn + [r for r in things(arguments.photos) if held_out(r.name) == arguments.held_out]
    make(load_all(arguments.rigs, arguments.held_out), learn, behind, arguments.out, arguments.count, arguments.seed)
