"""python -m models.training.motion.export --checkpoint last.pt --data DIR --weights DIR --fixtures DIR

Writes motion.onnx with motion.json (vocabularies, whitening, usual magnitudes), checks ONNX Runtime against PyTorch and
writes the fixtures that hold the TypeScript sampler, text encoder and kinematics to this code.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch

from ..data.prompts import ACTIONS
from ..data.records import DIRECTED, DIRECTIONS, FACINGS, GROUP_OF, KINDS
from .batch import Source
from .bones import COUNT, GROUPS, HEAD, PARENTS, SLOTS, S, from_record, kinematics
from .config import GAINS, SAMPLING
from .lattice import lattice_of
from .model import Config, Denoiser
from .sample import euler, unsaid
from .skin import decode, weights_of
from .text import encode
from .whitening import listed

INPUTS = ["noisy", "time", "slot", "geometry", "flags", "globals", "log_magnitude", "pieces"]


def load(path):
    """(EMA model in eval mode, whitening [actions, kinds, 29, 4], steps trained) of a checkpoint."""
    saved = torch.load(path, weights_only=False)
    model = Denoiser(Config(**saved["config"]))
    model.load_state_dict(saved["ema"])
    return model.eval(), saved["spread"], saved["step"]


def magnitudes_of(data):
    """Per action and kind, in sizes of the acting part: `usual` is the default, `least` and `most` (5th and 95th
    percentile) bound what the model has learned to be asked for."""
    table = {}
    for a, action in enumerate(ACTIONS):
        for i, kind in enumerate(KINDS):
            found = data["magnitude"][(data["action"] == a) & (data["kind"] == i)]
            if len(found) >= 5:
                least, median, most = np.quantile(found, (0.05, 0.5, 0.95))
                row = {"usual": GAINS.get(action, 1.0) * median, "least": least, "most": most}
                table.setdefault(action, {})[kind] = {k: round(float(v), 4) for k, v in row.items()}
    return table


def moving_channels(data, spread, least=0.17):
    """Channels that an action of a kind moves at all: their size over time exceeds 17 % of what whitens them there."""
    table = {}
    for a, action in enumerate(ACTIONS):
        for k, kind in enumerate(KINDS):
            rows = (data["action"] == a) & (data["kind"] == k)
            if rows.sum() < 5:
                continue
            pose, seen = data["pose"][rows].astype(np.float32), data["visible"][rows]
            power = (pose**2).mean(1).sum(0) / np.maximum(1, seen.sum(0))[:, None]
            moving = np.flatnonzero(np.sqrt(power).ravel() > least * spread[a, k].ravel())
            if kind == "bird" and GROUP_OF[action] == "head":
                # The flying rigs hover while they nod; a bird that stands must not flap for it.
                moving = moving[~np.isin(moving // 4, [S[n] for n in GROUPS["wings"]])]
            table.setdefault(action, {})[kind] = moving.tolist()
    return table


def cycles_of(data):
    """How often each action of each kind mostly repeats within a period."""
    table = {}
    for a, action in enumerate(ACTIONS):
        for k, kind in enumerate(KINDS):
            rows = (data["action"] == a) & (data["kind"] == k)
            if rows.any():
                table.setdefault(action, {})[kind] = int(np.bincount(data["cycles"][rows]).argmax())
    return table


def card_of(data, spread, steps):
    """What the product must know beside the weights: vocabularies, whitening, sizes and directions, for motion.json."""
    magnitudes = magnitudes_of(data)
    return {
        "model": f"flow-bones-3/{steps}",
        "actions": ACTIONS,
        "kinds": KINDS,
        "facings": FACINGS,
        "directions": DIRECTIONS,
        "spread": listed(spread, magnitudes),
        "sampling": SAMPLING,
        "moving": moving_channels(data, spread),
        "magnitudes": magnitudes,
        "cycles": cycles_of(data),
        "directed": DIRECTED,
    }


def write(model, spread, data_path, weights, fixtures, steps):
    """Exports everything; returns the largest difference between ONNX Runtime and PyTorch after all sampling steps."""
    weights, fixtures = Path(weights), Path(fixtures)
    weights.mkdir(parents=True, exist_ok=True)
    fixtures.mkdir(parents=True, exist_ok=True)
    source = Source(data_path, spread)
    batch = source.take(np.arange(2))
    order = [batch[k] for k in ("slot", "geometry", "flags", "globals", "magnitude", "pieces")]
    example = (batch["latent"], torch.tensor([0.1, 0.7]), *order)
    axes = {name: {0: "rows"} for name in INPUTS} | {n: {0: "rows", 1: "bones"} for n in ("noisy", "slot", "geometry", "flags")}
    path = weights / "motion.onnx"
    torch.onnx.export(model, example, path, input_names=INPUTS, output_names=["velocity"], opset_version=17,
                      dynamic_axes=axes | {"velocity": {0: "rows", 1: "bones"}}, dynamo=False)  # fmt: skip
    card = card_of(source.data, spread, steps)
    (weights / "motion.json").write_text(json.dumps(card) + "\n")

    one = {k: v[:1] for k, v in source.take(np.array([3])).items()}
    n = int(one["flags"][0, :, 0].sum())
    for k in ("latent", "slot", "geometry", "flags"):
        one[k] = one[k][:, :n]
    noise = torch.randn(one["latent"].shape, generator=torch.Generator().manual_seed(7))
    expected = euler(model, one, noise)
    session = onnxruntime.InferenceSession(str(path))
    found = _onnx_euler(session, one, noise)
    worst = float(np.abs(found - expected.numpy()).max())
    (fixtures / "sampler.json").write_text(json.dumps(_sampler_fixture(one, noise, expected)) + "\n")
    (fixtures / "text.json").write_text(json.dumps(_text_fixture()) + "\n")
    (fixtures / "bones.json").write_text(json.dumps(_bones_fixture(source)) + "\n")
    (fixtures / "skin.json").write_text(json.dumps(skin_fixture()) + "\n")
    return worst


def _onnx_euler(session, batch, noise):
    """The sampler of sample.py over the exported graph."""
    x, silent = noise.numpy() * SAMPLING["temperature"], unsaid(batch)
    keys = ("slot", "geometry", "flags", "globals", "magnitude", "pieces")
    for i in range(SAMPLING["steps"]):
        out = []
        for side in (batch, silent):
            values = [x, np.array([i / SAMPLING["steps"]], np.float32), *(side[k].numpy() for k in keys)]
            out.append(session.run(None, dict(zip(INPUTS, values)))[0])
        x = x + (out[1] + SAMPLING["guidance"] * (out[0] - out[1])) / SAMPLING["steps"]
    return x


def _sampler_fixture(one, noise, expected):
    rounded = lambda t: np.round(t.numpy().astype(float), 7).ravel().tolist()  # noqa: E731
    return {
        "slots": one["slot"][0].tolist(),
        "geometry": rounded(one["geometry"]),
        "flags": rounded(one["flags"]),
        "globals": one["globals"][0].tolist(),
        "log_magnitude": float(one["magnitude"][0, 0]),
        "pieces": one["pieces"][0].ravel().tolist(),
        "noise": rounded(noise),
        "expected": rounded(expected),
    }


def _text_fixture():
    prompts = ["the dog wags its tail", "A cat turns its head to the left", "nod", "hippopotamus, dance!"]
    return [{"prompt": p, "pieces": encode(p).ravel().tolist()} for p in prompts]


def _bones_fixture(source):
    d = source.data
    pose = torch.as_tensor(d["pose"][5, 6].astype(np.float64))[None, None]
    start, end = (torch.as_tensor(d[k][5].astype(np.float64))[None] for k in ("start", "end"))
    visible = torch.as_tensor(d["visible"][5])[None]
    linear, origin, pivot = kinematics(pose, start, end, visible)
    shift = origin[0, 0] - (linear[0, 0] @ pivot[0][..., None])[..., 0]
    maps = torch.cat([linear[0, 0].reshape(29, 4), shift], 1)
    return {
        "slots": SLOTS,
        "parents": PARENTS.tolist(),
        "pose": pose.ravel().tolist(),
        "start": start.ravel().tolist(),
        "end": end.ravel().tolist(),
        "visible": visible[0].tolist(),
        "maps": maps.ravel().tolist(),
    }


def skin_fixture():
    """A drawn dog [150, 210], its skeleton, one pose, and where every seventh node inside goes (pixels)."""
    record = {
        "kind": "animal", "head": [150, 22, 194, 58], "neck": [[160, 50], [146, 66]], "ears": [[160, 20], [184, 21]],
        "torso": [[140, 72], [64, 74]], "tail": [[54, 66], [38, 46], [26, 30]],
        "front_legs": [[[132, 88], [130, 112], [128, 140]], [[146, 84], [152, 110], [156, 140]]],
        "back_legs": [[[64, 88], [58, 112], [52, 140]], [[80, 92], [82, 112], [84, 140]]],
    }  # fmt: skip
    mask = np.zeros((150, 210), np.uint8)
    cv2.ellipse(mask, (105, 75), (55, 26), 0, 0, 360, 1, -1)
    cv2.ellipse(mask, (172, 40), (22, 19), 0, 0, 360, 1, -1)
    chains = [*record["front_legs"], *record["back_legs"], record["tail"], record["neck"]]
    for chain, width in zip(chains, (13, 13, 13, 13, 7, 22)):
        cv2.polylines(mask, [np.array(chain, np.int32)], False, 1, width)
    ys, xs = np.nonzero(mask)
    g = from_record(record, [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
    pose = 0.25 * np.sin(np.arange(COUNT * 4) * 1.7).reshape(1, COUNT, 4)
    pose[..., 1] *= 0.3
    pose[:, ~g.visible] = 0
    lattice = lattice_of(mask)
    moved = lattice.size * decode(pose, g, lattice.places(), weights_of(g, lattice))
    nodes = np.flatnonzero(lattice.inside)[::7]
    edges = np.flatnonzero(np.diff(mask.ravel(), prepend=0, append=0))
    return {
        "width": mask.shape[1], "height": mask.shape[0], "runs": edges.tolist(), "start": g.start.ravel().tolist(),
        "end": g.end.ravel().tolist(), "half": g.half[HEAD].tolist(), "visible": g.visible.tolist(),
        "centre": lattice.centre.tolist(), "size": lattice.size, "pose": pose.ravel().tolist(), "nodes": nodes.tolist(),
        "displacement": np.round(moved[0].reshape(-1, 2)[nodes], 5).ravel().tolist(),
    }  # fmt: skip


def main():
    """Command line entry; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="models.training.motion.export")
    for name in ("checkpoint", "data", "weights", "fixtures"):
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, spread, steps = load(args.checkpoint)
    worst = write(model, spread, Path(args.data) / "train.npz", args.weights, args.fixtures, steps)
    print(json.dumps({"steps": steps, "onnx_error": worst}))
    if worst > 1e-3:
        raise SystemExit("ONNX Runtime and PyTorch disagree")


if __name__ == "__main__":
    main()
