"""Writes the networks for the service, and the fixtures that prove that TypeScript runs it the same way.

    python -m models.training.masks.export --checkpoint RUN/last.pt --rank RANK.pt --stuff STUFF.pt

Five graphs: masks-encoder.onnx sees a window once, masks-decoder.onnx drafts answers to any number of prompts in it,
masks-rank.onnx says which of them fits, masks-sharpen.onnx, which takes longer than a draft, finishes that one, and
masks-stuff.onnx tells sky from water. Large
weights are stored as 8 bits with a scale for each output channel and become float32 when the file is loaded: a quarter of the
size, the same arithmetic. The fixtures' answers come from PyTorch with the same rounded weights.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from ..anatomy.export import pattern
from .model import MaskNet, load
from .rank import FEATURES, Ranker, describe
from .stuff import Stuff

PARTS = ("encoder", "decoder", "sharpen", "rank", "stuff")
ENCODER, DECODER, SHARPEN, RANK, STUFF = (f"masks-{part}.onnx" for part in PARTS)
LARGE = 4096  # weights with fewer numbers stay as they are
EVERY = 37  # of the answers' values that go into the fixture


class Draft(nn.Module):
    """The decoder's only answer to each prompt."""

    def __init__(self, net: MaskNet):
        super().__init__()
        self.decoder = net.decoder

    def forward(self, embedding, points, labels):
        logits, fit = self.decoder(embedding, points, labels)
        return logits[:, 0], fit[:, 0]


class Sharpened(nn.Module):
    """One draft [1, h, w] -> [1, 2h, 2w]."""

    def __init__(self, net: MaskNet):
        super().__init__()
        self.sharpen = net.decoder.sharpen

    def forward(self, photo, fine, draft):
        return self.sharpen(draft[:, None], fine, photo)[:, 0]


def quantised(values):
    """(int8 of the same shape, scale broadcast over all but the first axis)."""
    axes = tuple(range(1, values.ndim))
    scale = np.abs(values).max(axes, keepdims=True) / 127
    scale[scale == 0] = 1
    return np.round(values / scale).astype(np.int8), scale.astype(np.float32)


def rounded(net: nn.Module):
    """Every large weight as its 8 bits can hold it."""
    with torch.no_grad():
        for p in net.parameters():
            if p.ndim > 1 and p.numel() >= LARGE:
                whole, scale = quantised(p.numpy())
                p.copy_(torch.from_numpy(whole * scale))
    return net


def packed(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large initializers as 8 bits and a scale, which the runtime multiplies out once when it loads the file."""
    graph, nodes = model.graph, []
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.ndim < 2 or values.size < LARGE:
            continue
        name = tensor.name
        # The exporter stores the weights of matrix products turned round: there the channels are last.
        turned = values.ndim == 2 and any(n.op_type == "MatMul" and n.input[1] == name for n in graph.node)
        whole, scale = quantised(values.T if turned else values)
        if turned:
            whole, scale = whole.T, scale.T
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(whole), f"{name}_8"))
        graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(scale), f"{name}_scale"))
        nodes.append(helper.make_node("Cast", [f"{name}_8"], [f"{name}_whole"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Mul", [f"{name}_whole", f"{name}_scale"], [name]))
    for node in reversed(nodes):
        graph.node.insert(0, node)
    onnx.checker.check_model(model)
    return model


def to_onnx(net: MaskNet, ranker: Ranker, stuff: Stuff, folder: Path):
    """Sizes of the window (multiples of 16) and numbers of prompts and points are free."""
    photo = torch.zeros(1, 3, 96, 128)
    points, labels = torch.rand(2, 3, 2), torch.tensor([[1, 2, 3], [1, 0, -1]])
    with torch.no_grad():
        embedding, fine = net.encoder(photo)
    wide = {name: {2: f"h{name}", 3: f"w{name}"} for name in ("photo", "embedding", "fine")}
    many = {"points": {0: "prompts", 1: "points"}, "labels": {0: "prompts", 1: "points"}, "fit": {0: "prompts"},
            "logits": {0: "prompts", 1: "h4", 2: "w4"}, "draft": {1: "h4", 2: "w4"}, "sharp": {1: "h2", 2: "w2"},
            "described": {0: "prompts"}, "fits": {0: "prompts"}, "shares": {2: "h16", 3: "w16"}} | wide  # fmt: skip
    for name, module, given, inputs, outputs in (
        (ENCODER, net.encoder, (photo,), ["photo"], ["embedding", "fine"]),
        (DECODER, Draft(net), (embedding, points, labels), ["embedding", "points", "labels"], ["logits", "fit"]),
        (SHARPEN, Sharpened(net), (photo, fine, torch.zeros(1, 24, 32)), ["photo", "fine", "draft"], ["sharp"]),
        (RANK, ranker, (torch.zeros(3, len(FEATURES)),), ["described"], ["fits"]),
        (STUFF, stuff, (photo, embedding), ["photo", "embedding"], ["shares"]),
    ):
        axes = {key: many[key] for key in inputs + outputs}
        torch.onnx.export(module, given, folder / name, input_names=inputs, output_names=outputs, dynamic_axes=axes,
                          opset_version=17, dynamo=False)  # fmt: skip
        onnx.save(packed(onnx.load(folder / name)), folder / name)


def fixture(net: MaskNet, stuff: Stuff) -> dict:
    """A striped window and three prompts in it."""
    height, width = 176, 240
    photo = torch.from_numpy(pattern(3 * height * width, 1).reshape(1, 3, height, width) * 40)
    photo[:, :, 48:128, 64:176] += 150
    points = [[[0.5, 0.37], [0, 0]], [[0.5, 0.37], [0.1, 0.1], [0, 0]], [[0.5, 0.37], [0.26, 0.2], [0.74, 0.53]]]
    labels = [[1, -1], [1, 0, -1], [1, 2, 3]]
    with torch.no_grad():
        embedding, fine = net.encoder(photo)
        answers = [net.answer(photo, embedding, fine, torch.tensor([p]), torch.tensor([k])) for p, k in zip(points, labels)]
        shares = stuff(photo, embedding)
    logits, fit = (torch.cat(each) for each in zip(*answers))
    numbers = lambda t: np.round(t.flatten().numpy().astype(float), 5).tolist()  # noqa: E731
    return {"seed": 1, "height": height, "width": width, "points": points, "labels": labels, "every": EVERY,
            "logits": numbers(logits.flatten()[::EVERY]), "fit": numbers(fit), "shares": numbers(shares)}  # fmt: skip


def cone(height, width, x, y, radius):
    """Logits that fall from 3 at (x, y) to 0 on a circle."""
    ys, xs = np.mgrid[:height, :width]
    return (3 - 3 * np.hypot(xs - x, ys - y) / radius).astype(np.float32)


def rank_fixture(ranker: Ranker) -> dict:
    """Drawn answers to a click: the thing, with its neighbour, a part of it, another thing, and nothing."""
    height, width = 44, 60
    cones = [[[22, 20, 11.3]], [[22, 20, 11.3], [39, 22, 10.2]], [[25, 18, 5.7]], [[45, 30, 6.1]], [[20, 20, 0.01]]]
    fit, at = [0.8, 0.85, 0.6, 0.7, 0.1], [[23, 19], [27, 21]]
    boxes, scores = [[0.2, 0.2, 0.55, 0.7], [0.2, 0.2, 0.8, 0.75]], [0.4, 0.6]
    logits = np.stack([np.max([cone(height, width, *c) for c in some], 0) for some in cones])
    _, described = describe(logits, fit, at, boxes, scores)
    with torch.no_grad():
        fits = ranker(torch.from_numpy(described))
    numbers = lambda array: array.astype(float).round(5).tolist()  # noqa: E731
    return {"height": height, "width": width, "cones": cones, "fit": fit, "at": at, "boxes": boxes, "scores": scores,
            "described": numbers(described), "fits": numbers(fits.numpy())}  # fmt: skip


def main(arguments=None):
    """Command line entry; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True, type=Path)
    parser.add_argument("--rank", required=True, type=Path, help="what rank.py wrote")
    parser.add_argument("--stuff", required=True, type=Path, help="what stuff.py wrote")
    parser.add_argument("--out", type=Path, default=Path("models/weights"))
    parser.add_argument("--fixtures", type=Path, default=Path("tests/fixtures/masks"))
    args = parser.parse_args(arguments)
    net, ranker = rounded(load(args.checkpoint)), Ranker().eval()
    ranker.load_state_dict(torch.load(args.rank))
    stuff = Stuff().eval()
    stuff.load_state_dict(torch.load(args.stuff))
    stuff = rounded(stuff)
    for folder in (args.out, args.fixtures):
        folder.mkdir(parents=True, exist_ok=True)
    to_onnx(net, ranker, stuff, args.out)
    (args.fixtures / "network.json").write_text(json.dumps(fixture(net, stuff)))
    (args.fixtures / "rank.json").write_text(json.dumps(rank_fixture(ranker)))
    for name in (ENCODER, DECODER, SHARPEN, RANK, STUFF):
        print(f"{args.out / name} {(args.out / name).stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
