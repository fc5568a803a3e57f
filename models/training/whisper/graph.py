"""Builds Whisper's ONNX graphs without weights (Radford et al., 2022, "Robust Speech Recognition via
Large-Scale Weak Supervision").

The initialisers live in one external file which TypeScript writes on the user's machine from a CTranslate2
model.bin (models/transcribe/convert.ts); `layout.json` tells it what to put where. Two graphs share that file:

encoder.onnx   mel [1, mels, 2S] -> cross_key_i, cross_value_i [1, heads, S, width/heads] for every decoder layer
decoder.onnx   tokens [N] int64, positions [N] int64, rows [R] int64, past_{key,value}_i [1, heads, P, d],
               cross_{key,value}_i -> logits [R, vocabulary] of the asked rows, present_{key,value}_i [1, heads, P+N, d]

Run in this folder: python graph.py (writes the graphs of every size of SIZES).

With a rank the linear layers also have what models/training/hearing learnt on top of them (Hu et al., 2021): half-precision
matrices a [columns, rank] and b [rank, rows] in attuned.bin, added times the input `attuned` [1]; 0 is Whisper as it was.

S may be any length up to `audio_positions`: the positional table is cut to it, so that short commands do not pay
for 30 s of padding. Batch is 1 throughout.
"""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

MS = "com.microsoft"
ALIGNMENT = 4096  # ONNX Runtime maps external tensors into memory at page boundaries
BLOCK = 32  # weights that share one scale in int8


@dataclass(frozen=True)
class Size:
    width: int = 512
    heads: int = 8
    layers: int = 6
    mels: int = 80
    audio_positions: int = 1500
    text_positions: int = 448
    vocabulary: int = 51865


SIZES = {"whisper-base": Size(), "whisper-small": Size(width=768, heads=12, layers=12)}
RANKS = {"whisper-base": 8, "whisper-small": 0}


class Builder:
    """One graph; `layout` and `learnt` are shared by both graphs and grow as initialisers are first used."""

    def __init__(self, size: Size, precision: str, layout: dict, learnt: "Learnt"):
        self.size, self.precision, self.layout, self.learnt = size, precision, layout, learnt
        self.nodes, self.initializers, self.count = [], [], 0
        self.known = set()

    def op(self, kind, inputs, outputs=1, domain="", **attributes):
        self.count += 1
        names = [f"{kind}_{self.count}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, values, dtype=np.int64):
        name = f"constant_{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def external(self, name, source, form, shape):
        """A tensor of the external file. `form` is what convert.ts does with CTranslate2's tensor `source`."""
        kinds = {"float": (TensorProto.FLOAT, 4), "codes": (TensorProto.UINT8, 1), "scales": (TensorProto.FLOAT, 4)}
        dtype, bytes_each = kinds[form]
        if name not in self.layout:
            end = max((t["offset"] + t["bytes"] for t in self.layout.values()), default=0)
            self.layout[name] = {
                "source": source, "form": form,
                "offset": math.ceil(end / ALIGNMENT) * ALIGNMENT, "bytes": math.prod(shape) * bytes_each,
            }
        if name in self.known:
            return name
        self.known.add(name)
        self.outside("weights.bin", name, dtype, shape, **self.layout[name])
        return name

    def outside(self, file, name, dtype, shape, offset, bytes, **_):
        tensor = TensorProto(name=name, data_type=dtype, dims=shape, data_location=TensorProto.EXTERNAL)
        for key, value in (("location", file), ("offset", offset), ("length", bytes)):
            tensor.external_data.add(key=key, value=str(value))
        self.initializers.append(tensor)

    def floats(self, source, *shape):
        return self.external(source, source, "float", shape)

    def norm(self, x, source):
        w = self.size.width
        return self.op("LayerNormalization", [x, self.floats(f"{source}/gamma", w), self.floats(f"{source}/beta", w)], epsilon=1e-5)

    def matmul(self, x, source, columns, rows, bias):
        """x [N, columns] times the transpose of `source` [rows, columns]."""
        if self.precision == "float32":
            inputs = [x, self.floats(source, rows, columns)] + ([bias] if bias else [])
            return self.op("Gemm", inputs, transB=1)
        blocks = columns // BLOCK
        codes = self.external(f"{source}.codes", source, "codes", (rows, blocks, BLOCK))
        scales = self.external(f"{source}.scales", source, "scales", (rows * blocks,))
        inputs = [x, codes, scales] + (["", "", bias] if bias else [])
        return self.op("MatMulNBits", inputs, domain=MS, K=columns, N=rows, bits=8, block_size=BLOCK, accuracy_level=4)

    def linear(self, x, source, columns, rows):
        y = self.matmul(x, f"{source}/weight", columns, rows, self.floats(f"{source}/bias", rows))
        if not self.learnt.rank:
            return y
        a, b = (self.half(name, *place) for name, place in self.learnt.place(source, columns, rows).items())
        return self.op("Gemm", [self.op("Mul", [self.op("MatMul", [x, a]), "attuned"]), b, y])

    def half(self, name, shape, offset):
        self.outside("attuned.bin", name, TensorProto.FLOAT16, shape, offset, 2 * math.prod(shape))
        return self.op("Cast", [name], to=TensorProto.FLOAT)

    def split(self, x, parts):
        return self.op("Split", [x], parts, axis=-1, num_outputs=parts)

    def batch(self, x):
        return self.op("Unsqueeze", [x, self.constant([0])])

    def unbatch(self, x):
        return self.op("Squeeze", [x, self.constant([0])])

    def heads(self, x):
        """[S, width] -> [1, heads, S, width/heads]"""
        s = self.size
        shaped = self.op("Reshape", [x, self.constant([1, -1, s.heads, s.width // s.heads])])
        return self.op("Transpose", [shaped], perm=[0, 2, 1, 3])

    def attention(self, q, k, v, past=(), causal=False):
        past_inputs = ["", "", "", *past] if past else []
        return self.op(
            "MultiHeadAttention", [self.batch(q), k, v] + past_inputs, 3 if past else 1, domain=MS,
            num_heads=self.size.heads, unidirectional=int(causal),
        )

    def feed_forward(self, x, layer):
        w = self.size.width
        y = self.norm(x, f"{layer}/ffn/layer_norm")
        y = self.op("Gelu", [self.linear(y, f"{layer}/ffn/linear_0", w, 4 * w)])
        return self.op("Add", [x, self.linear(y, f"{layer}/ffn/linear_1", 4 * w, w)])

    def model(self, name, inputs, outputs):
        inputs = inputs + ([value("attuned", [1])] if self.learnt.rank else [])
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.initializers)
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid(MS, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="waggle")


class Learnt:
    """Where attuned.bin has the two matrices of each linear layer."""

    def __init__(self, rank: int):
        self.rank, self.places, self.end = rank, {}, 0

    def place(self, source, columns, rows):
        """Name of each matrix -> (shape, offset in bytes)."""
        made = {}
        for name, shape in ((f"{source}.a", (columns, self.rank)), (f"{source}.b", (self.rank, rows))):
            made[name] = (shape, self.end)
            self.end = math.ceil((self.end + 2 * math.prod(shape)) / ALIGNMENT) * ALIGNMENT
        self.places |= made
        return made

    def write(self, file: Path, matrices: dict):
        """`matrices` holds an array for each name of `places`."""
        data = bytearray(self.end)
        for name, (shape, offset) in self.places.items():
            values = np.asarray(matrices[name], "<f2").reshape(shape).tobytes()
            data[offset : offset + len(values)] = values
        file.write_bytes(data)

    def read(self, file: Path) -> dict:
        """The opposite of `write`."""
        data = file.read_bytes()
        return {
            name: np.frombuffer(data, "<f2", math.prod(shape), offset).reshape(shape).astype(np.float32)
            for name, (shape, offset) in self.places.items()
        }


def value(name, shape, dtype=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, dtype, shape)


def caches(prefix, size, length):
    d = size.width // size.heads
    return [value(f"{prefix}_{kind}_{i}", [1, size.heads, length, d]) for i in range(size.layers) for kind in ("key", "value")]


def encoder(size, *shared):
    b, w = Builder(size, *shared), size.width
    x = "mel"
    for conv, channels, stride in (("conv1", size.mels, 1), ("conv2", w, 2)):
        source = f"encoder/{conv}"
        weights = [b.floats(f"{source}/weight", w, channels, 3), b.floats(f"{source}/bias", w)]
        x = b.op("Gelu", [b.op("Conv", [x, *weights], kernel_shape=[3], pads=[1, 1], strides=[stride])])
    x = b.op("Transpose", [b.unbatch(x)], perm=[1, 0])
    frames = b.op("Shape", [x], start=0, end=1)
    table = b.floats("encoder/position_encodings/encodings", size.audio_positions, w)
    x = b.op("Add", [x, b.op("Slice", [table, b.constant([0]), frames, b.constant([0])])])
    for i in range(size.layers):
        layer = f"encoder/layer_{i}"
        y = b.norm(x, f"{layer}/self_attention/layer_norm")
        q, k, v = b.split(b.linear(y, f"{layer}/self_attention/linear_0", w, 3 * w), 3)
        y = b.unbatch(b.attention(q, b.batch(k), b.batch(v)))
        x = b.op("Add", [x, b.linear(y, f"{layer}/self_attention/linear_1", w, w)])
        x = b.feed_forward(x, layer)
    x = b.norm(x, "encoder/layer_norm")
    outputs = caches("cross", size, "S")
    for i in range(size.layers):
        k, v = b.split(b.linear(x, f"decoder/layer_{i}/attention/linear_1", w, 2 * w), 2)
        for part, output in ((k, outputs[2 * i]), (v, outputs[2 * i + 1])):
            b.nodes.append(helper.make_node("Identity", [b.heads(part)], [output.name]))
    return b.model("whisper_encoder", [value("mel", [1, size.mels, "frames"])], outputs)


def embed(b, size):
    table = "decoder/embeddings/weight"
    if b.precision == "float32":
        return b.op("Gather", [b.floats(table, size.vocabulary, size.width), "tokens"])
    blocks = size.width // BLOCK
    codes = b.op("Gather", [b.external(f"{table}.codes", table, "codes", (size.vocabulary, blocks, BLOCK)), "tokens"])
    scales = b.external(f"{table}.scales", table, "scales", (size.vocabulary * blocks,))
    scales = b.op("Gather", [b.op("Reshape", [scales, b.constant([size.vocabulary, blocks, 1])]), "tokens"])
    centred = b.op("Sub", [b.op("Cast", [codes], to=TensorProto.FLOAT), b.constant(128, np.float32)])
    return b.op("Reshape", [b.op("Mul", [centred, scales]), b.constant([-1, size.width])])


def decoder(size, *shared):
    b, w = Builder(size, *shared), size.width
    table = b.floats("decoder/position_encodings/encodings", size.text_positions, w)
    x = b.op("Add", [embed(b, size), b.op("Gather", [table, "positions"])])
    outputs = [value("logits", ["R", size.vocabulary])]
    for i in range(size.layers):
        layer = f"decoder/layer_{i}"
        y = b.norm(x, f"{layer}/self_attention/layer_norm")
        q, k, v = b.split(b.linear(y, f"{layer}/self_attention/linear_0", w, 3 * w), 3)
        y, key, val = b.attention(q, b.batch(k), b.batch(v), (f"past_key_{i}", f"past_value_{i}"), causal=True)
        for name, node in ((f"present_key_{i}", key), (f"present_value_{i}", val)):
            b.nodes.append(helper.make_node("Identity", [node], [name]))
        x = b.op("Add", [x, b.linear(b.unbatch(y), f"{layer}/self_attention/linear_1", w, w)])
        y = b.norm(x, f"{layer}/attention/layer_norm")
        y = b.attention(b.linear(y, f"{layer}/attention/linear_0", w, w), f"cross_key_{i}", f"cross_value_{i}")
        x = b.op("Add", [x, b.linear(b.unbatch(y), f"{layer}/attention/linear_2", w, w)])
        x = b.feed_forward(x, layer)
    x = b.norm(b.op("Gather", [x, "rows"]), "decoder/layer_norm")
    logits = b.matmul(x, "decoder/embeddings/weight", w, size.vocabulary, None)
    b.nodes.append(helper.make_node("Identity", [logits], ["logits"]))
    ids = [value(name, [length], TensorProto.INT64) for name, length in (("tokens", "N"), ("positions", "N"), ("rows", "R"))]
    inputs = ids + caches("past", size, "P") + caches("cross", size, "S")
    return b.model("whisper_decoder", inputs, outputs + caches("present", size, "P+N"))


def place(size: Size, rank: int, precision: str = "int8") -> Learnt:
    """Where the graphs of this size look for what."""
    learnt, layout = Learnt(rank), {}
    for make in (encoder, decoder):
        make(size, precision, layout, learnt)
    return learnt


def build(folder: Path, size: Size = Size(), precision: str = "int8", rank: int = 0) -> Learnt:
    """Writes encoder.onnx, decoder.onnx and layout.json; returns where attuned.bin, which they read, has what."""
    folder.mkdir(parents=True, exist_ok=True)
    layout: dict = {}
    learnt = Learnt(rank)
    for name, make in (("encoder", encoder), ("decoder", decoder)):
        (folder / f"{name}.onnx").write_bytes(make(size, precision, layout, learnt).SerializeToString())
    tensors = [{"name": name, **place} for name, place in layout.items()]
    description = {"size": asdict(size), "precision": precision, "block": BLOCK, "rank": rank, "tensors": tensors}
    (folder / "layout.json").write_text(json.dumps(description, indent=2) + "\n")
    return learnt


if __name__ == "__main__":
    for name, size in SIZES.items():
        build(Path(__file__).resolve().parents[2] / "transcribe/graphs" / name, size, rank=RANKS[name])
