"""Prompt to mask: the two-way transformer of Segment Anything (Kirillov et al., arXiv 2304.02643) with one answer, and a
head of our own that sharpens it with the fine features of the encoder and the photo itself."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .encoder import EMBEDDING, WIDTHS, Norm2d

# What a prompt point may be; the two corners of a box go together.
NOTHING, NEGATIVE, POSITIVE, TOP_LEFT, BOTTOM_RIGHT = -1, 0, 1, 2, 3
HEADS = 8


class Attend(nn.Module):
    """Attention of q [B or 1, N, 256] on k, v [B or 1, M, 256] at an inner width."""

    def __init__(self, inner):
        super().__init__()
        self.q_proj, self.k_proj, self.v_proj = (nn.Linear(EMBEDDING, inner) for _ in range(3))
        self.out_proj = nn.Linear(inner, EMBEDDING)

    def forward(self, q, k, v):
        split = lambda x: x.view(x.shape[0], x.shape[1], HEADS, -1).transpose(1, 2)  # noqa: E731
        q, k, v = split(self.q_proj(q)), split(self.k_proj(k)), split(self.v_proj(v))
        weight = (q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])).softmax(-1)
        return self.out_proj((weight @ v).transpose(1, 2).flatten(2))


class TwoWay(nn.Module):
    """Tokens attend to themselves and the photo, then the photo to the tokens."""

    def __init__(self, first):
        super().__init__()
        self.first = first
        self.self_attn = Attend(EMBEDDING)
        self.cross_attn_token_to_image, self.cross_attn_image_to_token = Attend(EMBEDDING // 2), Attend(EMBEDDING // 2)
        self.norm1, self.norm2, self.norm3, self.norm4 = (nn.LayerNorm(EMBEDDING) for _ in range(4))
        self.mlp = nn.ModuleDict({"lin1": nn.Linear(EMBEDDING, 2048), "lin2": nn.Linear(2048, EMBEDDING)})

    def forward(self, tokens, photo, token_at, photo_at):
        if self.first:
            tokens = self.norm1(self.self_attn(tokens, tokens, tokens))
        else:
            placed = tokens + token_at
            tokens = self.norm1(tokens + self.self_attn(placed, placed, tokens))
        tokens = self.norm2(tokens + self.cross_attn_token_to_image(tokens + token_at, photo + photo_at, photo))
        tokens = self.norm3(tokens + self.mlp["lin2"](F.relu(self.mlp["lin1"](tokens))))
        photo = self.norm4(photo + self.cross_attn_image_to_token(photo + photo_at, tokens + token_at, tokens))
        return tokens, photo


class Perceptron(nn.Module):
    """Three layers."""

    def __init__(self, outputs):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(EMBEDDING, n) for n in (EMBEDDING, EMBEDDING, outputs)])

    def forward(self, x):
        return self.layers[2](F.relu(self.layers[1](F.relu(self.layers[0](x)))))


class Sharpen(nn.Module):
    """Logits [B, 1, H/4, W/4] -> [B, 1, H/2, W/2] along the edges of the photo; adds nothing at first."""

    def __init__(self, width=16):
        super().__init__()
        self.fine = nn.Conv2d(WIDTHS[0], width, 1)
        self.near = nn.Conv2d(3, width, 3, 2, 1)
        self.join = nn.Conv2d(2 * width + 1, 2 * width, 3, 1, 1)
        self.mix = nn.Conv2d(2 * width, 2 * width, 3, 1, 1, groups=2 * width)
        self.narrow = nn.Conv2d(2 * width, width, 1)
        self.out = nn.Conv2d(width, 1, 3, 1, 1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, logits, fine, photo):
        larger = lambda x: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)  # noqa: E731
        logits = larger(logits)
        rgb = self.near(photo / 127.5 - 1)
        x = torch.cat([(logits / 4).tanh(), *(x.expand(logits.shape[0], -1, -1, -1) for x in (larger(self.fine(fine)), rgb))], 1)
        x = F.gelu(self.join(x))
        return logits + self.out(F.gelu(self.narrow(F.gelu(self.mix(x)))))


class Decoder(nn.Module):
    """Embedding of one photo and B prompts -> mask logits and how well they are expected to fit (IoU)."""

    def __init__(self, masks=1):
        super().__init__()
        self.register_buffer("frequencies", torch.zeros(2, EMBEDDING // 2))
        self.kinds = nn.Embedding(5, EMBEDDING)  # by label + 1
        self.tokens = nn.Parameter(torch.zeros(1 + masks, EMBEDDING))
        self.unmasked = nn.Parameter(torch.zeros(EMBEDDING))
        self.layers = nn.ModuleList([TwoWay(first=i == 0) for i in range(2)])
        self.final = Attend(EMBEDDING // 2)
        self.norm_final = nn.LayerNorm(EMBEDDING)
        self.up1, self.up_norm, self.up2 = nn.ConvTranspose2d(256, 64, 2, 2), Norm2d(64), nn.ConvTranspose2d(64, 32, 2, 2)
        self.hyper = nn.ModuleList([Perceptron(32) for _ in range(masks)])
        self.fit = Perceptron(masks)
        self.sharpen = Sharpen()

    def place(self, xy):
        """Positions [..., 2] in 0..1 of the square -> [..., 256]."""
        angle = 2 * math.pi * ((2 * xy - 1) @ self.frequencies)
        return torch.cat([angle.sin(), angle.cos()], -1)

    def grid(self, embedding):
        """Places of the embedding's cells, [H * W, 256]; the longer side spans 0..1."""
        height, width = embedding.shape[2:]
        longest = torch._shape_as_tensor(embedding)[2:].max()  # a number of Python's would be fixed in the exported graph
        y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        return self.place((torch.stack([x, y], -1).float().view(-1, 2) + 0.5) / longest)

    def forward(self, embedding, points, labels):
        """Embedding [1, 256, h, w], points [B, N, 2] in 0..1 of the longer side and labels [B, N].

        Gives logits [B, masks, 4h, 4w] and fit [B, masks].
        """
        b, (h, w) = points.shape[0], embedding.shape[2:]
        real = (labels != NOTHING)[..., None].to(embedding.dtype)
        prompt = self.place(points) * real + self.kinds(labels + 1)
        tokens = token_at = torch.cat([self.tokens.expand(b, -1, -1), prompt], 1)
        # One photo for all prompts until the first layer is through: its products with the weights are the same for all.
        photo = embedding.flatten(2).transpose(1, 2) + self.unmasked
        photo_at = self.grid(embedding)
        for layer in self.layers:
            tokens, photo = layer(tokens, photo, token_at, photo_at)
        tokens = self.norm_final(tokens + self.final(tokens + token_at, photo + photo_at, photo))
        up = photo.transpose(1, 2).reshape(b, EMBEDDING, h, w)
        up = F.gelu(self.up2(F.gelu(self.up_norm(self.up1(up)))))
        kernels = torch.stack([hyper(tokens[:, 1 + i]) for i, hyper in enumerate(self.hyper)], 1)
        return (kernels @ up.flatten(2)).view(b, -1, 4 * h, 4 * w), self.fit(tokens[:, 0])
