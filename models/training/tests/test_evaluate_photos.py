"""evaluate_photos on a photo drawn here, with the committed network; Node is not needed."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.training import evaluate_photos
from models.training.anatomy import product
from models.training.anatomy.data import held_out
from models.training.anatomy.parts import FACINGS, KINDS, PAIRS, SINGLES, SIZE, STRIDE
from models.training.anatomy.score import inner_point, summary
from models.training.tests.test_anatomy import beast

ROOT = Path(__file__).resolve().parents[3]
INDEX = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two beasts, the second held out of training, and lines that cannot be used."""
    root = tmp_path_factory.mktemp("photos")
    (root / "images").mkdir()
    (root / "masks").mkdir()
    names = [f"images/{i}.png" for i in range(100)]
    chosen = [next(n for n in names if not held_out(n)), next(n for n in names if held_out(n))]
    lines = []
    for i, name in enumerate(chosen):
        record = beast(80, 80, i == 0, i)
        cv2.imwrite(str(root / name), record.image[..., ::-1])
        cv2.imwrite(str(root / name.replace("images", "masks")), record.mask * INDEX)
        lines.append(record.parts | {"photo": name, "category": "dog", "index": INDEX, "size": [160, 160]})
    good = lines[0]
    lines += [
        good | {"photo": "images/nowhere.png"},
        {key: value for key, value in good.items() if key != "torso"} | {"photo": "no torso"},
        good | {"sure": 0.2},
        good | {"index": INDEX + 1},
        good | {"tail": [[1, 2], [3, 4]]},
        good | {"size": [100, 100]},
    ]
    (root / "parts.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return root


def measure(capsys, folder, *more) -> dict:
    arguments = ["--parts", str(folder / "parts.jsonl"), "--root", str(folder), "--no-seeing", "--json", *more]
    assert evaluate_photos.main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    return json.loads(lines[0])


@pytest.mark.parametrize("how", [["-m", "models.training.evaluate_photos"], ["models/training/evaluate_photos.py"]])
def test_runs_as_module_and_as_file(folder, how):
    arguments = ["--parts", str(folder / "parts.jsonl"), "--root", str(folder), "--no-seeing", "--json"]
    done = subprocess.run([sys.executable, *how, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["count"] == 2


def test_figures_and_reasons(folder, capsys, tmp_path):
    found = measure(capsys, folder, "--sheets", str(tmp_path))
    assert 0 <= found["head_iou"] <= 1 and 0 <= found["pck"] <= 1 and 0 <= found["reversal"] <= 1
    assert found["count"] == 2 and "masked_pck" not in found and "mask_iou" not in found
    reasons = [line["reason"] for line in found["skipped"]]
    expected = ["cannot be read", "no field torso", "unsure", "no pixel of that index", "tail has the shape", "size"]
    assert len(reasons) == len(expected)
    assert all(word in reason for word, reason in zip(expected, reasons, strict=True))
    assert cv2.imread(str(tmp_path / "true/sheet0.png")) is not None


def test_held_out_photos_alone(folder, capsys):
    found = measure(capsys, folder, "--held-out")
    assert found["count"] == 1 and all(held_out(line["photo"]) for line in found["skipped"])


def test_what_is_no_annotation_is_an_error(folder, capsys, tmp_path):
    broken = tmp_path / "parts.jsonl"
    broken.write_text('{"photo": \n')
    assert evaluate_photos.main(["--parts", str(broken), "--root", str(folder), "--no-seeing"]) == 2
    assert "line 1" in capsys.readouterr().err


def test_a_mirrored_photo_gives_the_mirrored_skeleton():
    """Because the answers to a photo and to its mirror image are averaged."""
    record, network = beast(80, 80, True, 0), product.open_network()
    x, y = inner_point(record.mask)
    there = product.find(network, record.image, record.mask, (x, y), 2)
    image, mask = np.ascontiguousarray(record.image[:, ::-1]), np.ascontiguousarray(record.mask[:, ::-1])
    mirrored = product.find(network, image, mask, (160 - x, y), 2)
    assert np.allclose(mirrored.torso, [[160 - px, py] for px, py in there.torso], atol=0.5)


@pytest.mark.parametrize(("share", "margin"), [((0.6, 0.9, 0.9), 1.2), ((0.1, 0.4, 0.5), 1.5), ((0.2, 0.1, 0.5), 1.9)])
def test_who_is_unsure_of_the_head_looks_again_in_wider_windows(share, margin):
    """As readBest does: the network answers a head at the crop's centre, more or less surely in each window."""
    record = beast(80, 80, True, 0)
    asked = []

    def network(image, hints, word):
        sure = share[max(0, len(asked) - 1)]  # the first window is also asked for its mirror image
        asked.append(sure)
        cells = SIZE // STRIDE
        heat = np.zeros((1, 20, cells, cells), np.float32)
        heat[:, 0] = np.log((1 - sure) / (cells * cells - 2))
        heat[:, 0, cells // 2, cells // 2 - 1 : cells // 2 + 1] = np.log(sure / 2)
        dense = np.zeros((1, 12, cells, cells), np.float32)
        logits = np.full((1, len(SINGLES) + 3 * len(PAIRS) + len(FACINGS) + len(KINDS)), -9, np.float32)
        logits[0, 0] = 9
        logits[0, len(SINGLES) : len(SINGLES) + 3 * len(PAIRS) : 3] = 9
        return [heat, dense, logits]

    s = product.find(network, record.image, record.mask, inner_point(record.mask), 2)
    ys, xs = np.where(record.mask)
    longest = max(xs.max() - xs.min(), ys.max() - ys.min()) + 1
    # dense 0: the head is as large as the crop.
    assert s.head[2] - s.head[0] == pytest.approx(margin * longest, rel=1e-3)
    assert len(asked) == (2 if margin == 1.2 else 4)


def test_nothing_to_compare_is_no_figure():
    assert summary([]) == {"head_iou": None, "pck": None, "reversal": None, "score": None, "seen_wrongly": {}}
