"""The committed network asked as the service asks it, and the service's own seeing.

`find` follows models/animate/anatomy/index.ts up to where that fits the skeleton to the silhouette (tidy.ts), so that a
network's figures stay comparable with those of training.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from .augment import crop_matrix, heat_of_click, look
from .parts import GROUPS, Skeleton, decode
from .score import MARGIN, mirror_outputs, to_photo

ROOT = Path(__file__).resolve().parents[3]
WEIGHTS = ROOT / "models/weights/anatomy.onnx"
# `readBest` of index.ts: below this share in the head's peak wider windows are tried, without their mirror images, each believed
# if it is that much surer.
UNSURE_OF_HEAD, SURER = 0.5, 0.25
WIDER = [1.5, 1.9]

# [1, 3, S, S] image, [1, 3, S, S] hints, [1, GROUPS] word -> heat, dense, logits, each with a batch axis
Network = Callable[[np.ndarray, np.ndarray, np.ndarray], list[np.ndarray]]


def open_network(weights: Path = WEIGHTS) -> Network:
    """The eye (the masks' encoder) and the network, on one thread: the figures must not depend on
    the machine's load."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    eye, session = (
        onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        for path in (WEIGHTS.with_name("masks-encoder.onnx"), weights)
    )
    names = ["heat", "dense", "globals"]

    def answer(image, hints, word):
        embedding, details = eye.run(["embedding", "fine"], {"photo": image})
        seen = {"embedding": embedding, "details": details}
        return session.run(names, {"image": image, "hints": hints, "group": word} | seen)

    return answer


def ask(
    network: Network, image: np.ndarray, mask: np.ndarray, click, group: int, m: np.ndarray, wanted=None, mirror=True
) -> Skeleton:
    """Answer to the window `m`, by default the mean with that to its mirror image, decoded; crop pixels."""
    seen, cut, inside = look(image, mask, m)
    x = seen.transpose(2, 0, 1)[None].astype(np.float32)
    hints = np.stack([cut, inside, heat_of_click(m[:, :2] @ click + m[:, 2])])[None].astype(np.float32)
    word = np.eye(len(GROUPS), dtype=np.float32)[[group]]
    straight = network(x, hints, word)
    if not mirror:
        return decode(*[a[0] for a in straight], wanted)
    mirrored = mirror_outputs(*network(np.ascontiguousarray(x[..., ::-1]), np.ascontiguousarray(hints[..., ::-1]), word))
    return decode(*[((a + b) / 2)[0] for a, b in zip(straight, mirrored, strict=True)], wanted)


def find(network: Network, image: np.ndarray, mask: np.ndarray, click, group: int, wanted: str | None = None) -> Skeleton:
    """The skeleton in photo pixels. `image` [H, W, 3] RGB bytes, `mask` [H, W] 0 or 1, `click` in pixels; `wanted` as in decode."""
    best = window = None
    for margin in [MARGIN, *WIDER]:
        m = crop_matrix(mask, margin)
        s = ask(network, image, mask, click, group, m, wanted, mirror=margin == MARGIN)
        if best is None or s.head_share > best.head_share + SURER:
            best, window = s, m
        if margin == MARGIN and s.head_share >= UNSURE_OF_HEAD:
            break
    return to_photo(best, window)


def see(photos: list[tuple[Path, tuple[float, float]]], folder: Path) -> list[dict]:
    """What the service finds under a click: one Node process for all photos.

    `photos`: path and click as fractions of width and height; `folder` takes the masks. Returns for each what `waggle mask`
    prints: {"out", "region": {"label", ...}} or {"error": {"code", ...}}. Raises RuntimeError where Node or the service fails.
    """
    npm = shutil.which("npm")
    if npm is None or not (ROOT / "node_modules").exists():
        raise RuntimeError("the product's seeing needs Node and its packages (make install); --no-seeing leaves it out")
    jobs = [
        {"photo": str(path.resolve()), "x": x, "y": y, "out": str(folder.resolve() / f"{i}.png")}
        for i, (path, (x, y)) in enumerate(photos)
    ]
    lines = "".join(json.dumps(job) + "\n" for job in jobs)
    command = [npm, "run", "-s", "waggle", "--", "mask", "--list", "-"]
    done = subprocess.run(command, cwd=ROOT, input=lines, capture_output=True, text=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    # 1: some were refused, which their lines say.
    if done.returncode not in (0, 1) or len(answers) != len(jobs):
        raise RuntimeError(f"waggle mask answered {len(answers)} of {len(jobs)} photos:\n{done.stderr.strip()}")
    return answers


def seen_mask(answer: dict, shape: tuple[int, int]) -> np.ndarray:
    """[H, W] 0 or 1 of the photo's own size; all 0 where the service refused."""
    if "error" in answer:
        return np.zeros(shape, np.uint8)
    mask = cv2.imread(answer["out"], cv2.IMREAD_GRAYSCALE)
    # The service cuts odd sides by one pixel and shrinks large photos.
    return (cv2.resize(mask, shape[::-1], interpolation=cv2.INTER_NEAREST) >= 128).astype(np.uint8)
