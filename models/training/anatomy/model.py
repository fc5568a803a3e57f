"""The anatomy network: photo crop + mask + click + group -> heat maps, offsets, visibility, facing, kind."""

import torch
import torch.nn.functional as F
from torch import nn

from ..masks.encoder import EMBEDDING, WIDTHS, Encoder
from .backbone import BLOCKS, FEATURES, Backbone
from .parts import DENSE, GLOBALS, GRID, GROUPS, POINTS, SIZE


class Hints(nn.Module):
    """Mask, inside-the-photo and click [B, 3, S, S] -> what is added to the backbone at strides 4 to 32.

    The last layers start at zero: training starts from the detector as it was.
    """

    def __init__(self):
        super().__init__()
        widths = [16, 24, 32, 48, 64]
        self.down = nn.ModuleList(nn.Conv2d(i, o, 3, 2, padding=1) for i, o in zip([3, *widths], widths, strict=False))
        self.out = nn.ModuleList(nn.Conv2d(w, c, 1) for w, c in zip(widths[1:], Backbone.HINTS.values(), strict=True))
        self.group = nn.Linear(len(GROUPS), BLOCKS[13][2])
        for layer in (*self.out, self.group):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, hints, group):
        x = F.relu(self.down[0](hints))
        added, levels = {}, []
        for at, down, out in zip(Backbone.HINTS, self.down[1:], self.out, strict=True):
            x = F.relu(down(x))
            added[at] = out(x)
            levels.append(x)
        added[13] = added[13] + self.group(group)[..., None, None]
        return added, levels[0]


class Mix(nn.Module):
    """Residual depthwise 5x5 (dilated) and pointwise layer, an identity at first."""

    def __init__(self, width, dilation):
        super().__init__()
        self.depthwise = nn.Conv2d(width, width, 5, padding=2 * dilation, dilation=dilation, groups=width)
        self.pointwise = nn.Conv2d(width, width, 1)
        nn.init.zeros_(self.pointwise.weight)
        nn.init.zeros_(self.pointwise.bias)

    def forward(self, x):
        return x + self.pointwise(F.relu(self.depthwise(x)))


class Anatomy(nn.Module):
    """Two pairs of eyes: the detector's backbone learns, the masks' encoder stays as it is and joins through layers that
    start at zero.

    image [B, 3, 192, 192] 0..255, hints [B, 3, 192, 192] 0..1, group [B, 9] one-hot ->
    heat [B, 20, 48, 48] logits (softmax over the cells), dense [B, 12, 48, 48], globals [B, 29] logits."""

    def __init__(self, backbone: Backbone | None = None, width: int = 80):
        super().__init__()
        self.eye = Encoder().requires_grad_(False)
        self.backbone = backbone or Backbone()
        # Edges and blobs at half size are the same for every task, and the dearest layers to train.
        for layer in (self.backbone.stem, *self.backbone.blocks[:2]):
            layer.requires_grad_(False)
        self.hints = Hints()
        self.mix_in = nn.Conv2d(FEATURES + 24, width, 1)
        self.mix = nn.Sequential(Mix(width, 1), Mix(width, 2))
        self.join = nn.ModuleDict({"deep": nn.Conv2d(EMBEDDING, Backbone.HINTS[8], 1), "wide": nn.Conv2d(EMBEDDING, width, 1),
                                   "fine": nn.Conv2d(WIDTHS[0], width, 1)})  # fmt: skip
        for layer in self.join.values():
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.from_top = nn.Linear(480, width)
        self.heat = nn.Conv2d(width, len(POINTS), 1)
        self.dense = nn.Conv2d(width, DENSE, 1)
        self.globals = nn.Sequential(
            nn.Linear(480 + 2 * width, 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, GLOBALS)
        )

    def forward(self, image, hints, group):
        with torch.no_grad():
            embedding, details = self.eye(image)
        return self.answer(image, hints, group, embedding, details)

    def answer(self, image, hints, group, embedding, details):
        """The same from what the eye has seen: embedding [B, 256, 12, 12], details [B, 64, 48, 48]."""
        added, fine = self.hints(hints, group)
        added[8] = added[8] + self.join["deep"](embedding)
        features, top = self.backbone(image, added)
        summary = top.mean((2, 3))
        x = self.mix_in(torch.cat([features, fine], 1)) + self.from_top(summary)[..., None, None]
        wide = F.interpolate(self.join["wide"](embedding), scale_factor=4, mode="bilinear", align_corners=False)
        x = x + wide + self.join["fine"](details)
        x = self.mix(x)
        mask = F.avg_pool2d(hints[:, :1], SIZE // GRID)
        inner = (x * mask).sum((2, 3)) / (mask.sum((2, 3)) + 1)
        h = F.relu(x)
        return self.heat(h), self.dense(h), self.globals(torch.cat([summary, inner, x.amax((2, 3))], 1))
