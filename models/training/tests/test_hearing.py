"""Whisper in torch against the numpy reference of the graphs' fixtures, and a training that learns one sentence."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from models.training.hearing import sound, train
from models.training.hearing.model import Whisper
from models.training.whisper import graph

sys.path.append(str(Path(graph.__file__).parent))  # fixtures.py is run in its folder
import fixtures  # noqa: E402

SIZE = fixtures.SIZE


@pytest.fixture()
def whisper(tmp_path):
    """Folder with the random Whisper of the fixtures as convert.ts would write it in float32, and its variables."""
    graph.build(tmp_path, SIZE, "float32")
    variables = fixtures.weights(SIZE, np.random.default_rng(7))
    data = bytearray()
    for tensor in json.loads((tmp_path / "layout.json").read_text())["tensors"]:
        data[tensor["offset"] :] = bytes(tensor["offset"] - len(data)) if tensor["offset"] > len(data) else b""
        data += variables[tensor["source"]].astype("<f4").tobytes()
    (tmp_path / "weights.bin").write_bytes(data)
    return tmp_path, variables


def test_answers_as_the_reference_before_and_after_learning(whisper):
    folder, variables = whisper
    net = Whisper(folder, 2)
    random = np.random.default_rng(1)
    mel, tokens = random.normal(size=(SIZE.mels, 20)).astype(np.float32), [3, 41, 17]

    def off(reference):
        with torch.no_grad():
            got = net(torch.from_numpy(mel)[None], torch.tensor([tokens]))[0].numpy()
        return np.abs(got - reference.decode(reference.encode(mel), tokens)).max()

    plain = fixtures.Reference(SIZE, variables)
    assert off(plain) < 1e-3
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    assert off(fixtures.Reference(SIZE, variables, net.learnt())) < 1e-3
    assert off(plain) > 0.1


def test_goes_on_from_what_it_wrote(whisper, tmp_path):
    net, places = Whisper(whisper[0], 2), graph.place(SIZE, 2)
    places.write(tmp_path / "attuned.bin", net.learnt())
    other = Whisper(whisper[0], 2)
    other.learn(places.read(tmp_path / "attuned.bin"))
    for name, values in net.learnt().items():
        assert np.array_equal(other.learnt()[name], values.astype("<f2"))


def test_draws_from_each_folder_by_its_share_and_some_noise_without_words(tmp_path):
    for name, token in (("often", 5), ("seldom", 6)):
        (tmp_path / name).mkdir()
        (9000 * np.sin(np.arange(8000))).astype(np.int16).tofile(tmp_path / name / "sound.s16")
        rows = [{"offset": 0, "length": 8000, "tokens": [token, train.END]}]
        (tmp_path / name / "rows.json").write_text(json.dumps(rows))
    config = train.Config(batches=4)
    batches = train.Recordings({tmp_path / "often": 3.0, tmp_path / "seldom": 1.0}, config).batches()
    said = [tokens[0] for _ in range(12) for _, tokens in next(batches)]
    assert len(said) == 96 and said.count(train.END) == 3 * config.nobody
    assert said.count(5) > said.count(6) > 0


def test_spoils_sound_in_many_ways_and_keeps_it_a_sound():
    random = np.random.default_rng(2)
    voice = np.sin(np.arange(16000) / 7).astype(np.float32)
    spoilt = [sound.spoil(voice, random, lambda: voice) for _ in range(40)]
    assert all(np.isfinite(x).all() and 0 < np.abs(x).max() <= 1 for x in spoilt)
    assert len({len(x) for x in spoilt}) > 20
    fast = sound.at_speed(voice, 1.25)
    assert len(fast) == 12800 and np.abs(np.fft.rfft(fast)).argmax() == pytest.approx(16000 / 7 / 2 / np.pi, rel=0.01)


def test_log_mel_is_the_products():
    wanted = json.loads((fixtures.FOLDER / "reference.json").read_text())
    got = sound.log_mel(np.array(wanted["samples"]), len(wanted["logMel"][0]))
    assert np.abs(got.numpy() - np.array(wanted["logMel"])).max() < 1e-3


def test_asks_for_what_was_said_and_its_end():
    batch = [(np.zeros(3200, np.float32), [7, 8, train.END]), (np.zeros(1600, np.float32), [train.END])]
    mel, tokens, labels = train.collate(batch, np.random.default_rng(0))
    assert mel.shape[2] % 2 == 0 and mel.shape[2] >= 3200 / 160 + 30
    assert tokens[0].tolist() == [*train.PREFIX, 7, 8]
    assert labels.tolist() == [[-100] * 3 + [7, 8, train.END], [-100] * 3 + [train.END, -100, -100]]


def test_learns_one_sentence_and_goes_on_where_it_was_stopped(whisper, tmp_path, monkeypatch):
    monkeypatch.setattr(train, "PREFIX", [1, 2])
    monkeypatch.setattr(train, "END", 0)
    last = tmp_path / "last.pt"

    class One:
        rng = np.random.default_rng(3)

        def batches(self):
            tone = np.sin(np.arange(1600) / 5).astype(np.float32)
            while True:
                yield [(tone, [7, 8, 0])] * 2

    monkeypatch.setattr(train, "log_mel", lambda x, frames: sound.log_mel(x, frames, SIZE.mels))
    net, config = Whisper(whisper[0], 2), train.Config(rate=2e-2, warm=2)
    loss = losses(net, One())
    train.train(net, One(), config, 0.1, last)
    stopped = torch.load(last)["step"]
    fresh = Whisper(whisper[0], 2)
    train.train(fresh, One(), config, 0.2, last)
    assert torch.load(last)["step"] > stopped > 0
    assert losses(fresh, One()) < 0.5 * loss


def losses(net, recordings):
    mel, tokens, labels = train.collate(next(recordings.batches()), np.random.default_rng(0))
    with torch.no_grad():
        return torch.nn.functional.cross_entropy(net(mel, tokens).flatten(0, 1), labels.flatten(), ignore_index=-100).item()
