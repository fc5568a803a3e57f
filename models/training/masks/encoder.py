"""The photo's encoder: TinyViT (Wu et al., ECCV 2022) as MobileSAM (Zhang et al., arXiv 2306.14289) trained it.

Convolutions carry the normalisation that was folded into them when the published weights were exported, so there is
none left here. Windows attend to themselves; nothing depends on the photo's size.
"""

import torch
from torch import nn
from torch.nn import functional as F

WIDTHS, DEPTHS, HEADS, WINDOWS = (64, 128, 160, 320), (2, 2, 6, 2), (2, 4, 5, 10), (7, 7, 14, 7)
EMBEDDING = 256
MEAN, STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)


class Inverted(nn.Module):
    """Widening, depthwise and narrowing convolution with a shortcut (MobileNetV2's block)."""

    def __init__(self, width):
        super().__init__()
        wide = 4 * width
        self.widen = nn.Conv2d(width, wide, 1)
        self.depthwise = nn.Conv2d(wide, wide, 3, 1, 1, groups=wide)
        self.narrow = nn.Conv2d(wide, width, 1)

    def forward(self, x):
        return F.gelu(x + self.narrow(F.gelu(self.depthwise(F.gelu(self.widen(x))))))


class Merge(nn.Module):
    """From one stage to the next: other width, half the size where `stride` is 2."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.widen = nn.Conv2d(inputs, outputs, 1)
        self.depthwise = nn.Conv2d(outputs, outputs, 3, stride, 1, groups=outputs)
        self.mix = nn.Conv2d(outputs, outputs, 1)

    def forward(self, x):
        return self.mix(F.gelu(self.depthwise(F.gelu(self.widen(x)))))


def offsets(window):
    """Index [n, n] of the distance (|rows|, |columns|) between any two of a window's n places."""
    at = torch.arange(window)
    apart = (at[:, None] - at).abs()
    return (apart[:, None, :, None] * window + apart[None, :, None, :]).reshape(window**2, window**2)


class Attention(nn.Module):
    """Self-attention inside windows of `window`^2 places with a learned bias for every distance."""

    def __init__(self, width, heads, window):
        super().__init__()
        self.heads, self.window = heads, window
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.bias = nn.Parameter(torch.zeros(heads, window * window))
        self.register_buffer("offset", offsets(window), persistent=False)

    def forward(self, x):
        """[B, H, W, C] -> the same; the right and lower edges are padded to whole windows.

        Nothing is computed for the padding: normalised zeros are the norm's bias, so what they become joins the other bias.
        """
        b, h, w, c = x.shape
        n = self.window
        x = F.linear(F.layer_norm(x, self.norm.normalized_shape, self.norm.weight, None, self.norm.eps), self.qkv.weight)
        down, right = (n - h % n) % n, (n - w % n) % n
        x = F.pad(x, (0, 0, 0, right, 0, down)) + self.qkv(self.norm.bias)
        rows, columns = (h + down) // n, (w + right) // n
        x = x.view(b, rows, n, columns, n, 3 * c).transpose(2, 3)
        q, k, v = x.reshape(-1, n * n, self.heads, 3 * c // self.heads).transpose(1, 2).chunk(3, -1)
        weight = (q * (c // self.heads) ** -0.5) @ k.transpose(-2, -1) + self.bias[:, self.offset]
        x = (weight.softmax(-1) @ v).transpose(1, 2)
        x = x.reshape(b, rows, columns, n, n, c).transpose(2, 3).reshape(b, h + down, w + right, c)
        return self.proj(x[:, :h, :w])


class Mlp(nn.Module):
    """Two layers behind a normalisation."""

    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(self.norm(x))))


class Block(nn.Module):
    """Window attention, a depthwise convolution that joins the windows, and an Mlp."""

    def __init__(self, width, heads, window):
        super().__init__()
        self.attn = Attention(width, heads, window)
        self.local = nn.Conv2d(width, width, 3, 1, 1, groups=width)
        self.mlp = Mlp(width)

    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        x = self.local((x + self.attn(x)).permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        return (x + self.mlp(x)).permute(0, 3, 1, 2)


class Norm2d(nn.Module):
    """Layer normalisation over the channels of [B, C, H, W]."""

    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, 1e-6).permute(0, 3, 1, 2)


class Encoder(nn.Module):
    """RGB [B, 3, H, W] in 0..255 -> embedding [B, 256, H/16, W/16] and fine features [B, 64, H/4, W/4]."""

    def __init__(self):
        super().__init__()
        self.stem1 = nn.Conv2d(3, WIDTHS[0] // 2, 3, 2, 1)
        self.stem2 = nn.Conv2d(WIDTHS[0] // 2, WIDTHS[0], 3, 2, 1)
        self.stage0 = nn.Sequential(*[Inverted(WIDTHS[0]) for _ in range(DEPTHS[0])])
        self.merges = nn.ModuleList([Merge(WIDTHS[i], WIDTHS[i + 1], 2 if i < 2 else 1) for i in range(3)])
        self.stages = nn.ModuleList(
            [nn.Sequential(*[Block(WIDTHS[i], HEADS[i], WINDOWS[i]) for _ in range(DEPTHS[i])]) for i in (1, 2, 3)]
        )
        self.neck = nn.Sequential(nn.Conv2d(WIDTHS[3], EMBEDDING, 1, bias=False), Norm2d(EMBEDDING),
                                  nn.Conv2d(EMBEDDING, EMBEDDING, 3, 1, 1, bias=False), Norm2d(EMBEDDING))  # fmt: skip
        self.register_buffer("mean", torch.tensor(MEAN)[:, None, None], persistent=False)
        self.register_buffer("std", torch.tensor(STD)[:, None, None], persistent=False)

    def forward(self, photo):
        x = (photo - self.mean) / self.std
        x = fine = self.stage0(self.stem2(F.gelu(self.stem1(x))))
        for merge, stage in zip(self.merges, self.stages):
            x = stage(merge(x))
        return self.neck(x), fine
