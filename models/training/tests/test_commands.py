"""The tagger of commands: vocabulary, batches, a minute's training on made-up sentences, and the export."""

import json
import random

import numpy as np
import onnxruntime
import pytest
import torch

from models.training.commands import data, train
from models.training.commands.config import FEATURES, TAGS, Config
from models.training.commands.model import Tagger, Together

THINGS, ACTIONS = ["dog", "cat", "kite", "gull", "tree"], ["jump", "wave", "nod", "fly"]


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """'make the T A', 'not the X but the T A': feature 0 is a verb, 1 a noun."""
    rng, path = random.Random(1), tmp_path_factory.mktemp("commands") / "examples.jsonl"
    with open(path, "w") as out:
        for i in range(600):
            thing, other, act = rng.choice(THINGS), rng.choice(THINGS), rng.choice(ACTIONS)
            if i % 2:
                units, tags = ["make", "the", thing, act], [0, 0, 1, 2]
            else:
                units, tags = ["not", "the", other, "but", "the", thing, act], [0, 0, 0, 0, 0, 1, 2]
            features = [[0] if u in ACTIONS else [1] if u in THINGS else [8] for u in units]
            out.write(json.dumps([units, features, tags, f"en{i % 24}"]) + "\n")
    return path


def test_vocabulary_has_the_words_around_the_slots(examples):
    words = data.vocabulary(data.read(examples), 5)
    assert words[0] == "" and {"make", "the", "not", "but"} <= set(words) and not set(ACTIONS) & set(words)


def test_words_of_few_frames_have_no_place_of_their_own():
    some = [(["oddly", "make", "it", "go"], [[]] * 4, [0, 0, 0, 2], f"en{i % 2}") for i in range(9)]
    some += [(["make", "it", "go"], [[]] * 3, [0, 0, 2], f"en{i}") for i in range(9)]
    assert data.vocabulary(some, 3) == ["", "it", "make"]


def test_batches_are_padded(examples):
    some = data.read(examples)[:2]
    words, features, tags = data.batch(some, {"the": 3})
    assert words.shape == tags.shape == (2, 7) and features.shape == (2, 7, FEATURES)
    assert tags[1, 4:].tolist() == [-1] * 3 and words[1, 1] == 3 and features[0, 2, 1] == 1


def test_training_learns_which_thing_is_meant(examples, tmp_path, capsys):
    train.main(["--examples", str(examples), "--out", str(tmp_path), "--fixtures", str(tmp_path), "--epochs", "12"])
    last = json.loads(capsys.readouterr().out.strip().splitlines()[-1].split("held out ")[1])
    assert last["en"]["sentences"] > 0.95

    words = [""] + json.loads((tmp_path / "commands.json").read_text())["words"]
    session = onnxruntime.InferenceSession(tmp_path / "commands.onnx")
    for answer in json.loads((tmp_path / "tagger.json").read_text()):
        ids = np.array([[words.index(u) if u in words else 0 for u in answer["units"]]])
        features = np.zeros((1, ids.shape[1], FEATURES), np.float32)
        for j, numbers in enumerate(answer["features"]):
            features[0, j, numbers] = 1
        logits = session.run(None, {"words": ids, "features": features})[0][0]
        sure = np.exp(logits - logits.max(-1, keepdims=True))
        sure = (sure / sure.sum(-1, keepdims=True)).max(-1)
        assert "".join(TAGS[t] for t in logits.argmax(-1)) == answer["tags"]
        assert np.abs(sure - answer["sure"]).max() < 1e-3


def test_a_sentence_is_tagged_alike_alone_and_in_a_batch(examples):
    torch.manual_seed(0)
    net, one = Tagger(10, Config()).eval(), data.read(examples)[1]
    with torch.no_grad():
        alone = net(*data.batch([one], {})[:2])[0]
        together = net(*data.batch([one, one], {})[:2])[1]
    assert torch.allclose(alone, together, atol=1e-5) and alone.shape == (4, len(TAGS))


def test_taggers_asked_together_say_the_mean():
    torch.manual_seed(1)
    some = [Tagger(5, Config(hidden=8, dropout=0)).eval() for _ in range(3)]
    words, features = torch.tensor([[1, 2, 0, 4]]), torch.rand(1, 4, FEATURES)
    with torch.no_grad():
        mean = sum(one(words, features) for one in some) / 3
        assert torch.allclose(Together(some)(words, features), mean, atol=1e-6)
