"""Writes the network for the service, and the fixture that proves that TypeScript runs it the same way.

    python -m models.training.anatomy.export --weights best.pt

Weights are stored as float16 and cast to float32 when the file is loaded: half the size, the same arithmetic. The fixture's
answers come from PyTorch with the same rounded weights.
"""

import argparse
import copy
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from .model import Anatomy
from .parts import DENSE, GLOBALS, GRID, GROUPS, INDEX, POINTS, SIZE, decode

NAMES = ["heat", "dense", "globals"]
EVERY = 97  # of the answers' values that go into the fixture


def rounded(model: Anatomy) -> Anatomy:
    """Every weight as float16 can hold it; the eye has its own rounding (masks/export.py)."""
    with torch.no_grad():
        for name, p in model.named_parameters():
            if not name.startswith("eye."):
                p.copy_(p.half().float())
    return model


def to_onnx(model: Anatomy, path: Path):
    """Batch size is free; everything else is fixed. Without the eye: the service has the masks' encoder, and gives its answers."""
    image = torch.zeros(2, 3, SIZE, SIZE)
    with torch.no_grad():
        embedding, details = model.eye(image)
    inputs = (image, torch.zeros(2, 3, SIZE, SIZE), torch.zeros(2, len(GROUPS)), embedding, details)
    names = ["image", "hints", "group", "embedding", "details"]
    axes = {name: {0: "batch"} for name in [*names, *NAMES]}
    told = copy.copy(model.eval())
    told.forward = model.answer
    torch.onnx.export(told, inputs, path, input_names=names, output_names=NAMES,
                      dynamic_axes=axes, opset_version=17, dynamo=False)  # fmt: skip
    onnx.save(halved(onnx.load(path)), path)


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    graph, casts = model.graph, []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < 64:
            continue
        values = numpy_helper.to_array(tensor).astype(np.float16)
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values, f"{name}_half"))
        casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
    for node in reversed(casts):
        graph.node.insert(0, node)
    onnx.checker.check_model(model)
    return model


def pattern(count: int, seed: int) -> np.ndarray:
    """Numbers 0..1 that both languages make alike: x <- (1664525 x + 1013904223) mod 2^32."""
    x, result = seed, np.empty(count, np.float32)
    for i in range(count):
        x = (1664525 * x + 1013904223) % 2**32
        result[i] = x / 2**32
    return result


def network_fixture(model: Anatomy) -> dict:
    image = pattern(3 * SIZE * SIZE, 1).reshape(1, 3, SIZE, SIZE) * 40
    image[:, :, 48:128, 64:160] += 150  # a bright square: plain noise is what the eye has never seen, and rounds worst
    hints = pattern(3 * SIZE * SIZE, 2).reshape(1, 3, SIZE, SIZE)
    word = torch.nn.functional.one_hot(torch.tensor([1]), len(GROUPS)).float()
    with torch.no_grad():
        outputs = model(torch.from_numpy(image), torch.from_numpy(hints), word)
    answers = {name: o.flatten()[::EVERY].tolist() for name, o in zip(NAMES, outputs, strict=True)}
    return {"seeds": [1, 2], "group": 1, "every": EVERY, **answers}


def decoder_fixture() -> dict:
    """Answers that draw a skeleton by hand, and what `decode` makes of them. Hills 1.5 cells wide, each of another height."""
    hills = [[name, 6.3 + 1.7 * i, 40.2 - 1.6 * i] for i, name in enumerate(POINTS)]
    hills += [["ear", 30.4, 20.1], ["front_foot", 9.8, 12.7], ["front_knee", 14.6, 20.2]]
    heat = np.zeros((len(POINTS), GRID, GRID), np.float32)
    ys, xs = np.mgrid[:GRID, :GRID]
    hills = [[INDEX[name], x, y, 9 + 0.05 * i] for i, (name, x, y) in enumerate(hills)]
    for channel, x, y, height in hills:
        heat[channel] += height * np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / (2 * 1.5**2))
    dense = np.zeros((DENSE, GRID, GRID), np.float32)
    dense += (np.arange(DENSE, dtype=np.float32)[:, None, None] - 6) / 40
    globals_ = pattern(GLOBALS, 5) * 4 - 1
    globals_[:17] = [1, 2, 1, 3, 1, 0, 1, 4, 0, 1, 4, 0, 3, 1, 0, 3, 1]
    s = decode(heat, dense, globals_)
    return {"hills": hills, "globals": globals_.tolist(), "skeleton": s.__dict__}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("models/weights/anatomy.onnx"))
    parser.add_argument("--fixtures", type=Path, default=Path("tests/fixtures/anatomy"))
    arguments = parser.parse_args()
    net = Anatomy()
    net.load_state_dict(torch.load(arguments.weights, weights_only=True))
    net = rounded(net).eval()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    to_onnx(net, arguments.out)
    arguments.fixtures.mkdir(parents=True, exist_ok=True)
    (arguments.fixtures / "network.json").write_text(json.dumps(network_fixture(net)))
    (arguments.fixtures / "decoder.json").write_text(json.dumps(decoder_fixture()))
    print(f"{arguments.out} {arguments.out.stat().st_size / 1e6:.1f} MB")
