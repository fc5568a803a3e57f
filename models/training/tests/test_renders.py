"""Renders of a rig as training records: a stick figure made here gets a body of boxes; nothing outside the repository is read."""

import cv2
import numpy as np
import onnx
import pytest
import torch

from models.training.anatomy import poses, renders
from models.training.anatomy.augment import crop_matrix, points_of, sample
from models.training.anatomy.data import Record
from models.training.anatomy.export import rounded, to_onnx
from models.training.anatomy.model import Anatomy
from models.training.anatomy.parts import INDEX, PAIRS
from models.training.anatomy.restore import blend, from_onnx, sighted
from models.training.data import rigs

from . import tiny_rig

CUBE = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
FACES = [(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1), (2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4),
         (1, 5, 7), (1, 7, 3)]  # fmt: skip
# Joint -> half sizes of its box, which reaches from the joint to `end`.
BODY = {"Torso3": (0.35, 0.3, (0, 2, -0.8)), "Neck1": (0.15, 0.15, (0, 2.4, 1.5)), "Head": (0.22, 0.22, (0, 2.45, 2.1)),
        "Tail1": (0.07, 0.07, (0, 1.6, -1.3)), "Tail2": (0.07, 0.07, (0, 1.4, -1.7)),
        "Tail3": (0.07, 0.07, (0, 1.3, -1.9))}  # fmt: skip


def clothe(rig):
    """Gives the rig a box for every bone, its colour another for each."""
    vertices, owners, triangles, colours = [], [], [], []
    bones = {name: (thick, high, np.array(end)) for name, (thick, high, end) in BODY.items()}
    for side, x in (("L", 0.3), ("R", -0.3)):
        for joint, end in (("FrontUpperLeg", (x, 0.9, 0.85)), ("FrontLowerLeg", (x, 0.1, 0.95)), ("BackLeg", (x, 1.0, -0.5)),
                           ("BackUpperLeg", (x, 0.1, -0.7))):  # fmt: skip
            bones[f"{joint}.{side}"] = (0.09, 0.09, np.array(end))
    for i, (name, (thick, high, end)) in enumerate(bones.items()):
        start = np.array(tiny_rig.JOINTS[name][1], float)
        low, top = np.minimum(start, end) - [thick, high, 0.06], np.maximum(start, end) + [thick, high, 0.06]
        triangles.append(np.array(FACES) + 8 * i)
        vertices.append((low + top) / 2 + CUBE * (top - low) / 2)
        owners.append(np.full(8, rig.joints.index(rig.index(name))))
        colours.append(np.tile(np.random.default_rng(i).uniform(0.3, 0.9, 3), (8, 1)))
    rig.vertices, rig.triangles, rig.colours = map(np.concatenate, (vertices, triangles, colours))
    rig.skin_joints = np.repeat(np.concatenate(owners)[:, None], 4, 1)
    rig.skin_weights = np.tile([1.0, 0, 0, 0], (len(rig.vertices), 1))
    return rig


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("rig") / "Tiny.glb"
    tiny_rig.write(path)
    load = renders.glb.load
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renders.glb, "load", lambda p: clothe(load(p)))
        return renders.load(path)


@pytest.fixture(scope="module")
def photos():
    """Photos full of one patterned thing."""
    image = lambda seed: np.random.default_rng(seed).integers(0, 255, (150, 180, 3)).astype(np.uint8)  # noqa: E731
    return [Record(str(i), image(i), np.ones((150, 180), np.uint8), "cat", 0, None) for i in range(3)]


def look(model, yaw, pitch=0.05, worlds=None):
    worlds = model.rig.world() if worlds is None else worlds
    view = renders.see(model, worlds, rigs.camera(yaw, pitch), 200, 0.8, np.array([0.5, 0.5]), 6.0)
    return view, renders.parts_of(model, worlds, view, rigs.facing_of(yaw), "standing")


def test_annotation_lies_where_the_render_shows_the_part(model):
    view, parts = look(model, np.pi / 2)
    assert parts["facing"] == "right"
    x0, y0, x1, y1 = parts["head"]
    assert x0 > 120 and y1 < 100 and parts["tail"][2][0] < 40
    (shoulder, rump), (neck_head, neck_torso) = parts["torso"], parts["neck"]
    assert rump[0] < shoulder[0] < neck_torso[0] < neck_head[0] < x1
    assert x0 - 5 < neck_head[0] and neck_head[1] < neck_torso[1]
    for name, chains in (("front", parts["front_legs"]), ("back", parts["back_legs"])):
        assert chains
        for top, knee, foot in chains:
            assert top[1] < knee[1] < foot[1]
            around = view.part[int(foot[1]) - 4 : int(foot[1]) + 5, int(foot[0]) - 4 : int(foot[0]) + 5]
            assert np.isin(around, [renders.PARTS.index(f"{name}_{side}") for side in "LR"]).any()


def test_what_is_hidden_is_not_annotated(model):
    assert look(model, np.pi / 2)[1]["tail"]
    view, parts = look(model, 0.0)  # from the front the tail is behind the body
    assert parts["tail"] is None and parts["head"] and len(parts["front_legs"]) == 2
    view, parts = look(model, np.pi, -0.4)  # from behind and below, the head is behind it
    assert parts["head"] is None and parts["neck"] is None and parts["tail"] and len(parts["back_legs"]) == 2


def test_a_turned_camera_mirrors_the_annotation(model):
    right, left = look(model, np.pi / 2)[1], look(model, -np.pi / 2)[1]
    x0, y0, x1, y1 = left["head"]
    assert np.allclose([200 - x1, y0, 200 - x0, y1], right["head"], atol=2)
    assert left["facing"] == "left" and np.allclose(left["tail"][2][0], 200 - right["tail"][2][0], atol=2)


def test_sitting_and_lying_move_legs_without_stretching_them(model):
    rig, rng = model.rig, np.random.default_rng(0)
    at = lambda worlds, name: worlds[rig.index(name), :3, 3]  # noqa: E731
    bone = lambda worlds, a, b: np.linalg.norm(at(worlds, a) - at(worlds, b))  # noqa: E731
    standing, sitting, lying = (rig.world() for _ in range(3))
    poses.sit(rig, sitting, rng)
    poses.lie(rig, lying, rng, hoofed=False)
    for worlds in (sitting, lying):
        for a, b in (("FrontUpperLeg.L", "FrontLowerLeg.L"), ("FrontLowerLeg.R", "FF.R"), ("BackUpperLeg.L", "FFB.L")):
            assert np.isclose(bone(worlds, a, b), bone(standing, a, b))
    rise = lambda worlds: at(worlds, "Torso3")[1] - at(worlds, "Back")[1]  # noqa: E731
    hip = lambda worlds: at(worlds, "BackLeg.L")[1] - at(worlds, "FFB.L")[1]  # noqa: E731
    assert rise(sitting) > rise(standing) + 0.5 and hip(sitting) < 0.9 * hip(standing)
    shoulder = lambda worlds: at(worlds, "FrontUpperLeg.L")[1] - at(worlds, "FF.L")[1]  # noqa: E731
    assert np.isclose(rise(lying), rise(standing)) and shoulder(lying) < 0.85 * shoulder(standing)


def test_written_renders_are_read_back_and_taught(model, photos, tmp_path):
    renders.make([model], photos, photos, tmp_path, 6, seed=4)
    found = renders.Renders(tmp_path)
    assert len(found) == 6
    rng = np.random.default_rng(0)
    for i in range(6):
        record = found[i]
        assert record.image.shape[:2] == record.mask.shape and 0.02 < record.mask.mean() < 0.7
        inside = record.image[record.mask > 0].astype(float)
        assert inside.std() > 3  # painted, not flat
        row = sample(record, rng, photos)
        assert row["pairs"][PAIRS.index("ear")] == -1  # this rig has no ears, and says nothing of them
        assert row["pairs"][PAIRS.index("front_foot")] >= 0
    (tmp_path / "00000.jpg").unlink()
    with pytest.raises(FileNotFoundError):
        found[0]


def test_annotation_and_crop_agree(model, photos):
    """The head's centre in the crop is where the head's box is in the render."""
    record = renders.shot(model, renders.coats.hides(photos, np.random.default_rng(0), 3), photos, np.random.default_rng(2))
    assert record.parts["head"]
    m = crop_matrix(record.mask, 1.2)
    at, there, *_ = points_of(record.parts, m, False, np.ones((192, 192), np.float32))
    x0, y0, x1, y1 = record.parts["head"]
    back = np.linalg.inv(m[:, :2]) @ (at[INDEX["head"], 0] - m[:, 2])
    assert there[INDEX["head"], 0] == 1 and np.allclose(back, [(x0 + x1) / 2, (y0 + y1) / 2], atol=0.01)


def test_patches_need_a_mask_large_enough(photos):
    small = Record("small", photos[0].image, cv2.circle(np.zeros((150, 180), np.uint8), (50, 50), 4, 1, -1), "cat", 0, None)
    with pytest.raises(ValueError, match="large enough"):
        renders.coats.hides([small], np.random.default_rng(0), 2)


def test_exported_weights_come_back(tmp_path):
    """Layers that begin at zero are made different first: the exporter writes equal tensors once."""
    torch.manual_seed(0)
    network = sighted(Anatomy())
    for name, p in network.named_parameters():
        if not name.startswith("eye."):
            torch.nn.init.normal_(p, std=0.02)
    to_onnx(rounded(network), tmp_path / "network.onnx")
    back = from_onnx(tmp_path / "network.onnx").state_dict()
    for name, values in network.state_dict().items():
        assert torch.equal(values, back[name]), name
    graph = onnx.load(tmp_path / "network.onnx")
    graph.graph.initializer.pop()
    onnx.save(graph, tmp_path / "cut.onnx")
    with pytest.raises(ValueError, match="do not match"):
        from_onnx(tmp_path / "cut.onnx")


def test_a_blend_lies_between_its_ends():
    old, new = {"w": torch.tensor([0.0, 2.0])}, {"w": torch.tensor([4.0, 2.0])}
    assert blend(old, new, 0.25)["w"].tolist() == [1.0, 2.0]
