"""The whole of the motion model's training on a rig of a few sticks: data, latent, training, resuming, export."""

import json

import numpy as np
import pytest
import torch

from models.training.data import records, rigs
from models.training.motion import export, latent, train
from models.training.motion.batch import Source
from models.training.motion.bones import S, displacements, kinematics
from models.training.motion.model import Config, Denoiser
from models.training.motion.text import encode

from . import tiny_rig

TINY = ["width=32", "heads=2", "blocks=2", "batch=16", "rate=0.004", "points=4"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """train.npz of the tiny rig, and its tracks."""
    folder = tmp_path_factory.mktemp("motion")
    (folder / "rigs").mkdir()
    tiny_rig.write(folder / "rigs" / "Stick.glb")
    tracks = rigs.load_all(folder / "rigs")
    made = list(records.build(tracks, [], 160, np.random.default_rng(0)))
    np.savez(folder / "train.npz", **records.pack(made))
    return folder, tracks


def test_a_rig_becomes_a_walk(data):
    _, tracks = data
    assert [t.action for t in tracks] == ["walk"]
    view = rigs.camera(np.pi / 2, 0.0)
    g, flat, turn, box = rigs.project(tracks[0], view, np.arange(16) / 16)
    ends = rigs.lay(g, flat, box, [False] * 4)
    assert g.visible[[S["head"], S["torso"], S["tail1"], S["front_a1"], S["back_b2"]]].all()
    assert not g.visible[[S["arm_a1"], S["wing_a1"], S["trunk1"]]].any()
    # Seen from its side the model looks to the right, so its head is right of its tail.
    assert g.end[S["head"], 0] > g.end[S["tail3"], 0]
    pose = latent.fit(g, ends, turn)
    assert np.abs(pose[0]).max() == 0
    assert np.abs(pose[:, S["front_a1"], 0]).max() > np.radians(10)


def test_kinematics_puts_joints_where_the_rig_has_them(data):
    _, tracks = data
    g, flat, turn, box = rigs.project(tracks[0], rigs.camera(1.3, 0.1), np.arange(16) / 16)
    ends = rigs.lay(g, flat, box, [False] * 4)
    pose = torch.as_tensor(latent.fit(g, ends, turn))[None]
    start, end = torch.as_tensor(g.start)[None], torch.as_tensor(g.end)[None]
    linear, origin, pivot = kinematics(pose, start, end, torch.as_tensor(g.visible)[None])
    k = S["front_a2"]
    foot = origin[0, :, k] + (linear[0, :, k] @ (end[0, k] - pivot[0, k])[None, :, None])[..., 0]
    error = np.abs(foot.numpy() - ends[k][1]).max()
    assert error < 0.01, error


def test_records_are_at_rest_first_and_measured(data):
    folder, _ = data
    d = np.load(folder / "train.npz")
    assert np.abs(d["pose"][:, 0].astype(float)).max() < 1e-3
    assert (d["magnitude"] > 0).all()
    tensor = lambda k: torch.as_tensor(d[k].astype(np.float32))  # noqa: E731
    found = latent.magnitude(
        tensor("pose"), tensor("start"), tensor("end"), tensor("half"),
        torch.as_tensor(d["visible"]), torch.as_tensor(d["acting"]), tensor("size"),
    )  # fmt: skip
    assert np.allclose(found, d["magnitude"], rtol=0.05)
    # Twice the pose moves about twice as far.
    twice = displacements(2 * tensor("pose"), tensor("start"), tensor("end"), tensor("half"), torch.as_tensor(d["visible"]))
    once = displacements(tensor("pose"), tensor("start"), tensor("end"), tensor("half"), torch.as_tensor(d["visible"]))
    ratio = float(twice.norm(dim=-1).mean() / once.norm(dim=-1).mean())
    assert 1.7 < ratio < 2.1


def test_a_mirrored_record_faces_and_turns_the_other_way(data):
    _, tracks = data
    rng = np.random.default_rng(3)
    g = records.pose_only(tracks[0], rng)
    g.facing = "left"
    pose = np.random.default_rng(0).normal(size=(16, 29, 4))
    one = dict(pose=pose, start=g.start, end=g.end, facing="front-left", direction="left")
    two = records.mirror(one)
    assert two["facing"] == "front-right" and two["direction"] == "right"
    assert np.allclose(two["pose"][:, S["head"], 2], -pose[:, S["head"], 2])
    assert np.allclose(records.mirror(two)["pose"], pose)


def test_projection_keeps_slow_motion_and_rest():
    t = np.arange(16) / 16
    wave = np.sin(2 * np.pi * 2 * t)
    assert np.allclose(latent.projector() @ wave, wave)
    noise = latent.projector() @ np.random.default_rng(0).normal(size=16)
    assert abs(noise[0]) < 1e-12


def test_unseen_wording_shares_pieces_with_known_words():
    known, unseen, other = (set(encode(w)[0][encode(w)[0] > 0]) for w in ("walks", "walking", "nods"))
    assert len(known & unseen) > len(known & other)


def test_training_learns_resumes_and_exports(data, tmp_path):
    folder, _ = data
    out = tmp_path / "run"

    def run(steps, out=out, *more):
        arguments = ["--data", str(folder), "--out", str(out), "--steps", str(steps), "--minutes", "30", *more]
        train.main([*arguments, "--set", *TINY])
        return torch.load(out / "last.pt", weights_only=False)

    first = run(40)
    again = run(160, out, "--slim", str(tmp_path / "slim.pt"))
    assert first["step"] == 40 and again["step"] == 160
    assert (tmp_path / "slim.pt").stat().st_size < 0.6 * (out / "last.pt").stat().st_size
    (tmp_path / "next").mkdir()
    (tmp_path / "slim.pt").rename(tmp_path / "next" / "last.pt")
    assert run(162, tmp_path / "next")["step"] == 162

    source = Source(folder / "train.npz", again["spread"])

    def loss(model):
        batch = source.deal(64, np.random.default_rng(5), 0.3)
        with torch.no_grad():
            return float(train.loss_of(model, batch, torch.Generator().manual_seed(1), 0))

    fresh = Denoiser(Config(**again["config"]))
    model, spread, steps = export.load(out / "last.pt")
    assert loss(model) < 0.8 * loss(fresh)

    worst = export.write(model, spread, folder / "train.npz", tmp_path / "weights", tmp_path / "fixtures", steps)
    assert worst < 1e-3
    card = json.loads((tmp_path / "weights" / "motion.json").read_text())
    size = card["magnitudes"]["walk"]["animal"]
    assert 0 < size["least"] < size["usual"]
    assert np.array(card["spread"]["walk"]["animal"]).shape == (29, 4)
