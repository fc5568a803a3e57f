"""From the sharpness of the heat maps to the chance that a skeleton is good: the two numbers of confidence.ts.

    python -m models.training.anatomy.calibrate --photos ../shared/photos --weights best.pt

Held-out photos are seen whole and, several times, augmented as in training, so that there are failures to learn from.
A skeleton is good if its head lies within 0.15 of the object's size of the true one, and so do at least 60 % of its points.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from .augment import sample
from .data import annotated, held_out
from .model import Anatomy
from .parts import INDEX, Skeleton, decode
from .score import NEAR, mirror_outputs
from .train import collate

COPIES = 4


def places(s: Skeleton) -> dict[str, list]:
    """Found points by the names of parts.POINTS."""
    found = {"ear": s.ears}
    if s.head:
        found["head"] = [[(s.head[0] + s.head[2]) / 2, (s.head[1] + s.head[3]) / 2]]
    for word, names in (("neck", ("neck_head", "neck_torso")), ("torso", ("torso_shoulder", "torso_hip")),
                        ("tail", ("tail_root", "tail_mid", "tail_tip"))):  # fmt: skip
        for name, p in zip(names, getattr(s, word) or [], strict=False):
            found[name] = [p]
    found["front_foot"] = [leg[2] for leg in s.front_legs]
    found["back_foot"] = [leg[2] for leg in s.back_legs]
    return found


def good(s: Skeleton, row: dict) -> bool:
    ys, xs = np.where(row["hints"][0] > 0.5)
    size = max(xs.max() - xs.min(), ys.max() - ys.min()) + 1 if len(xs) else 1
    found, near, head = places(s), [], True
    for name in ("head", "neck_torso", "torso_hip", "tail_root", "tail_tip", "front_foot", "back_foot"):
        for slot in range(2):
            if row["there"][INDEX[name], slot]:
                far = [np.hypot(*(np.array(p) - row["at"][INDEX[name], slot])) / size for p in found.get(name, [])]
                near.append(min(far, default=np.inf) <= NEAR)
                head = near[-1] if name == "head" else head
    return bool(head and (np.mean(near) >= 0.6 if near else False))


@torch.no_grad()
def observe(model: Anatomy, records: list, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Sharpness and goodness of every copy."""
    rng, sharp, fine = np.random.default_rng(seed), [], []
    for record in records:
        for _ in range(COPIES):
            row = sample(record, rng, records)
            batch = collate([row])
            outputs = model(batch["image"], batch["hints"], batch["one_hot"])
            other = mirror_outputs(*model(batch["image"].flip(-1), batch["hints"].flip(-1), batch["one_hot"]))
            s = decode(*[((a + b) / 2)[0].numpy() for a, b in zip(outputs, other, strict=True)])
            sharp.append(s.sharpness)
            fine.append(good(s, row))
    return np.array(sharp), np.array(fine)


def fit(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Logistic regression of one variable by Newton's method: slope and offset."""
    features, w = np.stack([x, np.ones_like(x)], 1), np.zeros(2)
    for _ in range(30):
        p = 1 / (1 + np.exp(-features @ w))
        hessian = features.T @ (features * (p * (1 - p))[:, None]) + 1e-3 * np.eye(2)
        w += np.linalg.solve(hessian, features.T @ (y - p) - 1e-3 * w)
    return float(w[0]), float(w[1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=Path, default=Path("../shared/photos"))
    parser.add_argument("--weights", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    net = Anatomy().eval()
    net.load_state_dict(torch.load(arguments.weights, weights_only=True))
    x, y = observe(net, [r for r in annotated(arguments.photos) if held_out(r.name)])
    slope, offset = fit(x, y)
    chance = 1 / (1 + np.exp(-(slope * x + offset)))
    print(f"slope {slope:.2f} offset {offset:.2f}; {y.mean():.2f} good")
    for low, high in ((0, 0.2), (0.2, 0.35), (0.35, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 1.01)):
        some = (chance >= low) & (chance < high)
        if some.any():
            print(f"confidence {low:.2f}-{high:.2f}: {some.sum()} views, {y[some].mean():.2f} good")
