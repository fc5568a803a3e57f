"""The denoiser: a transformer over bone x time tokens that predicts the velocity of a rectified flow (Liu et al., 2023).

The five parts of Follow-Your-Click (arXiv 2403.08268), carried over from pixels to bones:
  first-frame masking     each bone's evidence (its place in the photo) is hidden at random in training
  motion-augmented module a second text cross-attention that sees only the action and the verb's words
  motion magnitude        its logarithm is embedded like the time step and steers every block (adaLN, Peebles & Xie)
  regional mask           every token knows whether its bone is visible, acting, and of what kind of thing
  temporal modules        attention over time between the attention layers over bones (VDM, Ho et al., 2022)
"""

import math
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from .bones import COUNT
from .latent import KEYS
from .text import BUCKETS


@dataclass
class Config:
    """Sizes, and switches for the ablations in LOG.md."""

    width: int = 128
    heads: int = 4
    blocks: int = 5
    patch: int = 8
    text_width: int = 64
    actions: int = 33
    kinds: int = 3
    facings: int = 9
    directions: int = 7
    evidence_ratio: float = 0.12
    motion_attention: bool = True
    magnitude: bool = True
    region: bool = True
    temporal: bool = True


class Attention(nn.Module):
    """Multi-head attention of x [n, l, d] over y [n, m, d]; mask [n, m] True where y may be seen."""

    def __init__(self, width, heads, source=None):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(source or width, 2 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x, y, mask=None):
        n, l, d = x.shape
        m = y.shape[1]
        q = self.query(x).view(n, l, self.heads, -1).transpose(1, 2)
        k, v = self.key_value(y).view(n, m, 2, self.heads, -1).permute(2, 0, 3, 1, 4)
        score = q @ k.transpose(-1, -2) / math.sqrt(d // self.heads)
        if mask is not None:
            score = score.masked_fill(~mask[:, None, None], -1e4)
        return self.out((score.softmax(-1) @ v).transpose(1, 2).reshape(n, l, d))


class Block(nn.Module):
    """Bones, then times, then the two texts, then a feed-forward; each scaled, shifted and gated by adaLN."""

    def __init__(self, c):
        super().__init__()
        self.config = c
        self.space = Attention(c.width, c.heads)
        self.time = Attention(c.width, c.heads) if c.temporal else None
        self.text = Attention(c.width, c.heads, c.text_width)
        self.verb = Attention(c.width, c.heads, c.text_width) if c.motion_attention else None
        self.feed = nn.Sequential(nn.Linear(c.width, 3 * c.width), nn.GELU(approximate="tanh"), nn.Linear(3 * c.width, c.width))
        self.norms = nn.ModuleList(nn.LayerNorm(c.width, elementwise_affine=False) for _ in range(4))
        self.steer = nn.Linear(c.width, 9 * c.width)
        self.cross = nn.Parameter(torch.zeros(2, c.width))
        nn.init.zeros_(self.steer.weight)
        nn.init.zeros_(self.steer.bias)

    def forward(self, x, steer, seen, text, text_seen, verb, verb_seen):
        b, n, t, d = x.shape
        s = self.steer(F.silu(steer)).view(b, 1, 1, 9, d)
        h = self.norms[0](x) * (1 + s[..., 0, :]) + s[..., 1, :]
        h = h.transpose(1, 2).reshape(b * t, n, d)
        mask = seen[:, None].expand(b, t, n).reshape(b * t, n)
        x = x + s[..., 2, :] * self.space(h, h, mask).view(b, t, n, d).transpose(1, 2)
        if self.time:
            h = (self.norms[1](x) * (1 + s[..., 3, :]) + s[..., 4, :]).reshape(b * n, t, d)
            x = x + s[..., 5, :] * self.time(h, h).view(b, n, t, d)
        h = self.norms[2](x).reshape(b, n * t, d)
        said = self.cross[0] * self.text(h, text, text_seen)
        if self.verb:
            said = said + self.cross[1] * self.verb(h, verb, verb_seen)
        x = x + said.view(b, n, t, d)
        h = self.norms[3](x) * (1 + s[..., 6, :]) + s[..., 7, :]
        return x + s[..., 8, :] * self.feed(h)


class Denoiser(nn.Module):
    """See the module's docstring.

    forward: noisy [B, N, 16, 4] whitened, time [B] 0 noise..1 data, slot [B, N], geometry [B, N, 7], flags [B, N, 3]
    (token used, acting, evidence shown), globals [B, 5] int (action+1 or 0, kind, facing, direction, cycles),
    log_magnitude [B, 2] (value, known), pieces [B, 10, 16] -> velocity [B, N, 16, 4].
    """

    def __init__(self, config=None):
        super().__init__()
        c = self.config = config or Config()
        self.steps = KEYS // c.patch
        self.read = nn.Linear(4 * c.patch, c.width)
        self.slot = nn.Embedding(COUNT, c.width)
        self.when = nn.Parameter(torch.randn(self.steps, c.width) * 0.1)
        self.evidence = nn.Sequential(nn.Linear(EVIDENCE, c.width), nn.SiLU(), nn.Linear(c.width, c.width))
        self.hidden = nn.Parameter(torch.zeros(c.width))
        self.acting = nn.Embedding(2, c.width)
        self.kind = nn.Embedding(c.kinds, c.width)
        self.facing = nn.Embedding(c.facings, c.width)
        self.direction = nn.Embedding(c.directions, c.width)
        self.cycles = nn.Embedding(8, c.width)
        self.action = nn.Embedding(c.actions + 1, c.width)
        self.clock = nn.Sequential(nn.Linear(64, c.width), nn.SiLU(), nn.Linear(c.width, c.width))
        self.amount = nn.Sequential(nn.Linear(65, c.width), nn.SiLU(), nn.Linear(c.width, c.width))
        self.pieces = nn.Embedding(BUCKETS + 1, c.text_width, padding_idx=0)
        self.order = nn.Parameter(torch.randn(10, c.text_width) * 0.02)
        self.mix = nn.Sequential(nn.Linear(c.text_width, c.text_width), nn.SiLU(), nn.Linear(c.text_width, c.text_width))
        self.verb = nn.Embedding(c.actions + 1, c.text_width)
        self.said = nn.Linear(c.text_width, c.width)
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.blocks))
        self.last = nn.LayerNorm(c.width, elementwise_affine=False)
        self.write = nn.Linear(c.width, 4 * c.patch)
        for table in (self.slot, self.pieces, self.action, self.verb):
            nn.init.normal_(table.weight, std=0.1)
        nn.init.zeros_(self.write.weight)

    def forward(self, noisy, time, slot, geometry, flags, globals_, log_magnitude, pieces):
        c = self.config
        b, n = slot.shape
        action, kind, facing, direction, cycles = globals_.unbind(1)
        words = self.pieces(pieces)
        counted = (pieces > 0).to(words.dtype).sum(-1, keepdim=True)
        spoken = counted[..., 0] > 0
        words = self.mix(words.sum(2) / counted.clamp(min=1) + self.order)
        verb = self.verb(action)[:, None]
        silent = torch.zeros_like(verb)
        text, text_seen = torch.cat([silent, words], 1), F.pad(spoken, (1, 0), value=True)
        short, short_seen = torch.cat([verb, words], 1), text_seen
        pooled = (words * spoken[..., None]).sum(1) / spoken.sum(1, keepdim=True).clamp(min=1)

        steer = self.clock(waves(time * 4)) + self.action(action) + self.direction(direction) + self.cycles(cycles)
        steer = steer + self.said(pooled)
        if c.magnitude:
            value = torch.cat([waves(log_magnitude[:, 0]), log_magnitude[:, 1:]], 1)
            steer = steer + self.amount(value) * log_magnitude[:, 1:]
        steer = steer + self.facing(facing)
        if c.region:
            steer = steer + self.kind(kind)

        place = self.evidence(evidence_of(geometry))
        shown = flags[..., 2:3]
        token = self.slot(slot) + place * shown + self.hidden * (1 - shown)
        if c.region:
            token = token + self.acting(flags[..., 1].long())
        x = self.read(noisy.reshape(b, n, self.steps, -1)) + token[:, :, None] + self.when
        seen = flags[..., 0] > 0.5
        for block in self.blocks:
            x = block(x, steer, seen, text, text_seen, short, short_seen)
        return self.write(self.last(x)).reshape(b, n, KEYS, 4)


EVIDENCE = 7 * 5 + 4


def evidence_of(geometry):
    """[B, N, 7] -> [B, N, 39]: places at three scales, and each bone's direction, once and doubled.

    How far a walk has come can be read off the legs' directions, which are small differences of places.
    """
    span = geometry[..., 2:4] - geometry[..., :2]
    unit = span / geometry[..., 4:5].clamp(min=0.02)
    x, y = unit[..., :1], unit[..., 1:]
    waves_ = [f(rate * geometry) for rate in (3, 9) for f in (torch.sin, torch.cos)]
    return torch.cat([geometry, *waves_, unit, x * x - y * y, 2 * x * y], -1)


def waves(value, count=32):
    """[B] -> [B, 64] sines and cosines of rising frequency."""
    rates = torch.exp(torch.arange(count, dtype=torch.float32, device=value.device) * (math.log(60.0) / (count - 1)))
    x = value[:, None] * rates
    return torch.cat([torch.sin(x), torch.cos(x)], 1)
