"""The tagger for the product: ONNX, its vocabulary, and answers that the product's must match."""

import json

import torch

from .config import FEATURES, TAGS
from .data import batch


def export(net, words, folder):
    """commands.onnx: words [1, N] int64, features [1, N, FEATURES] -> logits [1, N, TAGS]; commands.json names the words."""
    net.eval()
    names = {"input_names": ["words", "features"], "output_names": ["tags"]}
    axes = {"words": {1: "n"}, "features": {1: "n"}, "tags": {1: "n"}}
    example = (torch.zeros(1, 5, dtype=torch.long), torch.zeros(1, 5, FEATURES))
    torch.onnx.export(net, example, str(folder / "commands.onnx"), dynamic_axes=axes, dynamo=False, **names)
    vocabulary = {"tags": TAGS, "words": words[1:]}
    (folder / "commands.json").write_text(json.dumps(vocabulary, ensure_ascii=False, separators=(",", ":")) + "\n")


def fixture(net, examples, index):
    """[{units, features, tags, sure}]: what the network says of sentences, one at a time."""
    net.eval()
    answers = []
    with torch.no_grad():
        for example in examples:
            words, features, _ = batch([example], index)
            sure, tags = net(words, features)[0].softmax(-1).max(-1)
            answers.append({"units": example[0], "features": example[1], "tags": "".join(TAGS[t] for t in tags),
                            "sure": [round(s, 5) for s in sure.tolist()]})  # fmt: skip
    return answers
