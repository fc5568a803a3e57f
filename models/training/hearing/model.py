"""Whisper (Radford et al., 2022) in torch with low-rank adapters (Hu et al., 2021), reading the product's own weights.bin."""

import json
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ..whisper.graph import Size


def read_weights(folder):
    """(size, name of each CTranslate2 tensor -> float32 array, flat); int8 blocks are multiplied out."""
    layout = json.loads((folder / "layout.json").read_text())
    data = np.memmap(folder / "weights.bin", np.uint8, "r")
    found, block = {}, layout["block"]
    for tensor in layout["tensors"]:
        kind = {"float": np.float32, "codes": np.uint8, "scales": np.float32}[tensor["form"]]
        values = data[tensor["offset"] : tensor["offset"] + tensor["bytes"]].view(kind)
        found.setdefault(tensor["source"], {})[tensor["form"]] = values

    def values(forms):
        if "float" in forms:
            return np.array(forms["float"])
        return ((forms["codes"].reshape(-1, block).astype(np.float32) - 128) * forms["scales"][:, None]).ravel()

    return Size(**layout["size"]), {name: values(forms) for name, forms in found.items()}


class Adapted(nn.Module):
    """A frozen linear layer and what is learnt on top: x W^T + b + (x A) B."""

    def __init__(self, weights, name, rank):
        super().__init__()
        bias = torch.from_numpy(weights[f"{name}/bias"])
        weight = torch.from_numpy(weights[f"{name}/weight"]).view(len(bias), -1)
        self.name = name
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)
        self.a = nn.Parameter(torch.randn(weight.shape[1], rank) / math.sqrt(weight.shape[1]))
        self.b = nn.Parameter(torch.zeros(rank, weight.shape[0]))

    def forward(self, x):
        return F.linear(x, self.weight, self.bias) + (x @ self.a) @ self.b


class Norm(nn.Module):
    def __init__(self, weights, name):
        super().__init__()
        for part in ("gamma", "beta"):
            self.register_buffer(part, torch.from_numpy(weights[f"{name}/{part}"]))

    def forward(self, x):
        return F.layer_norm(x, self.gamma.shape, self.gamma, self.beta, 1e-5)


class Block(nn.Module):
    """One layer; the decoder's looks back only, and at the sound."""

    def __init__(self, weights, layer, rank, heads, decodes):
        super().__init__()

        def linear(name):
            return Adapted(weights, f"{layer}/{name}", rank)

        def norm(name):
            return Norm(weights, f"{layer}/{name}/layer_norm")

        self.heads, self.decodes = heads, decodes
        self.norm, self.qkv, self.out = norm("self_attention"), linear("self_attention/linear_0"), linear("self_attention/linear_1")
        if decodes:
            self.cross_norm = norm("attention")
            self.q, self.kv, self.cross_out = (linear(f"attention/linear_{i}") for i in range(3))
        self.ffn_norm, self.up, self.down = norm("ffn"), linear("ffn/linear_0"), linear("ffn/linear_1")

    def attend(self, *qkv, causal=False):
        q, k, v = (x.unflatten(-1, (self.heads, -1)).transpose(1, 2) for x in qkv)
        return F.scaled_dot_product_attention(q, k, v, is_causal=causal).transpose(1, 2).flatten(2)

    def forward(self, x, sound=None):
        x = x + self.out(self.attend(*self.qkv(self.norm(x)).chunk(3, -1), causal=self.decodes))
        if self.decodes:
            x = x + self.cross_out(self.attend(self.q(self.cross_norm(x)), *self.kv(sound).chunk(2, -1)))
        return x + self.down(F.gelu(self.up(self.ffn_norm(x))))


class Whisper(nn.Module):
    def __init__(self, folder, rank):
        super().__init__()
        self.size, w = read_weights(folder)
        width, layers, heads = self.size.width, self.size.layers, self.size.heads

        def keep(name, source, *shape):
            self.register_buffer(name, torch.from_numpy(w[source]).view(*shape))

        for i, channels in ((1, self.size.mels), (2, width)):
            keep(f"conv{i}", f"encoder/conv{i}/weight", width, channels, 3)
            keep(f"conv{i}_bias", f"encoder/conv{i}/bias", width)
        keep("frames", "encoder/position_encodings/encodings", -1, width)
        keep("positions", "decoder/position_encodings/encodings", -1, width)
        keep("words", "decoder/embeddings/weight", -1, width)
        self.encoder = nn.ModuleList(Block(w, f"encoder/layer_{i}", rank, heads, False) for i in range(layers))
        self.decoder = nn.ModuleList(Block(w, f"decoder/layer_{i}", rank, heads, True) for i in range(layers))
        self.encoded, self.decoded = Norm(w, "encoder/layer_norm"), Norm(w, "decoder/layer_norm")

    def encode(self, mel):
        """[B, mels, 2S] -> [B, S, width]"""
        x = F.gelu(F.conv1d(mel, self.conv1, self.conv1_bias, 1, 1))
        x = F.gelu(F.conv1d(x, self.conv2, self.conv2_bias, 2, 1)).transpose(1, 2)
        x = x + self.frames[: x.shape[1]]
        for block in self.encoder:
            x = block(x)
        return self.encoded(x)

    def forward(self, mel, tokens):
        """-> logits [B, N, vocabulary]"""
        sound = self.encode(mel)
        x = self.words[tokens] + self.positions[: tokens.shape[1]]
        for block in self.decoder:
            x = block(x, sound)
        return F.linear(self.decoded(x), self.words)

    def adapted(self):
        return [module for module in self.modules() if isinstance(module, Adapted)]

    def learnt(self):
        """The two matrices of each linear layer, by the names that the graphs give them."""
        return {f"{it.name}.{part}": getattr(it, part).detach().numpy() for it in self.adapted() for part in "ab"}

    def learn(self, matrices):
        """The opposite of `learnt`."""
        for it in self.adapted():
            for part in "ab":
                getattr(it, part).data = torch.from_numpy(matrices[f"{it.name}.{part}"])
