"""Soft bone weights inside a silhouette, and dense displacement from poses; the TypeScript twins are models/animate/skin.ts
and field.ts, held to this code by tests/fixtures/motion/skin.json.

Parts compete by geodesic distance less their own radius, bones of a chain share it along the chain, the body takes weight
back near the joints of limbs (design, 4-motion.md, point 2).
"""

import numpy as np
import torch

from .bones import CHAINS, COUNT, HEAD, ROOT, TORSO, S, head_depth, kinematics
from .lattice import geodesic, smooth_inside

SOFTNESS = 0.03
JOINT = 0.45
ORDER = ["neck", "trunk", "tail", "front_a", "front_b", "back_a", "back_b", "arm_a", "arm_b", "wing_a", "wing_b"]


def weights_of(g, lattice):
    """[29, R, C]: how much of each bone moves each node, summing to 1 over the bones inside the silhouette."""
    at = lattice.places()
    parts = _parts(g, lattice, at)
    body = TORSO if g.visible[TORSO] else ROOT
    spare = np.exp(-_body_score(g, lattice) / lattice.size / SOFTNESS)
    own = [np.exp(-np.clip(score / lattice.size, -1, 3) / SOFTNESS) for _, _, score, _ in parts]
    total = spare + sum(own)
    weights = np.zeros((COUNT, *lattice.inside.shape))
    for (bones, line, _, yields), share in zip(parts, own):
        along = _position(line, at) if line is not None else np.ones(at.shape[:2])
        kept = smoothstep(*yields, along)
        counts = share / total >= 1e-4
        spare = spare + np.where(counts, share * (1 - kept), 0)
        left = np.ones(at.shape[:2])
        for i in range(len(bones) - 1, -1, -1):
            w = left if i == 0 else left * smoothstep(i - JOINT, i + JOINT, along)
            weights[bones[i]] += np.where(counts, share / total * kept * w, 0)
            left = left - w
    weights[body] += spare / total
    weights *= lattice.inside
    _split_ears(g, at, weights)
    blur = max(1, int(np.floor(0.02 * lattice.size / lattice.step + 0.5)))
    for k in np.flatnonzero(weights.max((1, 2)) > 1e-3):
        weights[k] = smooth_inside(weights[k], lattice.inside, blur)
        source = weights[k].ravel()[lattice.nearest]
        soft = smooth_inside(source, lattice.inside, 4, everywhere=True)
        weights[k] = np.where(lattice.inside, weights[k], soft)
    return weights


def _parts(g, lattice, at):
    """(bones, joints [n+1, 2], score [R, C] in pixels, share of the first bones that the body takes back) per part."""
    parts = []
    for name in ORDER:
        bones = [S[n] for n in CHAINS[name]]
        if not g.visible[bones[0]]:
            continue
        line = np.stack([g.start[bones[0]], *(g.end[k] for k in bones)])
        leg = name.startswith(("front", "back", "arm"))
        yields = (-0.1, 0.7) if leg else (-0.3, 0.5) if name == "tail" else (-0.2, 0.6)
        parts.append((bones, line, _chain_score(lattice, line, leg), yields))
    if g.visible[HEAD]:
        half = g.half[HEAD]
        u = np.abs(at - g.end[HEAD]) / np.maximum(1e-6, half * 1.04)
        score = (np.hypot(u[..., 0] ** 1.5, u[..., 1] ** 1.5) ** (2 / 3) - 1) * half.min() * lattice.size
        parts.append(([HEAD], None, score, (-1.0, 0.0)))
    return parts


def _chain_score(lattice, line, leg):
    """Geodesic distance to a polyline less its radius (the far half's, for a leg), in pixels."""
    nodes = []
    for a, b in zip(line[:-1], line[1:]):
        for t in np.arange(21) * 0.05:
            place = (lattice.centre + lattice.size * (a + (b - a) * t) - lattice.corner) / lattice.step
            c, r = np.clip(np.floor(place + 0.5).astype(int), 0, np.array(lattice.inside.shape[::-1]) - 1)
            node = lattice.nearest[r, c]
            if not nodes or nodes[-1] != node:
                nodes.append(node)
    depths = np.sort(lattice.depth.ravel()[nodes[len(nodes) // 2 :] if leg else nodes])
    seeds = np.zeros(lattice.inside.size, bool)
    seeds[nodes] = True
    return geodesic(lattice.inside, seeds.reshape(lattice.inside.shape), lattice.step) - depths[len(depths) // 2]


def _body_score(g, lattice):
    """A capsule round the torso; far from every part the body is always near."""
    far = 0.1 * lattice.size
    if not g.visible[TORSO]:
        return np.full(lattice.inside.shape, far * 0.4)
    return np.minimum(_chain_score(lattice, np.stack([g.start[TORSO], g.end[TORSO]]), False), far)


def _split_ears(g, at, weights):
    """Ears lie within the head's box: they take their share from the head, growing towards the tip."""
    for ear in (HEAD + 1, HEAD + 2):
        if not (g.visible[ear] and g.visible[HEAD]):
            continue
        a, d = g.start[ear], g.end[ear] - g.start[ear]
        length = np.hypot(*d)
        u = ((at - a) @ d) / length**2
        off = ((at - a)[..., 0] * d[1] - (at - a)[..., 1] * d[0]) / length
        taken = smoothstep(0, 0.85, u) * np.exp(-((off / (0.55 * length)) ** 4)) * (weights[HEAD] >= 1e-3)
        weights[ear] += weights[HEAD] * taken
        weights[HEAD] *= 1 - taken


def _position(line, at):
    """Where along a polyline each place lies: 0 at its start, 1 at the first joint, ...; below 0 before the start."""
    best, found = np.full(at.shape[:2], 1e9), np.zeros(at.shape[:2])
    for s, (a, b) in enumerate(zip(line[:-1], line[1:])):
        d = b - a
        t = ((at - a) @ d) / max(1e-9, d @ d)
        inner = t.clip(0, 1)
        away = np.linalg.norm(a + d * inner[..., None] - at, axis=-1)
        nearer = away < best
        found = np.where(nearer, s + t.clip(-1 if s == 0 else 0, 1), found)
        best = np.where(nearer, away, best)
    return found


def smoothstep(low, high, x):
    t = ((x - low) / (high - low)).clip(0, 1)
    return t * t * (3 - 2 * t)


def decode(pose, g, at, weights):
    """Displacement [T, ..., 2] in object units of places `at` [..., 2] with bone weights [29, ...], for poses [T, 29, 4]:
    linear blend skinning plus the head's parallax."""
    tensor = lambda x: torch.as_tensor(np.asarray(x))[None]  # noqa: E731
    moves = kinematics(tensor(np.asarray(pose, float)), tensor(g.start), tensor(g.end), tensor(g.visible))
    linear, origin, pivot = (x[0].numpy() for x in moves)
    shift = origin - (linear @ pivot[..., None])[..., 0]
    flat, share = at.reshape(-1, 2), weights.reshape(COUNT, -1)
    used = np.flatnonzero(share.max(1) > 0)
    # Blend the bones' matrices first: one matrix per place and time, then one product.
    blended = np.einsum("kn,tkij->tnij", share[used], np.concatenate([linear, shift[..., None]], -1)[:, used], optimize=True)
    total = share[used].sum(0)
    out = (blended[..., :2] @ flat[:, :, None])[..., 0] + blended[..., 2] - total[:, None] * flat
    if g.visible[HEAD]:
        relief = share[[HEAD, HEAD + 1, HEAD + 2]].sum(0) * head_depth(flat - g.end[HEAD], g.half[HEAD])
        out += relief[None, :, None] * np.sin(np.asarray(pose)[:, None, HEAD, 2:4])
    return out.reshape(len(out), *at.shape)


def fold_share(displacement, lattice):
    """Share of inside cells and steps that turn inside out (Jacobian determinant <= 0); displacement [T, R, C, 2] in pixels."""
    d, i = displacement, lattice.inside
    cells = i[:-1, :-1] & i[1:, :-1] & i[:-1, 1:] & i[1:, 1:]
    du = (d[:, :-1, 1:] - d[:, :-1, :-1] + d[:, 1:, 1:] - d[:, 1:, :-1]) / (2 * lattice.step)
    dv = (d[:, 1:, :-1] - d[:, :-1, :-1] + d[:, 1:, 1:] - d[:, :-1, 1:]) / (2 * lattice.step)
    det = (1 + du[..., 0]) * (1 + dv[..., 1]) - du[..., 1] * dv[..., 0]
    return float((det[:, cells] <= 0).mean()) if cells.any() else 0.0
