"""What the network is punished for. Points that the annotators did not see cost nothing; their visibility does."""

import torch
import torch.nn.functional as F

from .parts import GRID, INDEX, OFFSETS, PAIRS, POINTS, SINGLES, SIZE, STRIDE

SIGMA = 1.4  # cells


def target_maps(at: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
    """Points [B, P, 2, 2] in crop pixels -> [B, P, G, G], each visible map summing to 1 over one or two Gaussians."""
    r = torch.arange(GRID, dtype=torch.float32) + 0.5
    d = (at / STRIDE)[..., None] - r  # [B, P, 2 points, 2 axes, G]
    g = torch.exp(-(d**2) / (2 * SIGMA**2))
    maps = g[:, :, :, 1, :, None] * g[:, :, :, 0, None, :]
    maps = maps / maps.sum((-1, -2), keepdim=True).clamp_min(1e-6) * there[..., None, None]
    return maps.sum(2) / there.sum(2).clamp_min(1)[..., None, None]


def read_at(dense: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
    """Dense maps [B, C, G, G] read bilinearly at crop pixels [B, N, 2] -> [B, N, C]."""
    grid = (at / SIZE * 2 - 1)[:, :, None]
    return F.grid_sample(dense, grid, align_corners=False, padding_mode="border")[..., 0].transpose(1, 2)


def losses(heat, dense, logits, batch) -> dict[str, torch.Tensor]:
    at, there, weight = batch["at"], batch["there"], batch["weight"]
    seen = (there.sum(2) > 0).float() * weight[:, None]
    target = target_maps(at, there)
    spread = -(target * F.log_softmax(heat.flatten(2), 2).view_as(heat)).sum((2, 3))
    result = {"heat": (spread * seen).sum() / (len(heat) * len(POINTS) * 0.5)}

    # Offsets are read beside the true foot, too: at test time they are read where the heat map's peak is.
    jitter = torch.randn_like(at[:, :, :, :]) * 4.0
    offset = torch.zeros(())
    for i, (tip, part) in enumerate(OFFSETS):
        both = there[:, INDEX[tip]] * there[:, INDEX[part]] * weight[:, None]
        start = at[:, INDEX[tip]] + jitter[:, INDEX[tip]]
        found = read_at(dense[:, 2 + 2 * i : 4 + 2 * i], start)
        wanted = (at[:, INDEX[part]] - start) / SIZE
        offset = offset + (F.smooth_l1_loss(found, wanted, beta=0.02, reduction="none").sum(2) * both).sum()
    head = there[:, INDEX["head"], 0] * weight
    place = at[:, INDEX["head"], :1] + jitter[:, INDEX["head"], :1]
    size = read_at(dense[:, :2], place)[:, 0]
    wanted = torch.log(batch["size"].clamp_min(2) / SIZE)
    box = (F.smooth_l1_loss(size, wanted, beta=0.1, reduction="none").sum(1) * head).sum()
    result["offset"] = 4 * offset / len(heat)
    result["head"] = 2 * box / len(heat)

    n = len(SINGLES)
    known = (batch["singles"] >= 0).float()
    wrong = F.binary_cross_entropy_with_logits(logits[:, :n], batch["singles"].clamp_min(0), reduction="none")
    result["seen"] = (wrong * known).sum() / len(heat) / n
    counts = logits[:, n : n + 3 * len(PAIRS)].reshape(-1, 3)
    result["count"] = mean_entropy(counts, batch["pairs"].flatten())
    result["facing"] = 0.5 * mean_entropy(logits[:, n + 3 * len(PAIRS) : -4], batch["facing"])
    result["kind"] = 0.5 * mean_entropy(logits[:, -4:], batch["kind"])
    return result


def mean_entropy(logits, labels):
    """Cross entropy over the labels that are not -1; zero where there are none."""
    total = F.cross_entropy(logits, labels, ignore_index=-1, reduction="sum", label_smoothing=0.05)
    return total / (labels >= 0).sum().clamp_min(1)
