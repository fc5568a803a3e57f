"""Click to mask: simulated clicks, prompts, the network at any size, a short training on drawn photos, and the export."""

import json

import cv2
import numpy as np
import onnxruntime
import pytest
import torch

from models.training.masks import clicks, config, data, evaluate, export, prompts, rank, stuff, train
from models.training.masks.decoder import Decoder
from models.training.masks.encoder import Attention, Encoder
from models.training.masks.model import MaskNet, load


def disc(height, width, x, y, r):
    ys, xs = np.mgrid[:height, :width]
    return (xs - x) ** 2 + (ys - y) ** 2 <= r * r


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Drawn photos in the three folders' shapes: bright discs on dark noise, two to a photo."""
    root, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(0)
    names = {"feral_cats": [], "coco_open": [], "caltech_animals": []}
    for place in names:
        for sub in ("images", "masks"):
            (root / place / sub).mkdir(parents=True)
        for i in range(6):
            image = rng.integers(20, 70, (72, 96, 3)).astype(np.uint8)
            index = np.zeros((72, 96), np.uint8)
            for k, x in enumerate((26, 68)):
                at = disc(72, 96, x, rng.integers(28, 44), rng.integers(12, 19))
                image[at] = (200, 60 + 90 * k, 40)
                index[at] = k + 1
            stem = f"elephant_{i}" if place == "caltech_animals" else f"p{i}"
            cv2.imwrite(str(root / place / "images" / f"{stem}.jpg"), image[..., ::-1])
            cv2.imwrite(str(root / place / "masks" / f"{stem}.png"), index)
            names[place].append(stem)
    things = [{"index": 1, "category": "dog"}, {"index": 2, "category": "kite"}]
    listed = [{"name": n, "instances": things} for n in names["coco_open"]]
    (root / "coco_open" / "instances.json").write_text(json.dumps(listed))
    return root


def test_every_photo_is_on_one_side_of_the_split(folder):
    sides = [{p.name for p in data.photos(folder, held, 96)} for held in (False, True)]
    assert not sides[0] & sides[1] and len(sides[0] | sides[1]) == 18
    photo = next(p for p in data.photos(folder, False, 96) if p.name.startswith("coco"))
    assert [category for _, category, _ in photo.masks()] == ["dog", "kite"]
    whole = next(p for p in data.photos(folder, False, 96) if p.name.startswith("caltech"))
    assert [(category, bool(mask[36, 26] and mask[36, 68])) for _, category, mask in whole.masks()] == [("elephant", True)]


def test_clicks_are_where_people_would_click():
    mask, rng = disc(60, 80, 30, 25, 12), np.random.default_rng(0)
    assert np.hypot(*np.subtract(clicks.deepest(mask), (30, 25))) < 2
    for _ in range(20):
        x, y = clicks.somewhere(mask, rng)
        assert mask[int(y), int(x)]
    left = mask.copy()
    left[:, 30:] = False
    (x, y), positive = clicks.correction(left, mask)
    assert positive and x > 30 and mask[int(y), int(x)]
    (x, y), positive = clicks.correction(mask, left)
    assert not positive and x > 30
    assert clicks.correction(mask, mask) is None


def test_prompts_are_places_in_the_window():
    window = prompts.window_of((40, 20, 80, 60), 200, 100, 0.5)
    assert window == (20, 0, 100, 80)
    size = prompts.seen_size(80, 80, 64)
    assert size == (64, 64)
    points, labels = prompts.prompt([((59.5, 39.5), True), ((20, 0), False)], (40, 20, 80, 60), window, size)
    assert labels.tolist() == [1, 0, 2, 3] and np.allclose(points[0], 0.5)
    assert np.allclose(points[2:], [[0.25, 0.25], [0.75, 0.75]])
    alone = prompts.prompt([((59.5, 39.5), True)], None, window, size)
    stacked, kinds = prompts.stack([(points, labels), alone])
    assert stacked.shape == (2, 4, 2) and kinds[1].tolist() == [1, -1, -1, -1]
    mask = disc(100, 200, 60, 40, 20)
    assert abs(prompts.place(mask, window, size).mean().item() - mask.sum() / 6400) < 0.02


def test_hints_hold_the_click_and_come_in_the_order_of_the_service():
    around, small, beside, same = (0, 0, 60, 60, 0.5), (10, 10, 30, 30, 0.4), (40, 0, 60, 20, 0.9), (1, 1, 61, 60, 0.3)
    found = rank.hints([around, small, beside, same], (20, 20))
    assert found == [(small[:4], 0.4), (around[:4], 0.5)]
    assert rank.hints([beside], (39.3, 10)) and not rank.hints([beside], (39, 10))


def test_the_size_of_a_thing_is_read_where_the_click_is():
    sizes = [[0.1, 0, 1, 0.5], [], [0.2, 0, 1, 0.5], [0.3, 0, 1, 0.5]]
    assert rank.size_at(sizes, (49, 0), 100, 60) == [(10, 0, 100, 30)] and rank.size_at(sizes, (50, 0), 100, 60) == []
    assert [rank.size_at(sizes, at, 100, 60)[0][0] for at in ((20, 30), (99, 59))] == [20, 30]


def test_answers_are_described_by_the_piece_that_was_clicked():
    logits = np.full((3, 40, 60), -2.0, np.float32)
    logits[:2, 10:20, 10:30] = 2.0
    logits[1, 10:20, 40:50] = 2.0  # another piece
    logits[2, 30:35, 40:50] = 0.5
    boxes, scores = [(10 / 60, 10 / 40, 30 / 60, 20 / 40)], [0.7]
    masks, described = rank.describe(logits, [0.9, 0.8, 0.7], [(12, 15)], boxes, scores)
    rows = [dict(zip(rank.FEATURES, row)) for row in described]
    assert masks.sum((1, 2)).tolist() == [200, 200, 0]
    assert np.allclose([rows[0][k] for k in ("fit", "stable", "inside", "size", "full", "detected")],
                       [0.9, 1, 0.4, np.log(1 / 12 + 1e-4), 1, 0.7])  # fmt: skip
    assert np.allclose([rows[0]["agreed"], rows[2]["agreed"]], [2 / 3, 0]) and rows[0]["central"] < 0.7
    assert rows[2]["stable"] == 0 and rows[2]["central"] == rows[2]["detected"] == 0
    middle = rank.describe(logits, [0.9, 0.8, 0.7], [(20, 15)], boxes, scores)[1]
    assert middle[0][rank.FEATURES.index("central")] > 0.99


def test_the_ranker_learns_what_fits_where_the_expected_fit_lies():
    rng = np.random.default_rng(0)

    def row():
        described = rng.uniform(0, 1, (rng.integers(1, 5), len(rank.FEATURES))).astype(np.float32)
        true = described[:, rank.FEATURES.index("central")]
        return described, (0.2 + 0.6 * true).astype(np.float32)

    held = [row() for _ in range(200)]
    means = rank.means(rank.fit([row() for _ in range(300)]), held)
    assert means["count"] == 200 and means["ranked"] > means["free"] + 0.05 and means["ranked"] > means["best"] - 0.02


def test_windows_of_any_shape_are_seen():
    encoder, decoder = Encoder().eval(), Decoder().eval()
    with torch.no_grad():
        embedding, fine = encoder(torch.zeros(1, 3, 48, 80))
        logits, fit = decoder(embedding, torch.rand(3, 2, 2), torch.tensor([[1, -1]] * 3))
    assert embedding.shape == (1, 256, 3, 5) and fine.shape == (1, 64, 12, 20)
    assert logits.shape == (3, 1, 12, 20) and fit.shape == (3, 1)


def test_padding_is_no_more_than_zeros_that_are_normalised():
    """What Attention leaves out of its products, done the long way."""
    torch.manual_seed(0)
    attention = Attention(8, 2, 4)
    for weight in attention.parameters():
        torch.nn.init.normal_(weight)
    x = torch.randn(1, 5, 6, 8)
    long = torch.nn.functional.pad(x, (0, 0, 0, 2, 0, 3)).view(1, 2, 4, 2, 4, 8).transpose(2, 3).reshape(4, 16, 8)
    q, k, v = attention.qkv(attention.norm(long)).view(4, 16, 2, 12).transpose(1, 2).chunk(3, -1)
    seen = (q / 2 @ k.transpose(-2, -1) + attention.bias[:, attention.offset]).softmax(-1) @ v
    seen = attention.proj(seen.transpose(1, 2).reshape(1, 2, 2, 4, 4, 8).transpose(2, 3).reshape(1, 8, 8, 8))
    assert torch.allclose(attention(x), seen[:, :5, :6], atol=1e-4)


def test_prompts_of_one_window_do_not_know_of_each_other():
    torch.manual_seed(0)
    decoder = Decoder().eval()
    torch.nn.init.normal_(decoder.frequencies)
    points, labels = torch.rand(3, 3, 2), torch.tensor([[1, 2, 3], [1, 0, -1], [1, -1, -1]])
    embedding = torch.randn(1, 256, 3, 5)
    with torch.no_grad():
        together = decoder(embedding, points, labels)[0]
        alone = [decoder(embedding, points[i : i + 1], labels[i : i + 1])[0][0] for i in range(3)]
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(together, alone))
    assert not torch.allclose(together[0], together[1], atol=1e-3)


def test_training_learns_resumes_and_exports(folder, tmp_path, monkeypatch, capsys):
    """From random weights, as the tests have no package: nothing but the loss and the resumption is judged."""

    def begin(package):
        torch.manual_seed(0)
        net = MaskNet()
        for p in net.parameters():
            if p.ndim > 1:
                torch.nn.init.normal_(p, std=0.05)
        torch.nn.init.normal_(net.decoder.frequencies)
        return net.encoder, net.decoder

    monkeypatch.setattr(train, "open_pretrained", begin)
    monkeypatch.setattr(train, "Config", lambda: config.Config(longest=64, photos=4, targets=2, rate=2e-3, corrected=0.2, warmup=2))
    out = tmp_path / "run"
    arguments = ["--photos", str(folder), "--package", "none", "--out", str(out)]
    train.main([*arguments, "--minutes", "0.25"])
    first = torch.load(out / "last.pt", weights_only=False)
    train.main([*arguments, "--minutes", "0.7", "--slim", str(tmp_path / "slim.pt")])
    again = torch.load(out / "last.pt", weights_only=False)
    assert 0 < first["step"] < again["step"] and again["spent"] > first["spent"]

    photo = next(p for p in data.photos(folder, False, 96) if p.name.startswith("coco"))
    mask = photo.index == 1
    window, size = (0, 0, 96, 72), prompts.seen_size(96, 72, 64)
    seen = prompts.see(photo.image, window, 64)
    asked = prompts.stack([prompts.prompt([(clicks.deepest(mask), True)], clicks.box_of(mask), window, size)])
    net, fresh = load(tmp_path / "slim.pt"), MaskNet()
    fresh.encoder, fresh.decoder = begin(None)

    def loss(net):
        with torch.no_grad():
            embedding, fine = net.encoder(seen)
            logits, fit = net.answer(seen, embedding, fine, *asked)
            return train.loss_of(logits, fit, prompts.place(mask, window, size)[None])[0].item()

    assert loss(net) < 0.9 * loss(fresh)
    evaluate.main(["--photos", str(folder), "--checkpoint", str(out / "last.pt"), "--json"])
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    held = [p for p in data.photos(folder, True, 96)]
    assert found["all"]["count"] == sum(len(p.things) for p in held)
    assert all(0 <= found["all"][key] <= 1 for key in ("click", "boxed", "corrected"))

    boxes = [[0.2, 0.3, 0.4, 0.7, 0.5], [0.1, 0.1, 0.9, 0.9, 0.3]]
    detected = {"boxes": boxes, "sizes": [box[:4] for box in 2 * boxes]}
    seen_by_service = {p.name: detected for side in (False, True) for p in data.photos(folder, side, 96)}
    (tmp_path / "detections.json").write_text(json.dumps(seen_by_service))
    files = ["--detections", str(tmp_path / "detections.json"), "--checkpoint", str(tmp_path / "slim.pt")]
    rank.main(["--photos", str(folder), *files, "--out", str(tmp_path / "rank.pt")])
    training, tested = (json.loads(line.split(" ", 1)[1]) for line in capsys.readouterr().out.splitlines()[-2:])
    things = sum(len(p.things) for side in (False, True) for p in data.photos(folder, side, 96))
    assert things < training["count"] + tested["count"] <= 2 * things  # in the whole photo, and near what a hint is around
    assert 0 <= tested["ranked"] <= tested["best"] <= 1
    ranker = rank.Ranker().eval()
    ranker.load_state_dict(torch.load(tmp_path / "rank.pt"))

    namer = export.rounded(stuff.Stuff().eval())
    export.to_onnx(export.rounded(net), ranker, namer, tmp_path)
    names = (export.ENCODER, export.DECODER, export.SHARPEN, export.RANK, export.STUFF)
    assert sum((tmp_path / n).stat().st_size for n in names) < 15e6
    encoder, decoder, sharpen, ranks, names_stuff = (onnxruntime.InferenceSession(str(tmp_path / n)) for n in names)
    found = encoder.run(None, {"photo": seen.numpy()})
    described = np.random.default_rng(0).uniform(0, 1, (5, len(rank.FEATURES))).astype(np.float32)
    with torch.no_grad():
        expected = net.encoder(seen)
        answer = net.answer(seen, *expected, *asked)
        fits = ranker(torch.from_numpy(described))
        shares = namer(seen, expected[0])
    assert np.abs(names_stuff.run(None, {"photo": seen.numpy(), "embedding": found[0]})[0] - shares.numpy()).max() < 1e-3
    assert all(np.abs(a - b.numpy()).max() < 1e-3 for a, b in zip(found, expected))
    points, labels = (t.numpy() for t in asked)
    drafts, fit = decoder.run(None, {"embedding": found[0], "points": points, "labels": labels})
    (sharp,) = sharpen.run(None, {"photo": seen.numpy(), "fine": found[1], "draft": drafts[:1]})
    assert np.abs(fit - answer[1].numpy()).max() < 1e-3 and np.abs(sharp - answer[0][:1].numpy()).max() < 1e-3
    assert np.abs(ranks.run(None, {"described": described})[0] - fits.numpy()).max() < 1e-3


def test_stuff_is_told_by_its_colour_and_place(folder, tmp_path, capsys, monkeypatch):
    """Cells of drawn regions: blue above, green below, noise between."""
    rng, model = np.random.default_rng(0), stuff.Stuff(4)
    rows = []
    for k, colour in enumerate(((90, 90, 90), (80, 120, 250), (20, 60, 90), (60, 180, 40), (20, 70, 20), (240, 240, 250))):
        photo = torch.from_numpy(rng.normal(0, 12, (1, 3, 96, 128)) + np.reshape(colour, (1, 3, 1, 1))).float()
        with torch.no_grad():
            described = model.described(photo, torch.zeros(1, 4, 6, 8))
        assert described.shape == (1, 4 + 2 * stuff.LOCAL + 2, 6, 8) and torch.isfinite(described).all()
        rows.append((described[0].flatten(1).T.numpy(), np.full(48, k), np.full(48, 48**-0.5)))
    described, kinds, weight = (np.concatenate(column) for column in zip(*rows))
    monkeypatch.setattr(stuff, "EPOCHS", 200)
    fitted = stuff.fit(described, kinds, weight, embedding=4)
    monkeypatch.setattr(stuff, "EPOCHS", 2)
    told = stuff.figures(stuff.found(fitted, (described, kinds, weight, kinds)))
    assert all(figure["recall"] > 0.9 for figure in told.values())

    labels = "".join(f"{p.name} {'s' * stuff.MOST}\n" for p in list(data.photos(folder, False, 96))[:6])
    monkeypatch.setattr(stuff, "LABELS", tmp_path / "stuff.txt")
    stuff.LABELS.write_text(labels)
    torch.save({"average": MaskNet().state_dict()}, tmp_path / "fresh.pt")
    stuff.main(["--photos", str(folder), "--checkpoint", str(tmp_path / "fresh.pt"), "--out", str(tmp_path / "stuff.pt")])
    assert set(json.loads(capsys.readouterr().out)) == set(stuff.CLASSES.values())
    stuff.Stuff().load_state_dict(torch.load(tmp_path / "stuff.pt"))
