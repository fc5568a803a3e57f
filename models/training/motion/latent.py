"""The latent of a motion: bone poses at 16 key times of one period, whitened per slot and channel.

A clip is periodic and starts at rest: key 0 is the photo. Ten temporal components per channel (constant and five
harmonics, less the one that key 0 = 0 takes away) keep a rig's motion, so sampled latents are projected onto them.
"""

import numpy as np

from .bones import COUNT, GROUPS, HEAD, PARENTS, ROOT, TORSO, S, displacements

KEYS = 16
HARMONICS = 5
LENGTH_LIMIT = (-0.5, 0.4)


def fit(geometry, ends, turn):
    """Bone poses [T, 29, 4] that follow projected joints.

    ends {slot: (start [T, 2], end [T, 2])}, turn [T, 3] = the head's pitch, yaw and roll seen by the camera. Every
    bone is aimed from where its parent carries it to where its far joint really is, so joints are met exactly
    until a length limit cuts in.
    """
    steps = len(turn)
    pose = np.zeros((steps, COUNT, 4))
    a, b = ends[TORSO]
    pose[:, ROOT, :2] = (a + b)[:, :] / 2 - (a + b)[0] / 2
    angle = np.zeros((steps, COUNT))
    linear = np.tile(np.eye(2), (steps, COUNT, 1, 1))
    origin = np.zeros((steps, COUNT, 2))
    pivot = np.zeros((COUNT, 2))
    origin[:, ROOT] = pose[:, ROOT, :2]
    for k in range(1, COUNT):
        up = PARENTS[k]
        pivot[k] = (geometry.start[k] + geometry.end[k]) / 2 if k == TORSO else geometry.start[k]
        origin[:, k] = origin[:, up] + np.einsum("tij,j->ti", linear[:, up], pivot[k] - pivot[up])
        angle[:, k], linear[:, k] = angle[:, up], linear[:, up]
        if not geometry.visible[k]:
            continue
        rest = geometry.end[k] - geometry.start[k]
        stretch = np.zeros(steps)
        if k == HEAD:
            turned = -turn[:, 2]
            pose[:, k, 2] = np.clip(turn[:, 1], -0.7, 0.7)
            pose[:, k, 3] = np.clip(turn[:, 0], -0.7, 0.7)
        else:
            start, end = ends[k]
            now = (end - start) if k == TORSO else end - origin[:, k]
            turned = _wrap(np.arctan2(now[:, 1], now[:, 0]) - np.arctan2(rest[1], rest[0]))
            stretch = np.log(np.maximum(np.linalg.norm(now, axis=1), 1e-6) / np.linalg.norm(rest))
            # A bone that points at the camera has no angle to speak of: trust it less the shorter it is.
            trust = min(1.0, np.linalg.norm(rest) / 0.06)
            turned, stretch = np.unwrap(turned) * trust, np.clip(stretch, *LENGTH_LIMIT) * trust
        pose[:, k, 0] = turned - angle[:, up]
        pose[:, k, 1] = stretch
        angle[:, k] = turned
        c, s = np.cos(turned), np.sin(turned)
        axis = rest / np.linalg.norm(rest)
        along = np.outer(axis, axis)
        scale = np.exp(stretch)[:, None, None] * along + (np.eye(2) - along)
        linear[:, k] = np.stack([np.stack([c, -s], -1), np.stack([s, c], -1)], -2) @ scale
    pose[:, ~geometry.visible] = 0
    return pose - pose[:1]


def _wrap(angle):
    return (angle + np.pi) % (2 * np.pi) - np.pi


def close(pose):
    """Makes a clip that ends elsewhere periodic: the difference is taken away in proportion to time. [T, ...]."""
    drift = pose[-1] - pose[0]
    ramp = (np.arange(len(pose)) / (len(pose) - 1)).reshape(-1, *([1] * (pose.ndim - 1)))
    return (pose - drift * ramp)[:-1]


def projector():
    """[16, 16] matrix that keeps the constant and five harmonics and puts key 0 back to rest."""
    t = np.arange(KEYS) / KEYS
    basis = [np.ones(KEYS)]
    for h in range(1, HARMONICS + 1):
        basis += [np.cos(2 * np.pi * h * t), np.sin(2 * np.pi * h * t)]
    basis = np.stack(basis, 1)
    keep = basis @ np.linalg.pinv(basis)
    return keep - keep[:1]


def part_size(group, geometry):
    """Size of an acting group in object units: what magnitudes are measured by (a tail's length, a head's box, ...)."""
    length = np.hypot(*(geometry.end - geometry.start).T)
    if group == "head":
        return max(0.03, geometry.half[HEAD].sum())
    if group in ("ears",):
        shown = [S[n] for n in GROUPS[group] if geometry.visible[S[n]]]
        return max(0.02, length[shown].mean() if shown else 0.02)
    if group in ("legs", "arms", "wings"):
        names = GROUPS[group]
        pairs = [(S[a], S[b]) for a, b in zip(names[::2], names[1::2]) if geometry.visible[S[a]]]
        return max(0.05, np.mean([length[a] + length[b] for a, b in pairs]) if pairs else 0.05)
    if group in ("trunk", "tail", "neck"):
        return max(0.05, sum(length[S[n]] for n in GROUPS[group]))
    return 1.0


def magnitude(pose, start, end, half, visible, acting, size):
    """Mean displacement of the acting bones' points over the key times, in sizes of the acting part: [B].

    pose [B, T, 29, 4], start/end/half [B, 29, 2], visible/acting [B, 29] bool, size [B].
    """
    moved = displacements(pose, start, end, half, visible).norm(dim=-1).mean((1, 3))
    mask = (visible & acting).to(pose.dtype)
    return (moved * mask).sum(1) / mask.sum(1).clamp(min=1) / size
