"""Rectified-flow Euler sampling with classifier-free guidance; the TypeScript twin is models/animate/scheduler.ts."""

import torch

from .batch import unpack
from .config import SAMPLING
from .latent import projector


def unsaid(batch):
    """The same skeletons with nothing said: no action, direction, cycles, acting part, magnitude or words."""
    out = dict(batch)
    out["globals"] = batch["globals"] * torch.tensor([0, 1, 1, 0, 0])
    out["flags"] = batch["flags"] * torch.tensor([1.0, 0.0, 1.0])
    out["magnitude"] = torch.zeros_like(batch["magnitude"])
    out["pieces"] = torch.zeros_like(batch["pieces"])
    return out


def velocity(model, x, time, batch):
    """Model output for a batch of batch.Source.take."""
    t = torch.full((len(x),), time)
    return model(x, t, batch["slot"], batch["geometry"], batch["flags"], batch["globals"], batch["magnitude"], batch["pieces"])


@torch.no_grad()
def euler(model, batch, noise, steps=SAMPLING["steps"], guidance=SAMPLING["guidance"], temperature=SAMPLING["temperature"]):
    """Whitened latents [B, N, 16, 4] from standard normal noise of that shape."""
    silent, x = unsaid(batch), noise * temperature
    for i in range(steps):
        said, quiet = velocity(model, x, i / steps, batch), velocity(model, x, i / steps, silent)
        x = x + (quiet + guidance * (said - quiet)) / steps
    return x


def poses(latent, batch):
    """Sampled latents -> poses [B, 16, 29, 4], reduced to the latent's temporal components and at rest at key 0."""
    pose = unpack(latent, batch["slot"], batch["flags"][..., 0], batch["spread"])
    return torch.einsum("ij,bjkc->bikc", torch.as_tensor(projector(), dtype=pose.dtype), pose)
