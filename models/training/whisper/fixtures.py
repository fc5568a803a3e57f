"""Writes the committed fixtures that hold Python and TypeScript together (tests/models/fixtures/whisper/).

A Whisper of two narrow layers with seeded weights is stored as a CTranslate2 model.bin; its graphs are built like the
real ones; and plain numpy code, written down from the paper and independent of the graphs, says which logits are right.
The log-mel reference uses torch's STFT.

Run in this folder: python fixtures.py
"""

import json
import struct
from pathlib import Path

import numpy as np
import torch
from graph import Learnt, Size, build

FOLDER = Path(__file__).resolve().parents[3] / "tests/models/fixtures/whisper"
SIZE = Size(width=32, heads=2, layers=2, mels=8, audio_positions=520, text_positions=200, vocabulary=64)


def weights(size, random):
    w = size.width
    shapes = {
        "encoder/conv1/weight": (w, size.mels, 3),
        "encoder/conv1/bias": (w,),
        "encoder/conv2/weight": (w, w, 3),
        "encoder/conv2/bias": (w,),
        "encoder/position_encodings/encodings": (size.audio_positions, w),
        "decoder/position_encodings/encodings": (size.text_positions, w),
        "decoder/embeddings/weight": (size.vocabulary, w),
    }

    def linear(name, rows, columns):
        shapes[f"{name}/weight"], shapes[f"{name}/bias"] = (rows, columns), (rows,)

    def norm(name):
        shapes[f"{name}/gamma"], shapes[f"{name}/beta"] = (w,), (w,)

    for side in ("encoder", "decoder"):
        norm(f"{side}/layer_norm")
        for i in range(size.layers):
            layer = f"{side}/layer_{i}"
            norm(f"{layer}/self_attention/layer_norm")
            linear(f"{layer}/self_attention/linear_0", 3 * w, w)
            linear(f"{layer}/self_attention/linear_1", w, w)
            norm(f"{layer}/ffn/layer_norm")
            linear(f"{layer}/ffn/linear_0", 4 * w, w)
            linear(f"{layer}/ffn/linear_1", w, 4 * w)
            if side == "decoder":
                norm(f"{layer}/attention/layer_norm")
                linear(f"{layer}/attention/linear_0", w, w)
                linear(f"{layer}/attention/linear_1", 2 * w, w)
                linear(f"{layer}/attention/linear_2", w, w)
    made = {name: random.normal(0, 0.3, shape) for name, shape in shapes.items()}
    for name in made:
        if name.endswith("gamma"):
            made[name] += 1
    return {name: value.astype(np.float16) for name, value in made.items()}


def write_ctranslate2(path, variables):
    def text(s):
        return struct.pack("<H", len(s) + 1) + s.encode() + b"\0"

    parts = [struct.pack("<I", 6), text("WhisperSpec"), struct.pack("<II", 3, len(variables))]
    for name, value in variables.items():
        parts += [text(name), struct.pack("<B", value.ndim), struct.pack(f"<{value.ndim}I", *value.shape)]
        parts += [struct.pack("<BI", 4, value.nbytes), value.tobytes()]
    parts += [struct.pack("<I", 1), text("decoder/projection/weight"), text("decoder/embeddings/weight")]
    path.write_bytes(b"".join(parts))


class Reference:
    """Whisper in numpy, without caches: the whole sentence at once."""

    def __init__(self, size, variables, learnt=None):
        """`learnt` holds the matrices `NAME.a` and `NAME.b` of each linear layer."""
        self.size, self.v = size, {name: value.astype(np.float64) for name, value in variables.items()}
        self.learnt = {name: value.astype(np.float64) for name, value in (learnt or {}).items()}

    def norm(self, x, name):
        centred = x - x.mean(-1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * self.v[f"{name}/gamma"] + self.v[f"{name}/beta"]

    def linear(self, x, name):
        y = x @ self.v[f"{name}/weight"].T + self.v[f"{name}/bias"]
        return y + x @ self.learnt[f"{name}.a"] @ self.learnt[f"{name}.b"] if self.learnt else y

    @staticmethod
    def gelu(x):
        return torch.nn.functional.gelu(torch.from_numpy(x)).numpy()

    def attend(self, q, k, v, causal=False):
        d = self.size.width // self.size.heads
        out = []
        for h in range(self.size.heads):
            part = slice(h * d, (h + 1) * d)
            scores = q[:, part] @ k[:, part].T / np.sqrt(d)
            if causal:
                scores += np.triu(np.full(scores.shape, -np.inf), 1)
            e = np.exp(scores - scores.max(-1, keepdims=True))
            out.append(e / e.sum(-1, keepdims=True) @ v[:, part])
        return np.concatenate(out, -1)

    def feed_forward(self, x, layer):
        y = self.gelu(self.linear(self.norm(x, f"{layer}/ffn/layer_norm"), f"{layer}/ffn/linear_0"))
        return x + self.linear(y, f"{layer}/ffn/linear_1")

    def self_attention(self, x, layer, causal):
        q, k, v = np.split(
            self.linear(self.norm(x, f"{layer}/self_attention/layer_norm"), f"{layer}/self_attention/linear_0"), 3, -1
        )
        return x + self.linear(self.attend(q, k, v, causal), f"{layer}/self_attention/linear_1")

    def encode(self, mel):
        x = torch.from_numpy(mel[None].astype(np.float64))
        for conv, stride in (("conv1", 1), ("conv2", 2)):
            w, b = (torch.from_numpy(self.v[f"encoder/{conv}/{part}"]) for part in ("weight", "bias"))
            x = torch.nn.functional.gelu(torch.nn.functional.conv1d(x, w, b, stride, 1))
        x = x[0].T.numpy()
        x = x + self.v["encoder/position_encodings/encodings"][: len(x)]
        for i in range(self.size.layers):
            x = self.feed_forward(self.self_attention(x, f"encoder/layer_{i}", False), f"encoder/layer_{i}")
        return self.norm(x, "encoder/layer_norm")

    def decode(self, audio, tokens):
        x = self.v["decoder/embeddings/weight"][tokens] + self.v["decoder/position_encodings/encodings"][: len(tokens)]
        for i in range(self.size.layers):
            layer = f"decoder/layer_{i}"
            x = self.self_attention(x, layer, True)
            q = self.linear(self.norm(x, f"{layer}/attention/layer_norm"), f"{layer}/attention/linear_0")
            k, v = np.split(self.linear(audio, f"{layer}/attention/linear_1"), 2, -1)
            x = x + self.linear(self.attend(q, k, v), f"{layer}/attention/linear_2")
            x = self.feed_forward(x, layer)
        return self.norm(x, "decoder/layer_norm") @ self.v["decoder/embeddings/weight"].T


def log_mel(samples, mels=80):
    """As in the reference implementation of Whisper: torch.stft, Slaney's filters, dynamic range of 8 decades."""

    def to_hz(m):
        return np.where(m < 15, 200 * m / 3, 1000 * np.exp((m - 15) * np.log(6.4) / 27))

    edges = to_hz(np.linspace(0, 15 + np.log(8) * 27 / np.log(6.4), mels + 2))
    bins = np.linspace(0, 8000, 201)
    ramps = (bins[None] - edges[:-1, None]) / np.diff(edges)[:, None]
    filters = np.maximum(0, np.minimum(ramps[:-1], 1 - ramps[1:])) * (2 / (edges[2:] - edges[:-2]))[:, None]
    window = torch.hann_window(400, dtype=torch.float64)
    spectrum = torch.stft(torch.from_numpy(samples), 400, 160, window=window, return_complex=True)[:, :-1].abs() ** 2
    logs = np.log10(np.maximum(filters @ spectrum.numpy(), 1e-10))
    return (np.maximum(logs, logs.max() - 8) + 4) / 4


def tokenizer():
    """Byte-level byte pairs over a few letters, with the special tokens of Whisper at the end of 64."""
    letters = [*"abcdefghijklmnopqrstuvwxyzMLI.,Ġ0123", "Ġt"]
    special = [
        "endoftext",
        "startoftranscript",
        "en",
        "zh",
        "translate",
        "transcribe",
        "startoflm",
        "startofprev",
        "nocaptions",
        "notimestamps",
    ]
    first = SIZE.vocabulary - len(special)
    fill = [f"<{i}>" for i in range(len(letters), first)]
    vocabulary = {token: i for i, token in enumerate(letters + fill)}
    added = [
        {
            "id": first + i,
            "content": f"<|{name}|>",
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for i, name in enumerate(special)
    ]
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    model = {
        "type": "BPE",
        "dropout": None,
        "unk_token": None,
        "continuing_subword_prefix": "",
        "end_of_word_suffix": "",
        "fuse_unk": False,
        "vocab": vocabulary,
        "merges": [],
    }
    parts = {"normalizer": None, "pre_tokenizer": level, "post_processor": None, "decoder": level}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, **parts, "model": model}


def main():
    random = np.random.default_rng(7)
    FOLDER.mkdir(parents=True, exist_ok=True)
    variables = weights(SIZE, random)
    write_ctranslate2(FOLDER / "model.bin", variables)
    # One without learnt matrices, one with.
    build(FOLDER / "float32", SIZE, "float32")
    places: Learnt = build(FOLDER / "int8", SIZE, "int8", rank=2)
    reference = Reference(SIZE, variables)
    (FOLDER / "tokenizer.json").write_text(json.dumps(tokenizer(), ensure_ascii=False, separators=(",", ":")) + "\n")
    mel = random.normal(0, 1, (SIZE.mels, 20)).astype(np.float32)
    tokens = [3, 41, 17, 8, 29, 0, 5]
    logits = reference.decode(reference.encode(mel), tokens)
    learnt = {name: random.normal(0, 0.2, shape).astype(np.float16) for name, (shape, _) in places.places.items()}
    places.write(FOLDER / "int8/attuned.bin", learnt)
    attuned = Reference(SIZE, variables, learnt)
    attuned_logits = attuned.decode(attuned.encode(mel), tokens)
    t = np.arange(1600) / 16000
    samples = (0.5 * np.sin(2 * np.pi * (300 + 1500 * t) * t) + 0.1 * random.normal(size=len(t))).astype(np.float32)
    padded = np.concatenate([samples, np.zeros(20 * 160 - len(samples))])
    rounded = {
        "mel": mel.round(6).tolist(),
        "tokens": tokens,
        "logits": logits.round(6).tolist(),
        "attunedLogits": attuned_logits.round(6).tolist(),
        "samples": samples.round(6).tolist(),
        "logMel": log_mel(padded.astype(np.float64)).round(4).tolist(),
    }
    (FOLDER / "reference.json").write_text(json.dumps(rounded, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
