"""From a record to what the network sees: crop, distortions of photo and mask, and the points in crop pixels."""

import cv2
import numpy as np

from .data import Record
from .parts import FACINGS, INDEX, PAIRS, POINTS, SINGLES, SIZE

GREY = 118
STRIPED, BESIDE = 0.12, 0.15  # shares of examples with bands painted on, and with another animal in the mask
MIRRORED = {"left": "right", "right": "left", "front-left": "front-right", "front-right": "front-left",
            "back-left": "back-right", "back-right": "back-left"}  # fmt: skip


def crop_matrix(mask: np.ndarray, margin=1.15, angle=0.0, flip=False, shift=(0.0, 0.0)) -> np.ndarray:
    """[2, 3] photo -> crop pixels: the square round the mask's box, `margin` times its longest side, centred."""
    ys, xs = np.where(mask > 0)
    x0, x1, y0, y1 = xs.min(), xs.max() + 1, ys.min(), ys.max() + 1
    side = max(x1 - x0, y1 - y0, 8) * margin
    cx, cy = (x0 + x1) / 2 + shift[0] * side, (y0 + y1) / 2 + shift[1] * side
    scale = SIZE / side
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    m = np.array([[cos, -sin, 0.0], [sin, cos, 0.0]])
    if flip:
        m[0] = -m[0]
    m[:, 2] = SIZE / 2 - m[:, :2] @ [cx, cy]
    return m


def warp(picture: np.ndarray, m: np.ndarray, fill, smooth=True) -> np.ndarray:
    """Samples `picture` so that pixel centres agree (cv2 counts from the centre of the first pixel, we from its corner)."""
    shifted = m.copy()
    shifted[:, 2] += m[:, :2] @ [0.5, 0.5] - 0.5
    how = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    return cv2.warpAffine(picture, shifted, (SIZE, SIZE), flags=how, borderMode=cv2.BORDER_CONSTANT, borderValue=fill)


def look(record_image: np.ndarray, mask: np.ndarray, m: np.ndarray):
    """Crop of photo [S, S, 3], mask [S, S] 0..1 and inside-the-photo [S, S] 0..1."""
    scale = float(np.hypot(m[0, 0], m[1, 0]))
    if scale < 0.6:  # plain sampling would skip pixels
        record_image = cv2.GaussianBlur(record_image, (0, 0), 0.35 / scale)
    image = warp(record_image, m, (GREY, GREY, GREY))
    cut = warp(mask.astype(np.float32), m, 0)
    inside = warp(np.ones(mask.shape, np.float32), m, 0)
    return image, cut, inside


def points_of(parts: dict, m: np.ndarray, flip: bool, inside: np.ndarray):
    """Points in crop pixels [P, 2, 2], their presence [P, 2], head size [2], what is visible, how many, facing.

    A point counts where it lies inside the photo (`inside`, with a few pixels of grace) and inside the crop. -1 stands for a
    visibility or number that the annotation is silent about.
    """
    near = cv2.dilate((inside > 0.5).astype(np.uint8), np.ones((9, 9), np.uint8))
    at = np.zeros((len(POINTS), 2, 2), np.float32)
    there = np.zeros((len(POINTS), 2), np.float32)
    move = lambda p: m[:, :2] @ p + m[:, 2]  # noqa: E731

    def put(name, slot, p):
        at[INDEX[name], slot], there[INDEX[name], slot] = p, 1

    def in_frame(p, slack=0.0):
        x, y = np.clip(p, 0, SIZE - 1).astype(int)
        return bool(np.all((p > -slack) & (p < SIZE + slack)) and near[y, x])

    singles = np.zeros(len(SINGLES), np.float32)
    pairs = np.zeros(len(PAIRS), np.int64)
    size = np.zeros(2, np.float32)
    if parts["head"]:
        x0, y0, x1, y1 = parts["head"]
        centre = move([(x0 + x1) / 2, (y0 + y1) / 2])
        if in_frame(centre):
            # A turned box: the axis-parallel box round the turned ellipse inside it.
            size = np.sqrt((m[:, :2] ** 2) @ [(x1 - x0) ** 2, (y1 - y0) ** 2]).astype(np.float32)
            put("head", 0, centre)
            singles[0] = 1
    for i, (word, names) in enumerate(
        (("neck", ("neck_head", "neck_torso")), ("torso", ("torso_shoulder", "torso_hip")))
    ):
        if parts[word]:
            ends = [move(p) for p in parts[word]]
            for name, p in zip(names, ends, strict=True):
                if in_frame(p):
                    put(name, 0, p)
            singles[1 if i == 0 else 4] = float(in_frame(ends[0]) or in_frame(ends[1]))
    for i, word in ((2, "trunk"), (3, "tail")):
        if parts[word]:
            chain = clip_chain([move(p) for p in parts[word]], in_frame)
            if chain is not None:
                singles[i] = 1
                for name, p in zip(("root", "mid", "tip"), chain, strict=True):
                    put(f"{word}_{name}", 0, p)
    for name, limbs in (("ear", [[e] for e in parts["ears"] or []]), ("front_foot", parts["front_legs"]),
                        ("back_foot", parts["back_legs"]), ("wing_tip", parts["wings"])):  # fmt: skip
        names = {"ear": ["ear"], "front_foot": ["shoulder", "front_knee", "front_foot"],
                 "back_foot": ["hip", "back_knee", "back_foot"], "wing_tip": ["wing_shoulder", "wing_tip"]}[name]  # fmt: skip
        slot = 0
        for limb in (limbs or [])[:2]:
            moved = [move(p) for p in limb]
            if not in_frame(moved[-1], 2.0):
                continue
            for part, p in zip(names, moved, strict=True):
                if in_frame(p, 2.0):
                    put(part, slot, np.clip(p, 0.5, SIZE - 0.5))
            slot += 1
        pairs[PAIRS.index(name)] = slot
    unsaid = parts.get("unsaid", ())
    for i, word in enumerate(("ears", "front_legs", "back_legs", "wings")):
        pairs[i] = -1 if word in unsaid else pairs[i]
    singles[3] = -1 if "tail" in unsaid else singles[3]
    facing = parts["facing"]
    facing = MIRRORED.get(facing, facing) if flip else facing
    return at, there, size, singles, pairs, FACINGS.index(facing) if facing in FACINGS else -1


def clip_chain(chain, in_frame):
    """Shortens root-mid-tip where it leaves the frame; None where its root is outside."""
    line = np.concatenate([np.linspace(chain[0], chain[1], 16), np.linspace(chain[1], chain[2], 16)[1:]])
    kept = 0
    while kept < len(line) and in_frame(line[kept]):
        kept += 1
    if kept < 6:
        return None
    return chain if kept == len(line) else [line[0], line[kept // 2], line[kept - 1]]


def damage(mask: np.ndarray, inside: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What masks by GrabCut or a careless hand look like: too thin, too fat, with bites, with lumps, ragged."""
    m = (mask > 0.5).astype(np.uint8)
    how = rng.random()
    if how < 0.3:
        k = int(rng.integers(2, 9))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (k, k))
        m = cv2.erode(m, kernel) if rng.random() < 0.5 else cv2.dilate(m, kernel)
    elif how < 0.75:
        ys, xs = np.where(m > 0)
        for _ in range(int(rng.integers(1, 4))):
            i = int(rng.integers(len(xs)))
            axes = tuple(int(v) for v in rng.integers(4, 26, 2))
            colour = int(rng.random() < 0.4)
            cv2.ellipse(m, (int(xs[i]), int(ys[i])), axes, float(rng.uniform(0, 180)), 0, 360, colour, -1)
    elif how < 0.85:
        noise = cv2.resize(rng.normal(0, 1, (24, 24)).astype(np.float32), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
        m = (cv2.GaussianBlur(m.astype(np.float32), (0, 0), 4) + 0.18 * noise > 0.5).astype(np.uint8)
    else:
        # What GrabCut makes of a close-up: the box, or most of the picture.
        ys, xs = np.where(m > 0)
        grow = int(rng.choice([0, 8, 200]))
        m[max(0, ys.min() - grow) : ys.max() + 1 + grow, max(0, xs.min() - grow) : xs.max() + 1 + grow] = 1
        m *= inside > 0.5
        if rng.random() < 0.5:
            corner = [int(v) for v in rng.choice([0, SIZE], 2)]
            cv2.ellipse(m, corner, tuple(int(v) for v in rng.integers(20, 90, 2)), 0, 0, 360, 0, -1)
    return m.astype(np.float32) if m.sum() > 80 else mask


def recolour(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    x = image.astype(np.float32)
    x = x * rng.uniform(0.65, 1.35) + rng.uniform(-25, 25)
    grey = x.mean(2, keepdims=True)
    x = grey + (x - grey) * rng.uniform(0.0 if rng.random() < 0.15 else 0.5, 1.5)
    x *= rng.uniform(0.88, 1.12, 3).astype(np.float32)
    if rng.random() < 0.15:
        x = cv2.GaussianBlur(x, (0, 0), float(rng.uniform(0.5, 1.6)))
    if rng.random() < 0.15:
        x += rng.normal(0, rng.uniform(3, 14), x.shape)
    return np.clip(x, 0, 255).astype(np.uint8)


def striped(image: np.ndarray, cut: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Bands of darker or lighter fur over what the mask holds: shape should count, not the coat."""
    ys, xs = np.mgrid[:SIZE, :SIZE] / np.float32(SIZE)
    noise = cv2.resize(rng.normal(0, 1, (5, 5)).astype(np.float32), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    angle = rng.uniform(0, np.pi)
    wave = np.sin(2 * np.pi * rng.uniform(4, 16) * (np.cos(angle) * xs + np.sin(angle) * ys) + rng.uniform(0.5, 4) * noise)
    band = 1 / (1 + np.exp(-(wave + rng.uniform(-0.6, 0.4)) * rng.uniform(2, 12)))
    band = (band * cut * rng.uniform(0.4, 0.95))[..., None]
    tone = rng.uniform(0, 60) if rng.random() < 0.7 else rng.uniform(180, 250)
    return np.clip(image * (1 - band) + tone * band, 0, 255).astype(np.uint8)


def beside(seen, cut, inside, record: Record, rng: np.random.Generator):
    """Another animal behind this one and in the same mask, as where a click takes a neighbour along: (photo, mask).

    It is smaller, or half hidden: which of the two is meant must be told from the pixels alone.
    """
    ys, xs = np.where(cut > 0.5)
    oy, ox = np.where(record.mask > 0)
    if not len(xs) or not len(ox):
        return seen, cut
    size = max(np.ptp(xs), np.ptp(ys)) + 1
    scale = rng.uniform(0.35, 0.75) * size / (max(np.ptp(ox), np.ptp(oy)) + 1)
    i = int(rng.integers(len(xs)))  # it peeps out from behind some point near the edge
    away = np.array([xs[i] - xs.mean(), ys[i] - ys.mean()])
    at = np.array([xs[i], ys[i]]) + away / (np.linalg.norm(away) + 1) * rng.uniform(0, 0.3) * size
    m = np.array([[scale, 0, 0], [0, scale, 0]])
    if rng.random() < 0.5:
        m[0] = -m[0]
    m[:, 2] = at - m[:, :2] @ [ox.mean(), oy.mean()]
    photo, mask, _ = look(record.image, record.mask, m)
    mask = mask * (cut < 0.5) * (inside > 0.5)
    if mask.sum() > 0.6 * cut.sum():
        return seen, cut
    soft = cv2.GaussianBlur(mask, (0, 0), 0.7)[..., None] * (cut < 0.5)[..., None]
    return (seen * (1 - soft) + photo * soft).astype(np.uint8), np.maximum(cut, mask)


def heat_of_click(click, sigma=6.0) -> np.ndarray:
    """[S, S] Gaussian round the click (crop pixels); all zero without one."""
    if click is None:
        return np.zeros((SIZE, SIZE), np.float32)
    r = np.arange(SIZE, dtype=np.float32) + 0.5
    return np.exp(-((r[:, None] - click[1]) ** 2 + (r[None] - click[0]) ** 2) / (2 * sigma**2)).astype(np.float32)


def close_up(record: Record, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """The photo's edges drawn in round the head, even into it: portraits, where the head fills most of the picture."""
    x0, y0, x1, y1 = record.parts["head"]
    w, h = x1 - x0, y1 - y0
    left, right, top = rng.uniform(-0.12, 0.7, 3)
    below = rng.uniform(-0.1, 1.3)
    return int(x0 - left * w), int(y0 - top * h), int(x1 + right * w), int(y1 + below * h)


def half_view(record: Record, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """One edge of the photo moved into the object."""
    ys, xs = np.where(record.mask > 0)
    h, w = record.mask.shape
    side = rng.choice(["bottom", "bottom", "left", "right", "top"])
    share = rng.uniform(0.1, 0.6 if side == "bottom" else 0.4)
    if side == "bottom":
        return 0, 0, w, int(ys.max() - share * (ys.max() - ys.min()))
    if side == "top":
        return 0, int(ys.min() + 0.6 * share * (ys.max() - ys.min())), w, h
    if side == "left":
        return int(xs.min() + share * (xs.max() - xs.min())), 0, w, h
    return 0, 0, int(xs.max() - share * (xs.max() - xs.min())), h


def frame_cut(record: Record, rng: np.random.Generator):
    """Image and mask within new edges, and where their corner was; all of it where too little would be left."""
    portrait = record.parts is not None and record.parts["head"] and rng.random() < 0.5
    x0, y0, x1, y1 = close_up(record, rng) if portrait else half_view(record, rng)
    x0, y0 = max(0, x0), max(0, y0)
    mask = record.mask[y0:y1, x0:x1]
    least = 150 if portrait else 0.3 * record.mask.sum()
    if min(mask.shape) < 16 or mask.sum() < least:
        return record.image, record.mask, (0, 0)
    return record.image[y0:y1, x0:x1], mask, (x0, y0)


def sample(record: Record, rng: np.random.Generator, others: list[Record]) -> dict[str, np.ndarray]:
    """One augmented training example."""
    image, mask, corner = frame_cut(record, rng) if rng.random() < 0.45 else (record.image, record.mask, (0, 0))
    flip = bool(rng.random() < 0.5)
    angle = np.deg2rad(np.clip(rng.normal(0, 10), -25, 25)) if rng.random() < 0.7 else 0.0
    m = crop_matrix(mask, rng.uniform(1.02, 1.5), angle, flip, rng.uniform(-0.07, 0.07, 2))
    seen, cut, inside = look(image, mask, m)
    if rng.random() < 0.3:  # another place behind it
        other = others[int(rng.integers(len(others)))].image
        corner_x, corner_y = (int(rng.integers(max(1, n - 120))) for n in (other.shape[1], other.shape[0]))
        patch = other[corner_y : corner_y + 240, corner_x : corner_x + 240]
        place = cv2.resize(patch, (SIZE, SIZE))
        alpha = cv2.GaussianBlur(cut, (0, 0), 1.0)[..., None]
        mixed = seen * alpha + place * (1 - alpha)
        seen = np.where(inside[..., None] > 0.5, mixed, GREY).astype(np.uint8)
    if rng.random() < 0.2:  # something in front of it
        ys, xs = np.where(cut > 0.5)
        if len(xs):
            i = int(rng.integers(len(xs)))
            shape = np.zeros((SIZE, SIZE), np.uint8)
            axes = tuple(int(v) for v in rng.integers(6, 26, 2))
            cv2.ellipse(shape, (int(xs[i]), int(ys[i])), axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
            seen[shape > 0] = recolour(np.roll(seen, int(rng.integers(40, 150)), 1), rng)[shape > 0]
            cut = cut * (1 - shape)
    if record.parts is not None and rng.random() < STRIPED:
        seen = striped(seen, cut, rng)
    own = cut
    if record.parts is not None and rng.random() < BESIDE:
        seen, cut = beside(seen, cut, inside, others[int(rng.integers(len(others)))], rng)
    seen = recolour(seen, rng)
    seen[inside < 0.5] = GREY
    inner = np.argwhere(own > 0.5)
    click = None
    if len(inner) and rng.random() < 0.8:
        y, x = inner[int(rng.integers(len(inner)))]
        click = (x + 0.5, y + 0.5)
    if rng.random() < 0.5:
        cut = damage(cut, inside, rng)
    group = int(rng.choice(record.groups())) if rng.random() < 0.5 else 0
    m = m.copy()
    m[:, 2] -= m[:, :2] @ corner  # the parts are in pixels of the uncut photo
    return example(record, seen, cut, inside, click, group, m, flip)


def example(record: Record, seen, cut, inside, click, group: int, m, flip=False) -> dict[str, np.ndarray]:
    """Inputs and targets of one crop. `facing` and `kind` are -1 where they do not count."""
    if record.parts is None:
        none = np.zeros((len(POINTS), 2), np.float32)
        at, there, size = np.zeros((len(POINTS), 2, 2), np.float32), none, np.zeros(2, np.float32)
        singles, pairs, facing = np.full(len(SINGLES), -1, np.float32), np.full(len(PAIRS), -1), -1
    else:
        at, there, size, singles, pairs, facing = points_of(record.parts, m, flip, inside)
    return {
        "image": np.ascontiguousarray(seen.transpose(2, 0, 1)),
        "hints": np.stack([cut, inside, heat_of_click(click)]).astype(np.float32),
        "group": np.int64(group),
        "at": at, "there": there, "size": size, "singles": singles, "pairs": np.asarray(pairs, np.int64),
        "facing": np.int64(facing), "kind": np.int64(record.kind if group == 0 else -1),
        "weight": np.float32(record.parts["sure"] if record.parts else 1.0),
    }  # fmt: skip
