"""Builds motion records: one format for rig clips, parametric clips and photo skeletons.

Rig clips are read from rigs or, on the bodies of photos, retargeted; what no rig shows is parametric.
A record is a row of arrays in an .npz shard:
  pose [16, 29, 4] f16      bone poses of one period, key 0 = 0          (motion/bones.py)
  start, end, half [29, 2]  skeleton at rest, object units;  visible, acting [29] bool
  action, kind, facing, direction  small integers into the lists below;  cycles 1..5 in the period
  magnitude f32             mean displacement of the acting part in its own sizes;  size f32: that size in object units
  rig, prompt               text
"""

import json
from pathlib import Path

import numpy as np
import torch

from ..anatomy.data import held_out
from ..motion.bones import COUNT, GROUPS, S, from_record
from ..motion.latent import KEYS, close, fit, magnitude, part_size, projector
from . import actions as clips
from . import rigs
from .prompts import ACTIONS, caption
from .retarget import Bank, retarget

KINDS = ["animal", "bird", "person"]
FACINGS = ["unknown", "left", "right", "front", "back", "front-left", "front-right", "back-left", "back-right"]
DIRECTIONS = ["none", "left", "right", "up", "down", "forward", "back"]

ACTING = {
    "legs": ["walk", "run", "kick"],
    "head": ["turn-head", "nod", "shake-head", "tilt-head", "raise-head", "lower-head", "eat", "move", "laugh"],
    "tail": ["wag-tail"],
    "wings": ["flap-wings", "fly"],
    "ears": ["wiggle-ears"],
    "arms": ["wave", "clap"],
    "trunk": ["swing"],
    "body": [
        "jump",
        "bounce",
        "dance",
        "sway",
        "shake",
        "shiver",
        "breathe",
        "sit-down",
        "lie-down",
        "stretch",
        "float",
        "drift",
        "swim",
    ],
}
GROUP_OF = {action: group for group, names in ACTING.items() for action in names}
SUITS = {
    "person": set(ACTIONS) - {"wag-tail", "flap-wings", "fly", "wiggle-ears", "swing", "eat"},
    "bird": set(ACTIONS) - {"wave", "clap", "wiggle-ears", "kick", "laugh"},
    "animal": set(ACTIONS) - {"clap", "flap-wings", "fly", "laugh"},
}
DIRECTED = {"turn-head": ["left", "right"], "tilt-head": ["left", "right"], "drift": ["left", "right", "up", "down"],
            "wave": ["left", "right"], "move": ["left", "right"]}  # fmt: skip
# Actions whose motion comes from rigs alone: their clips read better than recipes (LOG.md).
CLIPPED = {"animal": {"walk", "run", "eat", "jump", "kick"}, "person": {"walk", "run", "wave", "jump"}, "bird": set()}
# What people ask for most, and what must work on every body that can do it.
OFTEN = {"walk", "run", "eat", "jump", "turn-head", "nod", "shake-head", "wag-tail", "flap-wings", "move", "drift", "tilt-head"}
CYCLES = {"nod": 2, "shake-head": 2, "wave": 2}
LOCAL = {"nod": ("head", "neck", "ear"), "shake-head": ("head", "neck", "ear"), "wave": ("head", "neck", "torso", "arm")}
PROJECT = projector()
TURN = 1.8


def possible(action, g):
    """Whether the parts that act are visible."""
    group = GROUP_OF[action]
    if group == "trunk" and not g.visible[S["trunk1"]]:
        group = "tail"
    return group == "body" or any(g.visible[S[n]] for n in GROUPS[group])


def acting_group(action, g):
    """The group whose motion is the action; `swing` falls back to the tail where there is no trunk."""
    group = GROUP_OF[action]
    return "tail" if group == "trunk" and not g.visible[S["trunk1"]] else group


def direction_of(action, pose, g):
    """The direction that a clip shows: yaw for turns, the side of the arm that waves; else none."""
    if action == "wave":
        moved = [np.abs(pose[:, S[n]]).max() if g.visible[S[n]] else 0.0 for n in ("arm_a1", "arm_b1")]
        arm = S["arm_a2"] if moved[0] > moved[1] else S["arm_b2"]
        aside = g.end[arm, 0] - g.start[S["torso"], 0]
        return ("right" if aside > 0 else "left") if abs(aside) > 0.05 and max(moved) > 0.2 else None
    if action in ("turn-head", "move"):
        yaw = pose[:, S["head"], 2]
        net = yaw.mean()
        return ("right" if net > 0 else "left") if abs(net) > 0.5 * np.abs(yaw).mean() > 1e-3 else None
    return None


def mirror(record):
    """The same motion seen in a mirror."""
    out = dict(record)
    pose = record["pose"].copy()
    pose[:, :, 0] *= -1
    pose[:, S["root"], 2] *= -1
    pose[:, S["head"], 2] *= -1
    out["pose"] = pose
    flip = np.array([-1.0, 1.0])
    out["start"], out["end"] = record["start"] * flip, record["end"] * flip
    swap = {"left": "right", "right": "left"}
    out["direction"] = swap.get(record["direction"], record["direction"])
    out["facing"] = "-".join(swap.get(w, w) for w in record["facing"].split("-"))
    return out


def measure(g, pose, action):
    """(acting bones [29], size of their part in object units, mean displacement of that part in its own sizes)."""
    group = acting_group(action, g)
    acting = np.zeros(COUNT, bool)
    acting[[S[n] for n in GROUPS[group]]] = True
    size = part_size(group, g)
    tensor = lambda a: torch.as_tensor(np.asarray(a)[None], dtype=torch.float32)  # noqa: E731
    flags = lambda a: torch.as_tensor(a[None])  # noqa: E731
    amount = magnitude(tensor(pose), tensor(g.start), tensor(g.end), tensor(g.half), flags(g.visible), flags(acting), size)
    return acting, size, float(amount[0])


def row(g, pose, action, direction, cycles, rig):
    """A record without its prompt: everything that a skeleton and its clip say."""
    acting, size, amount = measure(g, pose, action)
    return dict(pose=pose, start=g.start, end=g.end, half=g.half, visible=g.visible, acting=acting, action=action,
                kind=g.kind, facing=g.facing, direction=direction, cycles=cycles, magnitude=amount, size=size,
                rig=rig)  # fmt: skip


def finish(g, pose, action, direction, cycles, rig, rng, sizes=(0.45, 1.7)):
    """Scales a clip at random, hides parts, jitters the skeleton, measures it. None where nothing acts any more."""
    pose = np.einsum("ij,jkc->ikc", PROJECT, pose)
    pose = pose * np.exp(rng.uniform(*np.log(sizes)))
    pose[..., :, 0] = np.clip(pose[..., :, 0], -TURN, TURN)
    pose[:, 1:, 1] = np.clip(pose[:, 1:, 1], -0.4, 0.35)
    g = vary(g, rng)
    pose[:, ~g.visible] = 0
    if not possible(action, g):
        return None
    record = row(g, pose, action, direction, cycles, rig)
    if not 1e-3 < record["magnitude"] < 1.5:
        return None
    if rng.random() < 0.5:
        record = mirror(record)
    if record["direction"] and rng.random() < 0.1:
        record["direction"] = None
    if rng.random() < 0.25:
        record["facing"] = "unknown"
    record["prompt"] = caption(action, g.kind, record["direction"], rng)
    return record


def vary(g, rng):
    """Another build of the same skeleton: stretched, joints off by about 1.5 %, some parts hidden."""
    stretch = np.exp(rng.normal(0, 0.15, 2))
    jitter = rng.normal(0, 0.008, (COUNT, 2))
    out = type(g)()
    out.kind, out.facing = g.kind, g.facing
    out.start, out.end = g.start * stretch + jitter, g.end * stretch + jitter + rng.normal(0, 0.004, (COUNT, 2))
    out.half, out.visible = g.half * stretch * np.exp(rng.normal(0, 0.05)), g.visible.copy()
    hide = [("front_a",), ("front_b",), ("back_a",), ("back_b",), ("ear_a",), ("ear_b",)]
    for part, odds in [*((h[0], 0.12) for h in hide), ("tail", 0.12), ("neck", 0.06), ("wing_a", 0.1), ("arm_a", 0.1)]:
        if rng.random() < odds:
            for name in S:
                if name.startswith(part):
                    out.visible[S[name]] = False
    if rng.random() < 0.12:  # a bust: the frame cuts the body
        for name in S:
            if name.startswith(("front", "back", "tail")):
                out.visible[S[name]] = False
    if rng.random() < 0.1:
        out.visible[S["torso"]] = False
    return out


def read(track, rng):
    """One period of a rig's own clip, seen by a random camera: (geometry, pose [16, 29, 4], direction)."""
    side = rng.random() < 0.6
    yaw = (np.pi / 2 + rng.normal(0, 0.35)) * (1 if rng.random() < 0.5 else -1) if side else rng.uniform(-np.pi, np.pi)
    return read_from(track, yaw, abs(rng.normal(0, 0.15)), rigs.phases_of(track.action, rng, KEYS), rng.random(4) < 0.5)


def read_from(track, yaw, pitch, phases, swap):
    """The same for a given camera (radians), phases [17] and exchange of left and right [4]."""
    g, flat, turn, box = rigs.project(track, rigs.camera(yaw, pitch), phases)
    g.facing = rigs.facing_of(yaw)
    ends = rigs.lay(g, flat, box, swap)
    pose = keep_local(track.action, close(fit(g, ends, turn)))
    return g, pose, direction_of(track.action, pose, g)


def keep_local(action, pose):
    """Rigs move their whole body while they nod; in a photo only the head should. Other bones are put to rest."""
    kept = LOCAL.get(action)
    if kept:
        pose[:, [S[n] for n in S if not n.startswith(kept)]] = 0
    return pose


def from_rig(track, rng):
    """One record of a rig's own clip."""
    g, pose, direction = read(track, rng)
    return finish(g, pose, track.action, direction, CYCLES.get(track.action, 1), track.rig, rng, (0.55, 1.3))


def bank_of(tracks, rng, each=60):
    """Rig clips to be retargeted: every track from `each` random cameras and phases."""
    bank = Bank()
    for track in tracks:
        if track.action in CLIPPED[track.kind]:
            for _ in range(each):
                g, pose, _ = read(track, rng)
                bank.add(track.kind, track.action, g, pose)
    return bank


def pose_only(track, rng):
    """Skeleton of one frame of a rig, for parametric clips."""
    yaw = rng.uniform(-np.pi, np.pi) if rng.random() < 0.7 else rng.normal(0, 0.5)
    g, flat, _, box = rigs.project(track, rigs.camera(yaw, abs(rng.normal(0, 0.15))), np.full(2, rng.random()))
    g.facing = rigs.facing_of(yaw)
    rigs.lay(g, flat, box, rng.random(4) < 0.5)
    return g


def from_bank(g, action, bank, rig, rng):
    """One record of a rig's clip on the skeleton `g` of a photo, at .4-.85 of the rig's size (4-motion.md, point 5)."""
    source, pose = bank.nearest(g, action, rng)
    pose = retarget(g, source, pose, rng.uniform(0.4, 0.85))
    return finish(g, pose, action, direction_of(action, pose, g), CYCLES.get(action, 1), rig, rng, (0.8, 1.25))


def from_recipe(g, action, rig, rng):
    """One record of a parametric clip on the skeleton `g`."""
    direction = None
    if action in DIRECTED and rng.random() < 0.6:
        direction = DIRECTED[action][rng.integers(0, len(DIRECTED[action]))]
    pose, cycles = clips.clip(action, g, direction, rng)
    shown = direction_of(action, pose, g) if action in ("turn-head", "move") else direction
    return finish(g, pose, action, shown, cycles, rig, rng)


def photo_skeletons(path, held):
    """Geometry of the annotated photos, split as the anatomy network's are (`held` gives those kept out of training)."""
    out = []
    for line in Path(path).read_text().splitlines():
        record = json.loads(line)
        if record["sure"] >= 0.5 and record.get("torso") and held_out(record["photo"]) == held:
            out.append((f"photo:{record['photo']}#{record['index']}", from_record(record)))
    return out


def build(tracks, photos, count, rng, bank=None, rig_share=0.4):
    """Yields `count` records: `rig_share` of them rig clips, the rest on rig poses and photo skeletons. There actions that
    rigs of the same kind have are theirs, retargeted; the others are parametric."""
    by_action = {}
    for track in tracks:
        by_action.setdefault((track.action, track.kind), []).append(track)
    keys = list(by_action)
    bank = bank or bank_of(tracks, rng)
    odds = np.array([3.0 if a in OFTEN else 1.0 for a in clips.RECIPES])
    made = 0
    while made < count:
        if keys and rng.random() < rig_share:
            choices = by_action[keys[rng.integers(0, len(keys))]]
            record = from_rig(choices[rng.integers(0, len(choices))], rng)
        else:
            record = on_body(rng.choice(list(clips.RECIPES), p=odds / odds.sum()), tracks, photos, bank, rng)
        if record:
            made += 1
            yield record


def on_body(action, tracks, photos, bank, rng, tries=12):
    """One record of an action on the first of `tries` random bodies that can do it; None where none can."""
    for _ in range(tries):
        if photos and (rng.random() < 0.55 or not tracks):
            name, g = photos[rng.integers(0, len(photos))]
        else:
            track = tracks[rng.integers(0, len(tracks))]
            name, g = track.rig, pose_only(track, rng)
        if action not in SUITS[g.kind] or not possible(action, g):
            continue
        if action not in CLIPPED[g.kind]:
            return from_recipe(g, action, name, rng)
        if (g.kind, action) in bank.entries:
            return from_bank(g, action, bank, name, rng)
    return None


def pack(records):
    """Records -> dict of arrays, the content of one shard."""
    stack = lambda key, dtype: np.stack([np.asarray(r[key]) for r in records]).astype(dtype)  # noqa: E731
    out = {"pose": stack("pose", np.float16)}
    out |= {k: stack(k, np.float32) for k in ("start", "end", "half", "magnitude", "size")}
    out |= {k: stack(k, bool) for k in ("visible", "acting")}
    out["cycles"] = stack("cycles", np.int64)
    out["action"] = np.array([ACTIONS.index(r["action"]) for r in records])
    out["kind"] = np.array([KINDS.index(r["kind"]) for r in records])
    out["facing"] = np.array([FACINGS.index(r["facing"]) for r in records])
    out["direction"] = np.array([DIRECTIONS.index(r["direction"] or "none") for r in records])
    out["rig"] = np.array([r["rig"] for r in records])
    out["prompt"] = np.array([r["prompt"] for r in records])
    return out
