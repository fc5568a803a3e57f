"""The anatomy network on drawings made here: nothing outside the repository is read."""

import cv2
import numpy as np
import pytest
import torch

from models.training.anatomy.augment import crop_matrix, example, look, points_of, sample
from models.training.anatomy.backbone import Backbone
from models.training.anatomy.config import Config
from models.training.anatomy.data import Record, held_out
from models.training.anatomy.loss import losses, target_maps
from models.training.anatomy.model import Anatomy
from models.training.anatomy.parts import DENSE, FACINGS, GLOBALS, GROUPS, INDEX, OFFSETS, PAIRS, SINGLES, SIZE, decode
from models.training.anatomy.score import compare, mirror_outputs, summary, to_photo
from models.training.anatomy.train import collate, train


def beast(x: float, y: float, left: bool, seed: int) -> Record:
    """An oval with a round head, a tail and two legs, on noise."""
    rng = np.random.default_rng(seed)
    image = rng.integers(90, 140, (160, 160, 3)).astype(np.uint8)
    mask = np.zeros((160, 160), np.uint8)
    s = -1 if left else 1
    head, rump = (x + s * 38, y - 14), (x - s * 30, y)
    tail = [[x - s * 30, y - 5], [x - s * 42, y - 14], [x - s * 50, y - 24]]
    legs = [[[x + s * d, y + 8], [x + s * d, y + 22], [x + s * d, y + 36]] for d in (20, -20)]
    for canvas, colours in ((image, [(200, 60, 60), (60, 60, 200), (60, 200, 60), (200, 200, 60)]), (mask, [1] * 4)):
        cv2.ellipse(canvas, (int(x), int(y)), (36, 17), 0, 0, 360, colours[0], -1)
        cv2.polylines(canvas, [np.int32(tail)], False, colours[2], 6)
        for leg in legs:
            cv2.line(canvas, *[tuple(int(v) for v in p) for p in (leg[0], leg[2])], colours[3], 7)
        cv2.circle(canvas, tuple(int(v) for v in head), 14, colours[1], -1)
    parts = {
        "head": [head[0] - 14, head[1] - 14, head[0] + 14, head[1] + 14], "neck": [[x + s * 30, y - 8], [x + s * 22, y - 4]],
        "ears": [], "trunk": None, "tail": tail, "front_legs": legs[:1], "back_legs": legs[1:], "wings": [],
        "torso": [[x + s * 22, y], list(rump)], "facing": "left" if left else "right", "sure": 1.0,
    }  # fmt: skip
    return Record(f"beast{seed}", image, mask, "dog", 0, parts)


@pytest.fixture(scope="module")
def beasts():
    return [beast(78 + i % 5, 80 - i % 3, i % 2 == 0, i) for i in range(8)]


def test_points_follow_the_picture(beasts):
    """The blue head stays under its point however the crop is turned, mirrored and shifted."""
    for angle, flip in ((0, False), (0.4, False), (-0.3, True)):
        m = crop_matrix(beasts[0].mask, 1.2, angle, flip, (0.03, -0.02))
        seen, cut, inside = look(beasts[0].image, beasts[0].mask, m)
        at, there, size, singles, pairs, facing = points_of(beasts[0].parts, m, flip, inside)
        x, y = at[INDEX["head"], 0].astype(int)
        assert seen[y, x, 2] > 150 > seen[y, x, 0]
        assert there[INDEX["tail_tip"], 0] == 1 and singles.tolist() == [1, 1, 0, 1, 1]
        assert pairs.tolist() == [0, 1, 1, 0]
        assert FACINGS[facing] == ("right" if flip else "left")


def test_points_outside_the_photo_are_not_visible(beasts):
    record = beasts[0]
    m = crop_matrix(record.mask, 1.2)
    inside = np.zeros((SIZE, SIZE), np.float32)
    inside[:, : SIZE // 2] = 1
    there = points_of(record.parts, m, False, inside)[1]
    assert there[INDEX["head"], 0] == 1 and there[INDEX["tail_root"], 0] == 0


def test_perfect_answers_decode_to_the_annotation(beasts):
    record = beasts[1]
    m = crop_matrix(record.mask, 1.2)
    seen, cut, inside = look(record.image, record.mask, m)
    row = example(record, seen, cut, inside, None, 0, m)
    at, there = torch.from_numpy(row["at"])[None], torch.from_numpy(row["there"])[None]
    heat = torch.log(target_maps(at, there)[0] + 1e-9).numpy()
    dense = np.zeros((DENSE, SIZE // 4, SIZE // 4), np.float32)
    dense[:2] = np.log(row["size"] / SIZE)[:, None, None]
    for i, (tip, part) in enumerate(OFFSETS):
        offset = (row["at"][INDEX[part], 0] - row["at"][INDEX[tip], 0]) / SIZE
        dense[2 + 2 * i : 4 + 2 * i] = offset[:, None, None]
    logits = np.full(GLOBALS, -5.0, np.float32)
    logits[: len(SINGLES)] = row["singles"] * 10 - 5
    for i, count in enumerate(row["pairs"]):
        logits[len(SINGLES) + 3 * i + count] = 5
    logits[len(SINGLES) + 3 * len(PAIRS) + row["facing"]] = 5
    result = summary([compare(to_photo(decode(heat, dense, logits), m), record)])
    assert result["head_iou"] > 0.85 and result["pck"] == 1 and result["reversal"] == 0
    assert decode(heat, dense, logits).facing == "right"


def test_mirrored_answers_mirror_back():
    torch.manual_seed(0)
    heat, dense, logits = torch.randn(1, 20, 48, 48), torch.randn(1, DENSE, 48, 48), torch.randn(1, GLOBALS)
    twice = mirror_outputs(*mirror_outputs(heat, dense, logits))
    for a, b in zip(twice, (heat, dense, logits), strict=True):
        assert torch.equal(a, b)
    once = mirror_outputs(heat, dense, logits)
    assert torch.equal(once[1][0, 2], -dense[0, 2].flip(-1)) and torch.equal(once[1][0, 3], dense[0, 3].flip(-1))


def test_unseen_parts_cost_nothing(beasts):
    """What the network answers for a part without annotation must not change the loss of points."""
    rng = np.random.default_rng(0)
    batch = collate([sample(r, rng, beasts) for r in beasts[:2]])
    heat, dense, logits = torch.zeros(2, 20, 48, 48), torch.zeros(2, DENSE, 48, 48), torch.zeros(2, GLOBALS)
    torch.manual_seed(0)
    before = losses(heat, dense, logits, batch)
    heat[:, INDEX["wing_tip"]] = torch.randn(2, 48, 48)
    torch.manual_seed(0)
    after = losses(heat, dense, logits, batch)
    assert before["heat"] == after["heat"]


def test_a_short_training_learns_and_resumes(beasts, tmp_path):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(1)
    fixed = collate([sample(r, rng, beasts) for r in beasts])
    config = Config(steps=24, batch=4, warmup=4, average=0.8, report=100, validate=12, extra=0.0, renders=0.4)
    model = Anatomy(Backbone())
    score = lambda net: sum(losses(*net(fixed["image"], fixed["hints"], fixed["one_hot"]), fixed).values()).item()  # noqa: E731
    with torch.no_grad():
        before = score(model.eval())
    train(model, beasts, [], {"beasts": beasts[:2]}, Config(**{**config.__dict__, "steps": 12}), tmp_path, 5)
    model = train(Anatomy(Backbone()), beasts, [], {"beasts": beasts[:2]}, config, tmp_path, 5, beasts[4:])
    assert torch.load(tmp_path / "last.pt", weights_only=False)["step"] == 24
    with torch.no_grad():
        assert score(model.eval()) < 0.9 * before


def test_split_is_fixed():
    names = [f"photo{i}.jpg" for i in range(1000)]
    assert 110 < sum(map(held_out, names)) < 190
    assert [held_out(n) for n in names[:3]] == [held_out(n) for n in names[:3]]
    assert len(GROUPS) == 9
