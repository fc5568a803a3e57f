"""Real video -> what moves in it: frames, dense flow, camera check, motion mask, tracks from the first frame, magnitude.

The recipe is WebVid-Motion's (Follow-Your-Click, arXiv 2403.08268): optical flow of each pair of frames, a motion mask
that is the union over frames of |flow| > its mean, and the mean |flow| inside the mask as magnitude. Clips whose
camera moves, in which nothing moves or in which the flow cannot be trusted raise `ClipError`.

Pixels are those of the working size (long side SIDE); a step is the time between two working frames.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from scipy.ndimage import binary_fill_holes

SIDE = 320
RATE = 15
SECONDS = 2.0
SHORTEST = 1.0
PICTURES = {".png", ".jpg", ".jpeg", ".webp"}

# Shares of the long side: how far the background may go, how far the thing has to go at least.
STILL, MOVES = 0.012, 0.012
NOISE = 0.25  # px a step; flow of a still scene stays below it
CHANGE = 4.0  # grey levels, after a blur of 2 px; compression and sensor noise stay below it
SMALLEST, LARGEST = 0.0015, 0.6  # share of the picture that moves
ALIKE = 30.0  # grey levels, after a blur of 1.5 px
CONSISTENT = 0.6  # share of pixels whose flow leads there and back, else it is a cut
KEPT = 0.5  # share of the region that can be followed to the end
EXPLAINED = 0.65  # share of all motion that the region's tracks account for
LOST = "lost on the way (leaves, hidden or blurred)"


class ClipError(ValueError):
    """A clip that makes no record; the text says why."""


@dataclass
class Motion:
    """What moves in a window of n + 1 frames of h x w pixels.

    `seen` [h, w]: motion mask, union over frames (everywhere the thing comes to); `region` [h, w]: what moves, where it
    is in the first frame; `tracks` [n + 1, h, w, 2]: displacement in px from the first frame; `valid` [n + 1, h, w];
    `speed`: mean |flow| inside the mask, px a step; `camera`: how far the background goes, share of the long side.
    """

    seen: np.ndarray
    region: np.ndarray
    tracks: np.ndarray
    valid: np.ndarray
    speed: float
    camera: float


def frames_of(path):
    """(grey frames [n, h, w] uint8 with a long side of SIDE, rate in frames a second) of a video file or a folder of
    pictures, which count as RATE a second. Everything is kept in memory, about 50 MB a minute. Raises ClipError."""
    path = Path(path)
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.suffix.lower() in PICTURES)
        found, rate = [_grey(cv2.imread(str(p))) for p in files], float(RATE)
    else:
        video = cv2.VideoCapture(str(path))
        native = video.get(cv2.CAP_PROP_FPS)
        skip = max(1, int(np.ceil(native / RATE - 0.01)))
        found, rate, i = [], native / skip, 0
        while video.grab():
            if i % skip == 0:
                found.append(_grey(video.retrieve()[1]))
            i += 1
    if not found or not 1 <= rate <= 240:
        raise ClipError("not a video")
    return np.stack(found), rate


def _grey(image):
    if image is None:
        raise ClipError("a frame cannot be read")
    h, w = image.shape[:2]
    scale = SIDE / max(h, w)
    image = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return cv2.resize(image, (round(w * scale), round(h * scale)), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)


def windows(frames, rate):
    """Cuts frames into equal windows of about SECONDS that share their border frame. Raises ClipError if too short."""
    steps = len(frames) - 1
    if steps < SHORTEST * rate:
        raise ClipError("too short")
    count = max(1, round(steps / rate / SECONDS))
    edges = np.linspace(0, steps, count + 1).round().astype(int)
    return [frames[a : b + 1] for a, b in zip(edges[:-1], edges[1:])]


def flows(frames):
    """Dense flow of each step, forward and back, [n, h, w, 2] px each (DIS; Kroeger et al., ECCV 2016)."""
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    dis.setFinestScale(0)  # at half the size, as preset, a moving square falls 12 % short of its way
    pairs = list(zip(frames[:-1], frames[1:]))
    return np.stack([dis.calc(a, b, None) for a, b in pairs]), np.stack([dis.calc(b, a, None) for a, b in pairs])


def changed(a, b):
    """[h, w] bool: where the picture changes from frame `a` to `b`, outlines filled.

    On plain walls flow is noise of several pixels; but where nothing changes nothing moves.
    """
    change = cv2.GaussianBlur(cv2.absdiff(a, b).astype(np.float32), (0, 0), 2) > CHANGE
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11))
    return binary_fill_holes(cv2.morphologyEx(change.astype(np.uint8), cv2.MORPH_CLOSE, disc))


def sample(field, at):
    """Bilinear values of `field` [h, w, ...] at pixel positions `at` [..., 2]."""
    x, y = (at[..., i].astype(np.float32) for i in (0, 1))
    return cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def grid(h, w):
    """Pixel positions [h, w, 2]."""
    return np.stack(np.meshgrid(np.arange(w), np.arange(h)), -1).astype(np.float32)


def agreement(forward, back):
    """[h, w] bool: flow that leads there and back again (Sundaram et al., ECCV 2010)."""
    there = sample(back, grid(*forward.shape[:2]) + forward)
    gap = ((forward + there) ** 2).sum(-1)
    return gap < 0.02 * ((forward**2).sum(-1) + (there**2).sum(-1)) + 0.5


def camera_path(forward):
    """How far the background goes at most: one similarity per step by RANSAC over the whole picture, chained.

    Returns the largest displacement of a corner or the centre as a share of the long side. A thing that fills most of
    the picture counts as background, so a close-up of something that moves is taken for a moving camera.
    """
    h, w = forward.shape[1:3]
    points = grid(h, w)[4::8, 4::8].reshape(-1, 2)
    corners = np.array([[0, 0], [w, 0], [0, h], [w, h], [w / 2, h / 2]])
    place, far = corners, 0.0
    for flow in forward:
        moved = points + flow[4::8, 4::8].reshape(-1, 2)
        matrix, _ = cv2.estimateAffinePartial2D(points, moved, method=cv2.RANSAC, ransacReprojThreshold=0.5)
        if matrix is None:
            raise ClipError("no still background")
        place = place @ matrix[:, :2].T + matrix[:, 2]
        far = max(far, np.median(np.linalg.norm(place - corners, axis=1)))
    return far / max(h, w)


def follow(frames, forward, back):
    """Chains the flow of the steps: (tracks [n + 1, h, w, 2] px from the first frame, valid [n + 1, h, w]).

    A place of a track is valid while it is in the picture, looks like what the track began with, and the flow back leads
    all the way to the beginning again: ground that something drives over would be led to where that came from.
    """
    n, h, w = forward.shape[:3]
    rest = grid(h, w)
    looks = [cv2.GaussianBlur(f, (0, 0), 1.5).astype(np.float32) for f in frames]
    tracks, valid = [np.zeros_like(rest)], [np.ones((h, w), bool)]
    for t in range(n):
        place = rest + tracks[-1]
        place = place + sample(forward[t], place)
        home = place
        for step in back[t::-1]:
            home = home + sample(step, home)
        away = place - rest
        round_trip = np.linalg.norm(home - rest, axis=-1) < 2 + 0.05 * np.linalg.norm(away, axis=-1)
        inside = (place >= 0).all(-1) & (place[..., 0] <= w - 1) & (place[..., 1] <= h - 1)
        tracks.append(away)
        valid.append(round_trip & inside & (np.abs(sample(looks[t + 1], place) - looks[0]) < ALIKE))
    return np.stack(tracks), np.stack(valid)


def clean(mask, least):
    """Opens and closes a mask and keeps the pieces that are at least `least` times as large as the largest."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    out = cv2.morphologyEx(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc), cv2.MORPH_CLOSE, disc)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(out)
    if count == 1:
        return np.zeros(mask.shape, bool)
    areas = stats[1:, cv2.CC_STAT_AREA]
    return np.isin(labels, 1 + np.flatnonzero(areas >= least * areas.max()))


def explained(tracks, valid, speed):
    """Share of all motion (`speed` [n, h, w], px a step) that is where tracks lead; the rest came later or was lost."""
    rest, part = grid(*speed.shape[1:]), 0.0
    for track, good, now in zip(tracks, valid, speed):
        x, y = np.round((rest + track)[good]).astype(int).T
        reached = np.zeros(now.shape, np.uint8)
        reached[y, x] = 1
        part += now[cv2.dilate(reached, np.ones((7, 7), np.uint8)) > 0].sum()
    return part / max(speed.sum(), 1e-6)


def motion(frames):
    """Motion of a window [n + 1, h, w] uint8. Raises ClipError."""
    forward, back = flows(frames)
    if min(agreement(f, b).mean() for f, b in zip(forward, back)) < CONSISTENT:
        raise ClipError("cut, or motion too fast to follow")
    camera = camera_path(forward)
    if camera > STILL:
        raise ClipError("camera moves")
    gate = np.stack([changed(a, b) for a, b in zip(frames[:-1], frames[1:])])
    forward, back = forward * gate[..., None], back * gate[..., None]
    speed = np.linalg.norm(forward, axis=-1)
    seen = clean((speed > max(NOISE, speed.mean())).any(0), 0.1)
    if seen.mean() < SMALLEST:
        raise ClipError("nothing moves")
    if seen.mean() > LARGEST:
        raise ClipError("everything moves")
    tracks, valid = follow(frames, forward, back)
    away = (np.linalg.norm(tracks, axis=-1) * valid).max(0)
    # Flow smears over edges: what is carried along by less than a third of the usual way stays behind.
    usual = np.median(away[seen & (away > max(NOISE, away.mean()))]) if (seen & (away > NOISE)).any() else 0.0
    if usual < MOVES * max(seen.shape):
        # The path that flow leads through these places is long all the same where tracks were lost on the way.
        long = speed.sum(0)[seen].mean() > MOVES * max(seen.shape)
        raise ClipError(LOST if long else "nothing moves far enough")
    region = clean(seen & (away > max(away.mean(), usual / 3)), 0.3)
    if region.mean() < SMALLEST or region.sum() < 0.05 * seen.sum():
        raise ClipError("not in the first frame")
    if valid[:, region].mean(1).min() < KEPT or explained(tracks, valid & region, speed * seen) < EXPLAINED:
        raise ClipError(LOST)
    inside = speed[:, seen]
    return Motion(seen, region, tracks, valid, float(inside.mean()), float(camera))


def several(motion):
    """Whether pieces of the region go different ways: two things, or the limbs of one."""
    count, labels = cv2.connectedComponents(motion.region.astype(np.uint8))
    means = []
    for i in range(1, count):
        piece = labels == i
        means.append(np.stack([t[piece & v].mean(0) if (piece & v).any() else (0, 0) for t, v in zip(motion.tracks, motion.valid)]))
    gaps = [np.linalg.norm(a - b, axis=1).max() for a in means for b in means]
    return max(gaps) > 0.5 * max(np.linalg.norm(m, axis=1).max() for m in means)


def box_of(region):
    """(centre [2], longest side) of a region's box in px: the object units of bones.py."""
    y, x = np.nonzero(region)
    low, high = np.array([x.min(), y.min()]), np.array([x.max(), y.max()]) + 1
    return (low + high - 1) / 2, float((high - low).max())
