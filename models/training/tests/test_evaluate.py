"""The evaluation on a rig of sticks: what is perfect scores perfectly, what is still or wrong does not."""

import json

import numpy as np
import pytest
import torch

from models.training import evaluate
from models.training.data import render
from models.training.data.retarget import bend, retarget
from models.training.motion import baselines, figures, scenes
from models.training.motion.bones import CHAINS, Geometry, S, kinematics

from . import tiny_rig


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    """Folder with the rig of sticks, and the scenes of it."""
    folder = tmp_path_factory.mktemp("rigs")
    tiny_rig.write(folder / "Stick.glb")
    return folder, scenes.tests_of(folder / "Stick.glb", None, np.random.default_rng(3))


class Echo:
    """A sampler that answers with given poses: row i gets poses[i % len]."""

    def __init__(self, poses, usual=0.1):
        self.poses, self.usual = poses, usual

    def size(self, action, kind, which="usual"):
        return {"usual": self.usual, "least": self.usual / 2, "most": self.usual * 2}[which] if action == "walk" else None

    def sample(self, rows, seed):
        return np.stack([self.poses[i % len(self.poses)] for i in range(len(rows))])


def test_a_scene_knows_where_its_pixels_go(rig):
    _, tests = rig
    test = tests[0]
    assert test.action == "walk" and test.mask.sum() > 2000
    assert np.abs(test.flow[0]).max() == 0
    legs = np.isin(test.part, [render.PARTS.index(f"{p}_{s}") for p in ("front", "back") for s in "LR"])
    moved = np.linalg.norm(test.flow, axis=-1).mean(0)
    assert moved[legs].mean() > 4 * moved[test.part == render.PARTS.index("torso")].mean()


def test_the_true_clip_beats_no_motion_and_its_reverse(rig):
    _, tests = rig
    played = figures.play(tests, Echo([t.pose for t in tests]), predicted=False)
    true = figures.errors(played, _Same(tests))
    assert true["epe_ratio_zero"][0] < 0.35, true
    assert 0.99 < true["epe_ratio_mean"][0] < 1.01
    back = figures.errors(figures.play(tests, Echo([-t.pose for t in tests]), predicted=False), _Same(tests))
    assert back["epe_ratio_zero"][0] > 1.3
    shape = figures.shape(played)
    assert 0.5 < shape["kink"] < 1.5 and shape["diversity"] == 0


class _Same:
    """Baselines that play the true clip."""

    names = ["walk"]

    def __init__(self, tests):
        self.poses = {id(t.true): t.pose for t in tests}

    def knows(self, kind, action):
        return True

    def mean(self, g, action, amount):
        return self.poses[id(g)]

    retrieved = mean


def test_folds_are_counted(rig):
    _, tests = rig
    stage = figures.Stage(tests[0], tests[0].true)
    still = np.zeros((2, 29, 4))
    assert figures.fold_share(stage.field(still), stage.lattice) == 0
    bad = still.copy()
    bad[1, S["front_a1"], 0], bad[1, S["head"], 0] = 3.0, 3.0
    assert figures.fold_share(stage.field(bad), stage.lattice) > 0.002


def test_retargeting_to_itself_changes_nothing(rig):
    _, tests = rig
    test = tests[0]
    again = retarget(test.true, test.true, test.pose)
    assert np.abs(again[:, S["torso"]] - test.pose[:, S["torso"]]).max() < 1e-9
    tensor = lambda x: torch.as_tensor(np.asarray(x))[None]  # noqa: E731
    ends = []
    for pose in (test.pose, again):
        linear, origin, pivot = kinematics(
            tensor(pose), tensor(test.true.start), tensor(test.true.end), tensor(test.true.visible)
        )
        k = S["back_a2"]
        ends.append(origin[0, :, k] + linear[0, :, k] @ (torch.as_tensor(test.true.end[k]) - pivot[0, k]))
    assert float((ends[0] - ends[1]).abs().max()) < 0.03


def test_a_bent_leg_reaches_where_it_is_told():
    g = Geometry()
    g.chain("front_a", [[0.2, 0.0], [0.26, 0.25], [0.18, 0.5]])
    upper, lower = (S[n] for n in CHAINS["front_a"])
    first, second, spare = bend(g, upper, lower, np.linspace(0, 0.5, 4), np.linspace(1, 0.8, 4))
    turn = lambda v, a: np.array([np.cos(a) * v[0] - np.sin(a) * v[1], np.sin(a) * v[0] + np.cos(a) * v[1]])  # noqa: E731
    foot = turn(g.end[upper] - g.start[upper], first[-1]) + turn(g.end[lower] - g.end[upper], second[-1])
    rest = g.end[lower] - g.start[upper]
    assert np.allclose(foot, 0.8 * turn(rest, 0.5), atol=1e-6) and abs(spare[-1]) < 1e-6


def test_the_judge_learns_actions_from_flow():
    rng = np.random.default_rng(0)
    names, features = [], []
    xy = np.stack(np.meshgrid(np.arange(4, 60, 4), np.arange(4, 60, 4)), -1).reshape(-1, 2).astype(float)
    mask = np.ones((64, 64), bool)
    for _ in range(60):
        top = rng.random() < 0.5
        wave = np.sin(2 * np.pi * np.arange(16) / 16 + rng.uniform(0, 6))[:, None, None]
        where = (xy[:, 1] < 20) if top else (xy[:, 1] > 40)
        flow = rng.uniform(1, 5) * wave * where[None, :, None] * np.array([1.0, 0.3])
        features.append(baselines.features_of(xy, flow, mask))
        names.append("nod" if top else "walk")
    weight, scale, classes = baselines.fit_judge(np.stack(features[:40]), names[:40])
    judge = baselines.Baselines.__new__(baselines.Baselines)
    judge.weight, judge.scale, judge.names = weight, scale, classes
    assert judge.judge(np.stack(features[40:])) == names[40:]


def test_the_bank_is_made_from_rigs_and_retrieves_its_own(rig, tmp_path):
    folder, tests = rig
    made = baselines.build(folder, np.random.default_rng(0), each=150, views=1)
    np.savez(tmp_path / "bank.npz", **made)
    bank = baselines.Baselines(tmp_path / "bank.npz")
    assert bank.knows("animal", "walk") and not bank.knows("bird", "walk")
    played = figures.play(tests, Echo([np.zeros((16, 29, 4))]), predicted=False)
    found = figures.errors(played, bank)
    assert found["epe_ratio_zero"] == [1.0, 1.0]
    assert found["epe_ratio_retrieval"][0] > 1.05, found


def test_all_figures_of_an_untrained_model(rig, monkeypatch, capsys):
    """The command runs end to end with the committed networks, and says what it could not use."""
    folder, _ = rig
    (folder / "broken.glb").write_bytes(b"no model")
    evaluate.main(["--rigs", str(folder), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["tests"] == 2 and found["skipped"][0]["rig"] == "broken"
    for key in ("epe_ratio_zero", "epe_ratio_mean", "epe_ratio_retrieval", "part_energy", "direction_right", "magnitude_r2",
                "magnitude_slope", "fold_share", "kink", "action_top1", "diversity", "samples_per_second"):  # fmt: skip
        assert key in found, key
    with pytest.raises(ValueError, match="no .glb"):
        evaluate.collect(folder / "nothing", False)
