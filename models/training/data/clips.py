"""python -m models.training.data.clips --clips DIR [--captions FILE.jsonl] --out DIR [--sheets]

Real clips -> optical flow -> motion mask -> magnitude -> short prompt -> records. DIR holds videos or folders of pictures;
a line of FILE is {"clip": name in DIR, "caption": text}, and a clip without a line has its name for a caption. Writes
clips.npz, card.json (why each piece of a clip was taken or not) and, with --sheets, a picture of each record to look at.

A record has the fields of records.py, same names, units and vocabularies, so that one loader reads both. What differs:
  object     what moves, not the whole thing: its box at key 0 has the centre (0, 0) and the longest side 1, size is 1
  magnitude  mean |flow| below over the mask and key times: for a whole body what latent.magnitude measures
  key times  a motion that comes back is read through once, another there and back again, as rigs.phases_of does
  kind       may be "thing", after those of records.KINDS (train with `--set kinds=4`);  facing is unknown
  pose       of the root alone, where the body moves as one and the action is of the whole body (`rigid`); else 0
and the dense part:
  flow [16, 32, 32, 2] f16  displacement from key 0 over the object's box, object units, 0 outside the mask
  mask [32, 32], valid [16, 32, 32] bool  what moves; where its flow was followed and not filled from the nearest cell
  times [16] f32            key times as fractions of the piece;  seconds f32: how long that is
  speed, share f32          mean |flow| in the motion mask, px a step at a long side of 320; its share of the picture
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from scipy.ndimage import distance_transform_edt

from ..motion.bones import COUNT, ROOT
from ..motion.latent import KEYS, close, projector
from . import records, video
from .captions import shorten
from .clipsheet import sheet
from .video import ClipError

KINDS = [*records.KINDS, "thing"]
SHARED = ("pose", "start", "end", "half", "magnitude", "size", "visible", "acting", "cycles", "action", "kind", "facing",
          "direction", "rig", "prompt")  # fmt: skip
VIDEOS = {".mp4", ".mkv", ".webm", ".mov", ".avi"}
CELLS, FINE = 32, 4
RIGID = 0.3  # rms of what one similarity per key time leaves of the motion
RETURNS = 0.35  # share of the farthest displacement that may be left at the end of a motion that comes back


def key_times(motion):
    """(times [16 or 17] as fractions of the piece, whether the motion comes back by itself); the 17th ends a period."""
    mean = np.stack([t[motion.region & v].mean(0) for t, v in zip(motion.tracks, motion.valid)])
    away = np.linalg.norm(mean, axis=1)
    if away[-1] < RETURNS * away.max():
        return np.arange(KEYS + 1) / KEYS, True
    return (1 - np.cos(2 * np.pi * np.arange(KEYS) / KEYS)) / 2, False


def at(motion, time):
    """Tracks [h, w, 2] and validity [h, w] at a fraction of the piece."""
    place = time * (len(motion.tracks) - 1)
    low = min(int(place), len(motion.tracks) - 2)
    mix = place - low
    tracks = motion.tracks[low] * (1 - mix) + motion.tracks[low + 1] * mix
    return tracks, motion.valid[low] & (motion.valid[low + 1] | (mix == 0))


def similarity(points, moved):
    """(dx, dy, turn, log scale) that carries points [n, 2] nearest to `moved` [n, 2] (least squares, twice without the
    fifth that fits worst), as the root of bones.kinematics does."""
    keep = np.ones(len(points), bool)
    for _ in range(3):
        p, q = points[keep], moved[keep]
        a, b = p - p.mean(0), q - q.mean(0)
        spread = (a**2).sum()
        cos, sin = (a * b).sum() / spread, (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum() / spread
        matrix = np.array([[cos, -sin], [sin, cos]])
        shift = q.mean(0) - matrix @ p.mean(0)
        error = np.linalg.norm(points @ matrix.T + shift - moved, axis=1)
        keep = error <= np.quantile(error, 0.8)
    return np.array([*shift, np.arctan2(sin, cos), np.log(np.hypot(cos, sin))]), points @ matrix.T + shift - moved


def root_pose(motion, times, centre, side):
    """Root channels [len(times), 4] over the region in object units, and rms of the rest / rms of the motion."""
    y, x = np.nonzero(motion.region)
    points = (np.stack([x, y], 1) - centre) / side
    pose, rest, whole = [], 0.0, 0.0
    for time in times:
        tracks, valid = at(motion, time)
        known = valid[y, x]
        moved = tracks[y, x][known] / side
        found, error = similarity(points[known], points[known] + moved)
        pose.append(found)
        rest, whole = rest + (error**2).sum(1).mean(), whole + (moved**2).sum(1).mean()
    pose = np.stack(pose)
    pose[:, 2] = np.unwrap(pose[:, 2])
    return pose - pose[:1], float(np.sqrt(rest / whole))


def dense(motion, times, centre, side):
    """(flow [16, 32, 32, 2] object units, mask [32, 32], valid [16, 32, 32]) over the square box round `centre` (px)."""
    fine = CELLS * FINE
    line = ((np.arange(fine) + 0.5) / fine - 0.5) * side
    spots = np.stack(np.meshgrid(line + centre[0], line + centre[1]), -1)
    cells = lambda a: a.reshape(CELLS, FINE, CELLS, FINE, -1).mean((1, 3))  # noqa: E731
    h, w = motion.region.shape
    framed = (spots >= -0.5).all(-1) & (spots[..., 0] < w - 0.5) & (spots[..., 1] < h - 0.5)
    inside = (video.sample(motion.region.astype(np.float32), spots) > 0.5) & framed
    mask = cells(inside)[..., 0] > 0.5
    flow, valid = [], []
    for time in times[:KEYS]:
        tracks, good = at(motion, time)
        weight = (video.sample(good.astype(np.float32), spots) > 0.5) & inside
        share = cells(weight)[..., 0]
        mean = cells(video.sample(tracks, spots) * weight[..., None]) / np.maximum(share, 1e-6)[..., None] / side
        known = mask & (share > 0.25)
        if not known.any():
            raise ClipError(video.LOST)
        nearest = distance_transform_edt(~known, return_distances=False, return_indices=True)
        flow.append(mean[tuple(nearest)] * mask[..., None])
        valid.append(known)
    return np.stack(flow), mask, np.stack(valid)


def direction_of(mean):
    """Where mean displacements [16, 2] lead at their farthest: left, right, up, down, or None between those."""
    dx, dy = mean[np.linalg.norm(mean, axis=1).argmax()]
    if max(abs(dx), abs(dy)) < 1.5 * min(abs(dx), abs(dy)):
        return None
    return ("right" if dx > 0 else "left") if abs(dx) > abs(dy) else ("down" if dy > 0 else "up")


def cycles_of(mean):
    """How often mean displacements [16, 2] go to and fro in the period: the strongest of five harmonics."""
    power = (np.abs(np.fft.rfft(mean, axis=0)) ** 2).sum(1)
    return int(power[1:6].argmax()) + 1


def record_of(motion, short, seconds, name):
    """One record of what moves in a piece of a clip. Raises ClipError."""
    body = short.kind == "thing" or records.GROUP_OF[short.action] == "body"
    if body and video.several(motion):
        raise ClipError("several things move")
    centre, side = video.box_of(motion.region)
    times, returns = key_times(motion)
    flow, mask, valid = dense(motion, times, centre, side)
    mean = flow[:, mask].mean(1)
    root, left = root_pose(motion, times, centre, side)
    rigid = bool(body and left < RIGID)
    pose = np.zeros((KEYS, COUNT, 4))
    if rigid:
        pose[:, ROOT] = projector() @ (close(root) if returns else root)
    only_root = np.arange(COUNT) == ROOT
    nothing = np.zeros((COUNT, 2))
    # The direction of a wave is the side of the arm (records.direction_of), which flow cannot tell.
    direction = None if short.action == "wave" else direction_of(mean)
    return dict(pose=pose, start=nothing, end=nothing, half=nothing, visible=only_root, acting=only_root, action=short.action,
                kind=short.kind, facing="unknown", direction=direction, cycles=cycles_of(mean) if returns else 1,
                magnitude=float(np.linalg.norm(flow[:, mask], axis=-1).mean()), size=1.0, rig=name, prompt=short.prompt,
                flow=flow, mask=mask, valid=valid, times=times[:KEYS], seconds=seconds, rigid=rigid, left=left,
                speed=motion.speed, share=float(motion.seen.mean()))  # fmt: skip


def pack(made):
    """Records of clips -> dict of arrays: the shard of records.pack and the dense part."""
    out = records.pack([r | {"kind": KINDS[0]} for r in made])
    out["kind"] = np.array([KINDS.index(r["kind"]) for r in made])
    out["flow"] = np.stack([r["flow"] for r in made]).astype(np.float16)
    out |= {k: np.stack([r[k] for r in made]).astype(bool) for k in ("mask", "valid", "rigid")}
    return out | {k: np.stack([r[k] for r in made]).astype(np.float32) for k in ("times", "seconds", "speed", "share")}


def whole_body(shard):
    """The records of a clip shard that train the bone denoiser: shared fields of the rigid ones."""
    return {k: shard[k][shard["rigid"]] for k in SHARED}


def pieces(window, rate):
    """Yields (window, Motion or ClipError). What is lost in a long window may still be followed in one of its halves."""
    try:
        yield window, video.motion(window)
    except ClipError as reason:
        half = len(window) // 2
        if str(reason) == video.LOST and half >= video.SHORTEST * rate * 0.9:
            yield from pieces(window[: half + 1], rate)
            yield from pieces(window[half:], rate)
        else:
            yield window, reason


def read(path, caption, draw=None):
    """(records, card entries) of one clip; `draw(name, window, motion, record)` is called for each record."""
    made, card = [], []

    def note(name, reason=None, record=None):
        entry = {"clip": name, "caption": caption, "accepted": record is not None}
        fields = ("prompt", "action", "direction", "cycles", "magnitude", "speed", "share", "rigid", "left", "seconds")
        card.append(entry | ({k: record[k] for k in fields} if record else {"reason": str(reason)}))

    try:
        short = shorten(caption)
        frames, rate = video.frames_of(path)
        found = [piece for window in video.windows(frames, rate) for piece in pieces(window, rate)]
    except ClipError as reason:
        note(path.name, reason)
        return made, card
    for i, (window, motion) in enumerate(found):
        name = f"{path.name}#{i}"
        try:
            if isinstance(motion, ClipError):
                raise motion
            record = record_of(motion, short, (len(window) - 1) / rate, f"clip:{name}")
        except ClipError as reason:
            note(name, reason)
            continue
        made.append(record)
        note(name, record=record)
        if draw:
            draw(name, window, motion, record)
    return made, card


def main():
    """Command line entry; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="models.training.data.clips")
    parser.add_argument("--clips", required=True)
    parser.add_argument("--captions")
    parser.add_argument("--out", required=True)
    parser.add_argument("--sheets", action="store_true")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    paths = sorted(p for p in Path(args.clips).iterdir() if p.is_dir() or p.suffix.lower() in VIDEOS)
    lines = Path(args.captions).read_text().splitlines() if args.captions else []
    said = {line["clip"]: line["caption"] for line in map(json.loads, filter(None, lines))}
    unknown = set(said) - {p.name for p in paths}
    if unknown:
        raise SystemExit(f"captions of clips that are not there: {', '.join(sorted(unknown))}")

    def draw(name, window, motion, record):
        cv2.imwrite(str(out / f"{name}.png"), sheet(window, motion, record))

    made, card = [], []
    for path in paths:
        own, entries = read(path, said.get(path.name, path.stem.replace("-", " ")), draw if args.sheets else None)
        made, card = made + own, card + entries
    if made:
        np.savez(out / "clips.npz", **pack(made))
    summary = {
        "records": len(made),
        "rigid": sum(r["rigid"] for r in made),
        "actions": dict(Counter(r["action"] for r in made).most_common()),
        "rejected": dict(Counter(e["reason"] for e in card if not e["accepted"]).most_common()),
    }
    (out / "card.json").write_text(json.dumps(summary | {"clips": card}, indent=1))
    print(json.dumps(summary))
    if not made:
        raise SystemExit("no clip was taken; card.json says why")


if __name__ == "__main__":
    main()
