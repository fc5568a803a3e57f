"""Real clips to records, on clips made here: a textured square on a still, textured ground."""

import json
import sys

import cv2
import numpy as np
import pytest
import torch

from models.training.data import clips, records, rigs, video
from models.training.data.captions import Short, shorten
from models.training.data.prompts import PHRASES
from models.training.data.video import ClipError
from models.training.motion import latent
from models.training.motion.batch import Source
from models.training.motion.bones import ROOT
from models.training.motion.whitening import whitening

from . import tiny_rig

H, W, SIDE, STEPS = 180, 320, 60, 16
CAR = Short("car moves", "move", "car", "thing")


def texture(h, w, seed):
    """Smooth noise, grey levels 20..235."""
    noise = cv2.GaussianBlur(np.random.default_rng(seed).normal(size=(h, w)).astype(np.float32), (0, 0), 2.5)
    return (128 + 55 * noise / noise.std()).clip(20, 235).astype(np.uint8)


def scene(places, pan=None):
    """Frames [n, H, W] of a square whose upper left corner is at `places` [n, 2] (x, y), over ground moved by `pan` [n, 2]."""
    ground, square = texture(H + 80, W + 80, 1), texture(SIDE, SIDE, 2)
    out = []
    for i, (x, y) in enumerate(places):
        shift = np.float32([[1, 0, -40], [0, 1, -40]]) + (0 if pan is None else np.float32([[0, 0, pan[i][0]], [0, 0, pan[i][1]]]))
        frame = cv2.warpAffine(ground, shift, (W, H), flags=cv2.INTER_LINEAR)
        cover = cv2.warpAffine(np.full((SIDE, SIDE), 255, np.uint8), np.float32([[1, 0, x], [0, 1, y]]), (W, H))
        moved = cv2.warpAffine(square, np.float32([[1, 0, x], [0, 1, y]]), (W, H), borderMode=cv2.BORDER_REPLICATE)
        out.append(np.where(cover > 127, moved, frame))
    return np.stack(out)


def line(dx, dy=0.0, start=(80, 60)):
    """Places of a square that goes evenly by (dx, dy) px in all."""
    u = np.linspace(0, 1, STEPS + 1)[:, None]
    return np.array(start) + u * np.array([dx, dy])


def true_mask(place):
    mask = np.zeros((H, W), bool)
    x, y = np.round(place).astype(int)
    mask[y : y + SIDE, x : x + SIDE] = True
    return mask


def iou(a, b):
    return (a & b).sum() / (a | b).sum()


@pytest.fixture(scope="module")
def moved():
    """The motion of a square that goes 36 px to the right and 12 px down."""
    return video.motion(scene(line(36, 12)))


@pytest.fixture(scope="module")
def record(moved):
    return clips.record_of(moved, CAR, 1.6, "clip:square")


def test_masks_are_those_of_the_square(moved):
    places = line(36, 12)
    assert iou(moved.region, true_mask(places[0])) > 0.75
    assert iou(moved.seen, np.any([true_mask(p) for p in places], axis=0)) > 0.75
    assert moved.camera < 0.002


def test_the_translation_is_recovered_to_a_tenth(moved, record):
    end = moved.tracks[-1][moved.region & moved.valid[-1]].mean(0)
    assert np.allclose(end, [36, 12], atol=3.6)
    # The mask is the union over frames, so each of its places is passed over for a part of the time only.
    swept = np.any([true_mask(p) for p in line(36, 12)], axis=0).sum()
    assert abs(moved.speed / (np.hypot(36, 12) / STEPS * SIDE**2 / swept) - 1) < 0.1
    _, side = video.box_of(moved.region)
    assert abs(side / SIDE - 1) < 0.15
    # There and back again: key 8 is the end of the way.
    assert record["rigid"] and record["direction"] == "right" and record["cycles"] == 1
    assert np.allclose(record["pose"][8, ROOT, :2] * side, [36, 12], atol=3.6)
    assert np.abs(record["pose"][:, ROOT, 2:]).max() < 0.05 and np.abs(record["pose"][0]).max() < 1e-9
    far = record["flow"][8][record["mask"]].mean(0) * side
    assert np.allclose(far, [36, 12], atol=3.6)


def test_magnitude_is_what_the_bones_measure(record):
    tensor = lambda k: torch.as_tensor(np.asarray(record[k])[None], dtype=torch.float32)  # noqa: E731
    flags = lambda k: torch.as_tensor(record[k][None])  # noqa: E731
    bones = latent.magnitude(tensor("pose"), *map(tensor, ("start", "end", "half")), flags("visible"), flags("acting"), 1.0)
    assert abs(float(bones[0]) / record["magnitude"] - 1) < 0.1


def test_a_motion_that_comes_back_is_read_once():
    u = np.arange(STEPS + 1) / STEPS
    places = np.array([130, 60]) + np.stack([12 * np.sin(2 * np.pi * 2 * u), 0 * u], 1)
    record = clips.record_of(video.motion(scene(places)), CAR, 1.6, "clip:square")
    assert record["cycles"] == 2 and np.allclose(record["times"], np.arange(16) / 16)


def test_a_turn_and_a_zoom_become_root_channels():
    angle, scale = np.radians(20), 1.1
    points = np.random.default_rng(0).normal(size=(200, 2))
    matrix = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = points @ matrix.T + [0.1, -0.2]
    moved[:20] += 3  # a fifth may be anything
    found, _ = clips.similarity(points, moved)
    assert np.allclose(found, [0.1, -0.2, angle, np.log(scale)], atol=1e-6)


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        (lambda: scene(line(36), pan=line(20, start=(0, 0))), "camera moves"),
        (lambda: scene(line(0)), "nothing moves"),
        (lambda: scene(line(2)), "nothing moves"),
        (lambda: scene(line(170, start=(-SIDE, 60))), "not in the first frame|lost"),
        (lambda: np.concatenate([scene(line(20))[:8], 255 - scene(line(20))[8:]]), "cut"),
    ],
    ids=["pan", "still", "hardly", "enters", "cut"],
)
def test_clips_that_teach_nothing_are_rejected(frames, reason):
    with pytest.raises(ClipError, match=reason):
        video.motion(frames())


def test_two_things_are_not_one():
    one = scene(line(30))
    other = scene(line(-30, start=(230, 110)))
    both = np.where(np.arange(W) < 170, one, other)
    motion = video.motion(both)
    with pytest.raises(ClipError, match="several"):
        clips.record_of(motion, CAR, 1.6, "clip:two")


CAPTIONS = [
    ("A dog wags its tail", "dog wags its tail", "wag-tail"),
    ("A golden retriever happily wags its long fluffy tail in the garden", "golden retriever wags its tail", "wag-tail"),
    ("A dog sitting on the grass wagged its tail, then barked", "dog wags its tail", "wag-tail"),
    ("The puppy shakes its wet head", "puppy shakes its head", "shake-head"),
    ("Wet dog shaking in the garden", "dog shakes", "shake"),
    ("Horses galloping across a field at sunset", "horse gallops", "run"),
    ("Running horse in slow motion", "horse runs", "run"),
    ("Herd of elephants walking across the savannah", "elephant walks", "walk"),
    ("A woman in a red dress waves her hand and smiles", "woman waves her hand", "wave"),
    ("Two people dancing at a party, neon lights", "person dances", "dance"),
    ("A young man nods while listening to music", "man nods", "nod"),
    ("A cat looks at the camera and turns its head", "cat turns its head", "turn-head"),
    ("An owl slowly rotates its head", "owl rotates its head", "turn-head"),
    ("A man eats an apple at the table", "man eats", "eat"),
    ("Geese are swimming on the lake", "goose swims", "swim"),
    ("A boy starts to run", "boy runs", "run"),
    ("White swan flapping its huge wings on the water", "swan flaps its wings", "flap-wings"),
    ("A white car moves slowly across the car park", "car moves slowly across", "drift"),
    ("An orange cat stretches its legs", "cat stretches", "stretch"),
    ("Hot air balloon... a little girl lies down in the grass", "girl lies down", "lie-down"),
    ("yes", None, "no action"),
    ("bottle detection", None, "no action"),
    ("A dog sitting on the grass", None, "no action"),
    ("A chef cooks in a kitchen", None, "no action"),
    ("A child on a swing", None, "no action"),
    ("A cat not moving on a sofa", None, "no action"),
    ("Ocean waves on the beach", None, "no object"),
    ("eat", None, "no object"),
    ("A girl waves a flag", None, "something else"),
    ("Woman walking dog", None, "something else"),
    ("A woman stirs soup in a pot", None, "something else"),
    ("A man and a woman dance", None, "several"),
    ("Camera pans over a man walking", None, "camera"),
    ("Drone footage, aerial view of horses running", None, "camera"),
]


@pytest.mark.parametrize(("caption", "prompt", "action"), CAPTIONS)
def test_captions_become_verb_and_object(caption, prompt, action):
    if prompt is None:
        with pytest.raises(ClipError, match=action):
            shorten(caption)
    else:
        short = shorten(caption)
        assert (short.prompt, short.action) == (prompt, action)


def test_our_own_phrasings_are_understood():
    """What prompts.py makes up leads back to its action; the first phrasing of each action is always a sentence."""
    sentences = [(action, p) for action, phrases in PHRASES.items() for p in phrases if p.startswith("{n} ")]
    found = {}
    for _, phrase in sentences:
        try:
            found[phrase] = shorten(phrase.format(n="the dog", p="its")).action
        except ClipError:
            found[phrase] = None
    assert all(found[phrases[0]] == action for action, phrases in PHRASES.items())
    assert {a for a, p in sentences if found[p] not in (a, None)} == set()
    assert sum(found[p] == a for a, p in sentences) > 0.95 * len(sentences)


def test_clips_and_rigs_are_read_by_one_loader(record, tmp_path):
    (tmp_path / "rigs").mkdir()
    tiny_rig.write(tmp_path / "rigs" / "Stick.glb")
    own = list(records.build(rigs.load_all(tmp_path / "rigs"), [], 12, np.random.default_rng(0)))
    rig_shard = records.pack(own)
    cat = clips.record_of(video.motion(scene(line(36))), Short("cat drifts", "drift", "cat", "animal"), 1.6, "clip:cat")
    clip_shard = clips.pack([cat, record, cat | {"rigid": False}])
    assert clip_shard["flow"].shape == (3, 16, 32, 32, 2) and clip_shard["flow"].dtype == np.float16
    assert clip_shard["mask"].shape == (3, 32, 32) and clip_shard["valid"].shape == (3, 16, 32, 32)
    assert [clips.KINDS[k] for k in clip_shard["kind"]] == ["animal", "thing", "animal"]
    whole = clips.whole_body(clip_shard)
    assert set(whole) == set(rig_shard) == set(clips.SHARED) and len(whole["action"]) == 2
    assert all(whole[k].shape[1:] == rig_shard[k].shape[1:] and whole[k].dtype.kind == rig_shard[k].dtype.kind for k in whole)
    np.savez(tmp_path / "both.npz", **{k: np.concatenate([rig_shard[k], whole[k]]) for k in whole})
    both = np.load(tmp_path / "both.npz")
    spread = whitening(both["pose"], both["visible"], both["action"], both["kind"])
    assert spread.shape[1:] == (4, 29, 4)  # things without anatomy are a fourth kind
    source = Source(tmp_path / "both.npz", spread)
    batch = source.take(np.array([0, 12]))
    assert batch["flags"][1, :, 0].sum() == 1 and batch["flags"][0, :, 0].sum() > 1
    assert float(batch["latent"][1, 0].abs().max()) > 0.3


def test_the_command_reads_videos_and_folders(tmp_path, monkeypatch):
    source, out = tmp_path / "clips", tmp_path / "out"
    folder = source / "dog-drifts"
    folder.mkdir(parents=True)
    for i, frame in enumerate(scene(line(36))):
        cv2.imwrite(str(folder / f"{i:03}.png"), frame)
    writer = cv2.VideoWriter(str(source / "mpeg.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 15, (2 * W, 2 * H))
    for frame in scene(line(0, 30)):
        writer.write(cv2.cvtColor(cv2.resize(frame, (2 * W, 2 * H)), cv2.COLOR_GRAY2BGR))
    writer.release()
    (source / "broken.mp4").write_bytes(b"not a video")
    (source / "cat-walks").mkdir()
    (source / "cat-walks" / "0.png").write_bytes(b"not a picture")
    lines = [{"clip": "mpeg.avi", "caption": "A red car moves"}, {"clip": "broken.mp4", "caption": "A bird flies"}]
    (tmp_path / "captions.jsonl").write_text("\n".join(map(json.dumps, lines)))
    arguments = ["clips", "--clips", str(source), "--captions", str(tmp_path / "captions.jsonl"), "--out", str(out), "--sheets"]
    monkeypatch.setattr(sys, "argv", arguments)
    clips.main()
    shard = np.load(out / "clips.npz")
    assert list(shard["prompt"]) == ["dog drifts", "car moves"]
    assert [records.DIRECTIONS[d] for d in shard["direction"]] == ["right", "down"]
    card = json.loads((out / "card.json").read_text())
    assert card["records"] == 2 and card["rejected"] == {"not a video": 1, "a frame cannot be read": 1}
    assert cv2.imread(str(out / "mpeg.avi#0.png")) is not None
