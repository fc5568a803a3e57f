"""Records -> model inputs: whitening, packing visible bones, and the dropouts of training."""

import numpy as np
import torch

from .bones import COUNT
from .text import encode

LIMIT = 22


class Source:
    """Holds a shard (a file, or the dict that records.pack makes) and deals random batches.

    `spread` [actions, kinds, 29, 4] is the table of whitening.whitening.
    """

    def __init__(self, shard, spread):
        data = shard if isinstance(shard, dict) else np.load(shard)
        self.data = {k: data[k] for k in data}
        self.spread = torch.as_tensor(spread)
        prompts, self.which = np.unique(self.data["prompt"], return_inverse=True)
        self.pieces = torch.as_tensor(np.stack([encode(str(p)) for p in prompts]))
        length = np.hypot(*np.moveaxis(self.data["end"] - self.data["start"], -1, 0))[..., None]
        features = np.concatenate([self.data["start"], self.data["end"], length, self.data["half"]], -1)
        self.features = torch.as_tensor(features.astype(np.float32))
        self.count = len(self.data["action"])
        self.bones = self.data["visible"].sum(1)

    def take(self, rows):
        """Inputs for the given rows, nothing dropped."""
        d = self.data
        visible = torch.as_tensor(d["visible"][rows])
        slot = torch.argsort((~visible).to(torch.int8), dim=1, stable=True)[:, :LIMIT]
        used = torch.gather(visible, 1, slot)
        slot = slot[:, : int(used.sum(1).max())]
        used = used[:, : slot.shape[1]]
        spread = self.spread[d["action"][rows], d["kind"][rows]]
        pose = torch.as_tensor(d["pose"][rows].astype(np.float32)) / spread[:, None]
        latent = torch.gather(pose.transpose(1, 2), 1, slot[:, :, None, None].expand(-1, -1, *pose.shape[1::2]))
        geometry = torch.gather(self.features[rows], 1, slot[..., None].expand(-1, -1, 7)) * used[..., None]
        acting = torch.gather(torch.as_tensor(d["acting"][rows]), 1, slot)
        flags = torch.stack([used, acting & used, used], -1).float()
        globals_ = np.stack([d["action"][rows] + 1, d["kind"][rows], d["facing"][rows], d["direction"][rows], d["cycles"][rows]], 1)
        amount = torch.as_tensor(np.log(d["magnitude"][rows]))
        return {
            "latent": latent * used[:, :, None, None],
            "spread": spread,
            "slot": slot * used,
            "geometry": geometry,
            "flags": flags,
            "globals": torch.as_tensor(globals_),
            "magnitude": torch.stack([amount, torch.ones_like(amount)], 1),
            "pieces": self.pieces[self.which[rows]],
        }

    def deal(self, size, rng, evidence_ratio):
        """A training batch: evidence of a random share of bones hidden, 10 % of everything said dropped."""
        # Rows with about as many bones go together: a third less padding, a third faster on a CPU.
        pool = rng.integers(0, self.count, 4 * size)
        pool = pool[np.argsort(self.bones[pool], kind="stable")]
        first = rng.integers(0, 4) * size
        batch = self.take(pool[first : first + size])
        b, n = batch["slot"].shape
        share = torch.as_tensor(rng.uniform(0, 2 * evidence_ratio, (b, 1)).clip(0, 1))
        hide = torch.as_tensor(rng.random((b, n))) < share
        batch["flags"][..., 2] *= (~hide).float()
        drop = lambda p: torch.as_tensor(rng.random(b) < p)  # noqa: E731
        silent = drop(0.1)
        no_action, no_text = drop(0.35) | silent, drop(0.2) | silent
        both = no_action & no_text & ~silent
        no_text = no_text & ~both
        batch["globals"][:, 0] *= ~no_action
        batch["globals"][:, 3] *= ~silent
        batch["globals"][:, 4] *= ~(drop(0.1) | silent)
        batch["pieces"] = batch["pieces"] * (~no_text)[:, None, None]
        batch["flags"][..., 1] *= (~silent)[:, None]
        batch["magnitude"] *= (~(drop(0.1) | silent))[:, None]
        return batch


def unpack(latent, slot, used, spread):
    """Packed whitened latents [B, N, 16, 4] and their whitening [B, 29, 4] -> poses [B, 16, 29, 4]."""
    b = latent.shape[0]
    pose = latent.new_zeros(b, COUNT, *latent.shape[2:])
    index = slot[:, :, None, None].expand_as(latent)
    pose.scatter_add_(1, index, latent * used[:, :, None, None])
    return pose.transpose(1, 2) * spread[:, None]
