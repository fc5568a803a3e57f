"""Writes the committed fixtures of the CTC transcriber (tests/models/fixtures/ctc/).

A wav2vec 2.0 in small: strided convolutions over the raw waveform and a linear layer over 12 letters, with seeded random
weights, as ONNX. torch says which logits are right for a chirp, plain Python which text they spell.

Run in this folder: python fixtures.py
"""

import json
from itertools import groupby
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

FOLDER = Path(__file__).resolve().parents[3] / "tests/models/fixtures/ctc"
LETTERS = ["<pad>", "<s>", "</s>", "<unk>", "|", "D", "O", "G", "R", "U", "N", "S"]
WIDTH = 8
# (kernel, stride) of each convolution: 320 samples a frame, as wav2vec 2.0.
CONVOLUTIONS = [(10, 5), (8, 8), (8, 8)]


def parameters(random):
    made, channels = [], 1
    for kernel, _ in CONVOLUTIONS:
        made.append(random.normal(0, 1 / np.sqrt(channels * kernel), (WIDTH, channels, kernel)).astype(np.float32))
        channels = WIDTH
    return made, random.normal(0, 3, (WIDTH, len(LETTERS))).astype(np.float32)


def build(convolutions, head):
    nodes = [helper.make_node("Unsqueeze", ["input_values", "one"], ["x0"])]
    tensors = [numpy_helper.from_array(np.array([1]), "one"), numpy_helper.from_array(head, "head")]
    for i, (weights, (_, stride)) in enumerate(zip(convolutions, CONVOLUTIONS)):
        tensors.append(numpy_helper.from_array(weights, f"w{i}"))
        nodes.append(helper.make_node("Conv", [f"x{i}", f"w{i}"], [f"c{i}"], strides=[stride]))
        nodes.append(helper.make_node("Gelu", [f"c{i}"], [f"x{i + 1}"]))
    last = f"x{len(CONVOLUTIONS)}"
    nodes.append(helper.make_node("Transpose", [last], ["frames"], perm=[0, 2, 1]))
    nodes.append(helper.make_node("MatMul", ["frames", "head"], ["logits"]))
    graph = helper.make_graph(
        nodes,
        "ctc",
        [helper.make_tensor_value_info("input_values", TensorProto.FLOAT, [1, "samples"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, "frames", len(LETTERS)])],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10, producer_name="waggle")
    onnx.checker.check_model(model)
    return model


def answer(samples, convolutions, head):
    x = torch.from_numpy(samples)
    x = (x - x.mean()) / torch.sqrt(x.var(unbiased=False) + 1e-7)
    x = x[None, None]
    for weights, (_, stride) in zip(convolutions, CONVOLUTIONS):
        x = torch.nn.functional.gelu(torch.nn.functional.conv1d(x, torch.from_numpy(weights), stride=stride))
    return (x[0].T @ torch.from_numpy(head)).numpy()


def spell(logits):
    letters = [LETTERS[number] for number, _ in groupby(logits.argmax(-1))]
    return " ".join("".join(letter for letter in letters if not letter.startswith("<")).replace("|", " ").split()).lower()


def main():
    convolutions, head = parameters(np.random.default_rng(5))
    time = np.arange(16_000) / 16_000
    samples = (0.5 * np.sin(2 * np.pi * (200 + 900 * time) * time)).astype(np.float32)
    logits = answer(samples, convolutions, head)
    FOLDER.mkdir(parents=True, exist_ok=True)
    onnx.save(build(convolutions, head), FOLDER / "model.onnx")
    vocabulary = {letter: number for number, letter in enumerate(LETTERS)}
    (FOLDER / "vocab.json").write_text(json.dumps(vocabulary) + "\n")
    reference = {"logits": np.round(logits.astype(float), 5).tolist(), "text": spell(logits)}
    (FOLDER / "reference.json").write_text(json.dumps(reference) + "\n")
    print(reference["text"], logits.shape)


if __name__ == "__main__":
    main()
