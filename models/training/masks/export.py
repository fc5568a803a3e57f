"""Writes the network for the service, and the fixture that proves that TypeScript runs it the same way.

    python -m models.training.masks.export --checkpoint RUN/last.pt

Two graphs: masks-encoder.onnx sees a window once, masks-decoder.onnx answers any number of prompts in it. Large weights are
stored as 8 bits with a scale for each output channel and become float32 when the file is loaded: a quarter of the size, the
same arithmetic. The fixture's answers come from PyTorch with the same rounded weights.
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

ENCODER, DECODER = "masks-encoder.onnx", "masks-decoder.onnx"
LARGE = 4096  # weights with fewer numbers stay as they are
EVERY = 37  # of the answers' values that go into the fixture


class Answer(nn.Module):
    """The decoder with its sharpening, as one graph."""

    def __init__(self, net: MaskNet):
        super().__init__()
        self.net = net

    def forward(self, photo, embedding, fine, points, labels):
        return self.net.answer(photo, embedding, fine, points, labels)


def quantised(values):
    """(int8 of the same shape, scale broadcast over all but the first axis)."""
    axes = tuple(range(1, values.ndim))
    scale = np.abs(values).max(axes, keepdims=True) / 127
    scale[scale == 0] = 1
    return np.round(values / scale).astype(np.int8), scale.astype(np.float32)


def rounded(net: MaskNet) -> MaskNet:
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


def to_onnx(net: MaskNet, folder: Path):
    """Sizes of the window (multiples of 16) and numbers of prompts and points are free."""
    photo = torch.zeros(1, 3, 96, 128)
    with torch.no_grad():
        embedding, fine = net.encoder(photo)
    wide = {2: "height", 3: "width"}
    torch.onnx.export(net.encoder, (photo,), folder / ENCODER, input_names=["photo"], output_names=["embedding", "fine"],
                      dynamic_axes={"photo": wide, "embedding": {2: "h16", 3: "w16"}, "fine": {2: "h4", 3: "w4"}},
                      opset_version=17, dynamo=False)  # fmt: skip
    points, labels = torch.rand(2, 3, 2), torch.tensor([[1, 2, 3], [1, 0, -1]])
    many = {0: "prompts", 1: "points"}
    torch.onnx.export(Answer(net), (photo, embedding, fine, points, labels), folder / DECODER,
                      input_names=["photo", "embedding", "fine", "points", "labels"], output_names=["logits", "fit"],
                      dynamic_axes={"photo": wide, "embedding": {2: "h16", 3: "w16"}, "fine": {2: "h4", 3: "w4"},
                                    "points": many, "labels": many, "logits": {0: "prompts", 1: "h2", 2: "w2"},
                                    "fit": {0: "prompts"}}, opset_version=17, dynamo=False)  # fmt: skip
    for name in (ENCODER, DECODER):
        onnx.save(packed(onnx.load(folder / name)), folder / name)


def fixture(net: MaskNet) -> dict:
    """A striped window and three prompts in it."""
    height, width = 176, 240
    photo = torch.from_numpy(pattern(3 * height * width, 1).reshape(1, 3, height, width) * 40)
    photo[:, :, 48:128, 64:176] += 150
    points = [[[0.5, 0.37], [0, 0]], [[0.5, 0.37], [0.1, 0.1], [0, 0]], [[0.5, 0.37], [0.26, 0.2], [0.74, 0.53]]]
    labels = [[1, -1], [1, 0, -1], [1, 2, 3]]
    with torch.no_grad():
        embedding, fine = net.encoder(photo)
        answers = [net.answer(photo, embedding, fine, torch.tensor([p]), torch.tensor([k])) for p, k in zip(points, labels)]
    logits, fit = (torch.cat(each) for each in zip(*answers))
    numbers = lambda t: np.round(t.flatten().numpy().astype(float), 5).tolist()  # noqa: E731
    return {"seed": 1, "height": height, "width": width, "points": points, "labels": labels, "every": EVERY,
            "logits": numbers(logits.flatten()[::EVERY]), "fit": numbers(fit)}  # fmt: skip


def main(arguments=None):
    """Command line entry; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", required=True, type=Path)
    parser.add_argument("--out", type=Path, default=Path("models/weights"))
    parser.add_argument("--fixtures", type=Path, default=Path("tests/fixtures/masks"))
    args = parser.parse_args(arguments)
    net = rounded(load(args.checkpoint))
    for folder in (args.out, args.fixtures):
        folder.mkdir(parents=True, exist_ok=True)
    to_onnx(net, args.out)
    (args.fixtures / "network.json").write_text(json.dumps(fixture(net)))
    for name in (ENCODER, DECODER):
        print(f"{args.out / name} {(args.out / name).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
