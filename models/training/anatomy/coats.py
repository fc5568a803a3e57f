"""What a render of a rig is painted with, so that its flat colours do not give it away: patches of photos and noise."""

import cv2
import numpy as np

from .data import Record

PATCH = 96
DARK = 0.13  # of white: eyes, noses and hooves, which stay as they are


def hides(records: list[Record], rng: np.random.Generator, count: int = 400) -> list[np.ndarray]:
    """Square patches [PATCH, PATCH, 3] 0..1 that lie inside the masks of photos: fur, skin and feathers.

    Raises ValueError where no mask is large enough for one.
    """
    found = []
    for _ in range(20 * count):
        record = records[int(rng.integers(len(records)))]
        side = int(rng.integers(24, 90))
        ys, xs = np.where(record.mask > 0)
        i = int(rng.integers(len(xs)))
        x, y = int(xs[i]) - side // 2, int(ys[i]) - side // 2
        inner = record.mask[max(0, y) : y + side, max(0, x) : x + side]
        if x >= 0 and y >= 0 and inner.shape == (side, side) and inner.mean() > 0.93:
            patch = record.image[y : y + side, x : x + side]
            found.append(cv2.resize(patch, (PATCH, PATCH), interpolation=cv2.INTER_CUBIC) / np.float32(255))
        if len(found) == count:
            break
    if not found:
        raise ValueError("no photo's mask is large enough to cut a patch from")
    return found


def tiled(patch: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Colours [n, 3] of a patch at texture places in patch lengths; every other copy is mirrored, so there are no seams."""
    at = lambda t: (np.abs((t + 1) % 2 - 1) * (PATCH - 1)).astype(int)  # noqa: E731
    return patch[at(v), at(u)]


def waves(places: np.ndarray, rng: np.random.Generator, scale: float) -> np.ndarray:
    """Smooth noise [n] of about unit size at places [n, 3]: eight plane waves, `scale` of them to a unit."""
    k = rng.normal(0, scale, (3, 8)) * 2 * np.pi
    return np.sin(places @ k + rng.uniform(0, 2 * np.pi, 8)).sum(1) / 2


def stripes(along: np.ndarray, bend: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Share [n] 0..1 of the dark of a zebra, tiger or tabby: bands across `along` [n] that `bend` [n] pushes about."""
    edge = np.sin(2 * np.pi * (along + bend)) + rng.uniform(-0.5, 0.3)
    return 1 / (1 + np.exp(-edge * rng.uniform(2, 12)))


def coat(places: np.ndarray, colours: np.ndarray, patches: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Colours [n, 3] of surface points at bind places [n, 3] (model heights) whose plain colours are `colours` [n, 3]."""
    x, y, z = places.T
    zoom, angle = rng.uniform(1.2, 4), rng.uniform(0, 2 * np.pi)
    u, v = (0.7 * x + z) * zoom, (y + 0.3 * x) * zoom
    u, v = u * np.cos(angle) - v * np.sin(angle), u * np.sin(angle) + v * np.cos(angle)
    pick = lambda: patches[int(rng.integers(len(patches)))]  # noqa: E731
    fur = tiled(pick(), u, v)
    if rng.random() < 0.35:  # the rig's own colours, with only the grain of the fur
        grain = fur / fur.mean(0).clip(0.05)
        painted = colours * rng.uniform(0.6, 1.5) * rng.uniform(0.85, 1.15, 3) * grain
    else:
        painted = fur
        light = colours.mean(1)
        if rng.random() < 0.5:  # markings where the rig has another colour
            share = (light > np.median(light) + 0.02)[:, None] * rng.uniform(0.5, 1)
        else:  # or where chance has it
            edge = waves(places, rng, rng.uniform(0.3, 1.2)) - rng.uniform(-0.6, 2.5)
            share = (1 / (1 + np.exp(-edge * rng.uniform(3, 20))))[:, None]
        painted = painted * (1 - share) + tiled(pick(), v * 1.1, u) * share
    if rng.random() < 0.15:
        dark = stripes((z + rng.uniform(-0.4, 0.4) * y) * rng.uniform(4, 14), rng.uniform(0.1, 0.4) * waves(places, rng, 0.8), rng)
        other = tiled(pick(), v, u) * rng.uniform(0.1, 0.5) if rng.random() < 0.7 else tiled(pick(), v, u)
        painted = painted * (1 - dark[:, None]) + other * dark[:, None]
    painted = painted * (1 + rng.uniform(0, 0.12) * waves(places, rng, rng.uniform(4, 14))[:, None])
    return np.where(colours.max(1, keepdims=True) < DARK, colours, painted).clip(0, 1)


def light(normal: np.ndarray, low: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Brightness [n, 1] of surface points by their normals [n, 3] (camera axes) and height above the lowest point 0..1."""
    sun = rng.normal(0, 1, 3) * [1, 0.5, 0.6] + [0, 0.9, 0.7]
    sun /= np.linalg.norm(sun)
    ambient = rng.uniform(0.35, 0.8)
    shade = ambient + (1.15 - ambient) * np.maximum(normal @ sun, 0) + 0.12 * normal[:, 1]
    return (shade * (1 - rng.uniform(0, 0.35) * (1 - low)))[:, None]


def place_of(record: Record, size: int, rng: np.random.Generator) -> np.ndarray:
    """A photo's part, [size, size, 3] 0..1, to stand behind the rig."""
    h, w = record.image.shape[:2]
    side = int(min(h, w) * rng.uniform(0.5, 1))
    x, y = int(rng.integers(w - side + 1)), int(rng.integers(h - side + 1))
    part = cv2.resize(record.image[y : y + side, x : x + side], (size, size)) / np.float32(255)
    part = part[:, ::-1] if rng.random() < 0.5 else part
    return (part * rng.uniform(0.75, 1.25)).clip(0, 1)


def compose(front: np.ndarray, mask: np.ndarray, behind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """[H, W, 3] bytes: the painted rig with a soft edge over a photo, half the time with a shadow on the ground."""
    m = mask.astype(np.float32)
    if rng.random() < 0.5:
        h, w = m.shape
        ys = np.flatnonzero(m.any(1))
        squash = np.float32([[1, 0.15 * rng.normal(), 0], [0, 0.25, 0.75 * ys.max()]])
        squash[0, 2] = -squash[0, 1] * ys.max()
        shadow = cv2.GaussianBlur(cv2.warpAffine(m, squash, (w, h)), (0, 0), rng.uniform(2, 6))
        behind = behind * (1 - rng.uniform(0.2, 0.6) * shadow[..., None])
    fill = cv2.GaussianBlur(front * m[..., None], (0, 0), 1.5) / cv2.GaussianBlur(m, (0, 0), 1.5)[..., None].clip(1e-3)
    front = np.where(mask[..., None], front, fill)
    alpha = cv2.GaussianBlur(m, (0, 0), rng.uniform(0.5, 1.1))[..., None]
    mixed = front * alpha + behind * (1 - alpha)
    if rng.random() < 0.4:
        mixed = cv2.GaussianBlur(mixed, (0, 0), rng.uniform(0.4, 1.0))
    mixed = mixed + rng.normal(0, rng.uniform(0, 0.03), mixed.shape)
    return (255 * mixed.clip(0, 1)).astype(np.uint8)
