"""Rigs -> motion of the canonical skeleton in 3D, and its projection by random cameras.

A track is a rig's clip sampled at 64 even phases: canonical points [64, P, 3] and the head's matrix [64, 4, 4].
"""

import re
from pathlib import Path

import numpy as np

from ..motion.bones import CHAINS, HEAD, Geometry, S, place_head, resample
from . import glb

PHASES = 64
HELD_OUT = {
    "Fox", "Horse", "Big_Bunny", "Big_Yeti", "Flying_Pigeon", "Flying_Dragon_Evolved", "Kimono_Female",
    "Viking_Male",
}  # fmt: skip
CHARACTERS = {
    "BaseCharacter", "Casual_Male", "Casual2_Female", "Knight_Male", "Goblin_Male", "Witch", "Worker_Male", "Elf",
    "Kimono_Female", "Viking_Male",
}  # fmt: skip
ANIMAL_CLIPS = {
    "Walk": "walk", "Gallop": "run", "Eating": "eat", "Gallop_Jump": "jump", "Attack_Kick": "kick", "Idle": "move",
    "Idle_2": "move",
}  # fmt: skip
PERSON_CLIPS = {
    "Walk": "walk", "Run": "run", "Wave": "wave", "Yes": "nod", "No": "shake-head", "SitDown": "sit-down",
    "Jump": "jump", "Idle": "breathe",
}  # fmt: skip
FLYING_CLIPS = {"Flying_Idle": "flap-wings", "Fast_Flying": "fly", "Yes": "nod", "No": "shake-head"}


class Track:
    """One clip of one rig. `points` maps a canonical point to [64, 3]; `head_cloud` [n, 3] is in the head's frame."""

    def __init__(self, rig, kind, clip, action, points, head, head_cloud):
        self.rig, self.kind, self.clip, self.action = rig, kind, clip, action
        self.points, self.head, self.head_cloud = points, head, head_cloud


def joints_of(rig):
    """Which rig joint stands for which canonical point, or None for a rig of another build."""
    names = set(rig.names)
    if "FrontUpperLeg.L" in names:
        tail = sorted((n for n in names if re.fullmatch(r"Tail\d+", n)), key=lambda n: int(n[4:]))
        table = {"torso_s": "Torso3", "torso_h": "Back", "neck0": "Neck1", "neck1": "Neck3", "neck2": "Head"}
        table |= {"tail0": tail[0], "tail1": tail[len(tail) // 2], "tail2": tail[-1]}
        for side in "LR":
            table |= {f"front_{side}{i}": f"{n}.{side}" for i, n in enumerate(("FrontUpperLeg", "FrontLowerLeg", "FF"))}
            table |= {f"back_{side}{i}": f"{n}.{side}" for i, n in enumerate(("BackLeg", "BackUpperLeg", "FFB"))}
            table[f"ear_{side}0"], table[f"ear_{side}1"] = f"Ear1.{side}", f"Ear4.{side}"
        kind = "animal"
    elif "UpperLeg.L" in names:
        table = {"torso_s": "Neck", "torso_h": "Hips", "neck0": "Neck", "neck2": "Head"}
        for side in "LR":
            hand = "Fist" if f"Fist.{side}" in names else "Middle1"
            table |= {f"arm_{side}{i}": f"{n}.{side}" for i, n in enumerate(("UpperArm", "LowerArm", hand))}
            table |= {f"back_{side}{i}": f"{n}.{side}" for i, n in enumerate(("UpperLeg", "LowerLeg", "Foot"))}
            table[f"ear_{side}0"], table[f"ear_{side}1"] = f"Ear1.{side}", f"Ear3.{side}"
        kind = "person"
    elif "Wing4.L" in names:
        table = {"torso_s": "Neck", "torso_h": "Body1", "neck0": "Neck", "neck2": "Head"}
        for side in "LR":
            table |= {f"wing_{side}{i}": f"{n}.{side}" for i, n in enumerate(("Wing1", "Wing2", "Wing4"))}
        kind = "bird"
    else:
        return None
    return kind, {point: rig.index(joint) for point, joint in table.items() if joint in names}


def tracks_of(path):
    """All usable clips of one GLB file as Tracks; an empty list for rigs without head, torso and limbs."""
    rig = glb.load(path)
    found = joints_of(rig)
    if not found:
        return []
    kind, table = found
    clips = {"animal": ANIMAL_CLIPS, "person": PERSON_CLIPS, "bird": FLYING_CLIPS}[kind]
    head_node = rig.index("Head")
    head_joint = rig.joints.index(head_node)
    own = rig.vertices[rig.dominant == head_joint]
    local = own @ rig.inverse_bind[head_joint][:3, :3].T + rig.inverse_bind[head_joint][:3, 3]
    local = local[:: max(1, len(local) // 120)]
    tracks = []
    for clip, action in clips.items():
        if clip not in rig.clips:
            continue
        seconds = rig.clips[clip].seconds
        if clip == "Jump" and "Jump_Land" in rig.clips:
            continue  # only the take-off: the landing is a clip of its own
        world = np.stack([rig.world(clip, seconds * i / PHASES) for i in range(PHASES)])
        points = {point: world[:, node, :3, 3] for point, node in table.items()}
        tracks.append(Track(rig.name, kind, clip, action, points, world[:, head_node], local))
    return tracks


CYCLIC = {"walk", "run", "flap-wings", "fly", "breathe", "move"}
RETURNS = {"eat", "jump", "kick", "nod", "shake-head", "wave"}


def phases_of(action, rng, keys):
    """Phases of a track at which one period of `keys` + 1 key times is read; the last one ends it.

    Cyclic clips begin anywhere. Clips that come back by themselves are played through, others (sitting down) there and
    back again.
    """
    u = np.arange(keys + 1) / keys
    if action in CYCLIC:
        return rng.random() + u
    begin = rng.uniform(0, 0.06)
    if action in RETURNS:
        return begin + u * (0.985 - begin)
    rise, hold = rng.uniform(0.3, 0.4), rng.uniform(0.1, 0.3)
    return begin + np.interp(u, [0, rise, rise + hold, 1], [0, 1, 1, 0]) * (0.985 - begin)


def load_all(folder):
    """Tracks of every rig under `folder` (animals/, monsters/, characters/); characters of one build are thinned."""
    tracks = []
    for path in sorted(Path(folder).rglob("*.glb")):
        if path.parent.name == "characters" and path.stem not in CHARACTERS:
            continue
        tracks += tracks_of(path)
    return tracks


def camera(yaw, pitch):
    """Rotation [3, 3] into camera axes: x right, y up, z towards the viewer. Models look along +z at yaw 0."""
    a, b = np.cos(yaw), np.sin(yaw)
    c, d = np.cos(pitch), np.sin(pitch)
    return np.array([[1, 0, 0], [0, c, -d], [0, d, c]]) @ np.array([[a, 0, b], [0, 1, 0], [-b, 0, a]])


def facing_of(yaw):
    """Which way a model turned by `yaw` looks, in the words of parts.jsonl."""
    words = ["front", "front-right", "right", "back-right", "back", "back-left", "left", "front-left"]
    return words[int(np.round((yaw % (2 * np.pi)) / (np.pi / 4))) % 8]


def project(track, view, phases):
    """Track seen by a camera at the given phases [T] (fractions of the clip).

    Returns (geometry at the first phase, 2D points by name [T, 2] in object units, head turn [T, 3] = pitch, yaw, roll).
    """
    at = (np.asarray(phases) * PHASES) % PHASES
    low = np.floor(at).astype(int) % PHASES
    mix = at - np.floor(at)
    high = (low + 1) % PHASES
    flat = {}
    for name, p in track.points.items():
        q = (p[low] * (1 - mix)[:, None] + p[high] * mix[:, None]) @ view.T
        flat[name] = q[:, :2] * [1, -1]
    heads = track.head[low]
    cloud = track.head_cloud @ heads[0][:3, :3].T + heads[0][:3, 3]
    cloud = (cloud @ view.T)[:, :2] * [1, -1]
    box = np.stack([cloud.min(0), cloud.max(0)])
    every = np.concatenate([np.stack([p[0] for p in flat.values()]), box])
    centre, size = (every.min(0) + every.max(0)) / 2, (every.max(0) - every.min(0)).max() * 1.08
    flat = {n: (p - centre) / size for n, p in flat.items()}
    box = (box - centre) / size
    turn = np.stack([_rotation_vector(view @ h[:3, :3] @ heads[0][:3, :3].T @ view.T) for h in _unscaled(heads)])
    geometry = Geometry()
    geometry.kind = track.kind
    geometry.frame = centre, size
    return geometry, flat, turn, box


def _unscaled(matrices):
    out = matrices.copy()
    out[:, :3, :3] /= np.linalg.norm(out[:, :3, :3], axis=1, keepdims=True)
    return out


def _rotation_vector(r):
    u, _, v = np.linalg.svd(r)
    r = u @ v
    angle = np.arccos(np.clip((np.trace(r) - 1) / 2, -1, 1))
    axis = np.array([r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1]])
    norm = np.linalg.norm(axis)
    return axis / norm * angle if norm > 1e-8 else np.zeros(3)


def lay(geometry, flat, box, swap):
    """Fills the geometry from the first frame and returns each bone's end points over time {slot: ([T,2], [T,2])}.

    `swap` [4] exchanges left and right of front legs, back legs, arms, wings: the skeleton found in a photo has no
    left and right either.
    """
    ends = {}

    def put(name, a, b):
        geometry.put(name, a[0], b[0])
        ends[S[name]] = (a, b)

    put("torso", flat["torso_s"], flat["torso_h"])
    middle = flat.get("neck1", (flat["neck0"] + flat["neck2"]) / 2)
    put("neck1", flat["neck0"], middle)
    put("neck2", middle, flat["neck2"])
    centre, half = box.mean(0), (box[1] - box[0]) / 2
    place_head(geometry, centre, half, flat["neck2"][0])
    for side, name in zip("LR" if not swap[0] else "RL", ("ear_a", "ear_b")):
        if f"ear_{side}1" in flat:
            put(name, flat[f"ear_{side}0"], flat[f"ear_{side}1"])
    if "tail0" in flat:
        curve = np.stack([resample(np.stack([flat[f"tail{i}"][t] for i in range(3)]), 4) for t in range(len(middle))])
        for i, name in enumerate(CHAINS["tail"]):
            put(name, curve[:, i], curve[:, i + 1])
    for part, exchanged in zip(("front", "back", "arm", "wing"), swap):
        for side, letter in zip("LR" if not exchanged else "RL", "ab"):
            if f"{part}_{side}0" in flat:
                for i, name in enumerate(CHAINS[f"{part}_{letter}"]):
                    put(name, flat[f"{part}_{side}{i}"], flat[f"{part}_{side}{i + 1}"])
    geometry.visible[HEAD] = half.min() > 0.02
    return ends
