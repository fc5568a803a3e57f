"""The denoiser as the product runs it: from skeletons and words to poses, with the committed ONNX or a checkpoint."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from ..data import records
from ..data.prompts import DIRECTION, NOUNS, PHRASES
from .batch import Source
from .bones import COUNT
from .export import INPUTS, card_of, load
from .latent import KEYS
from .sample import euler, poses
from .whitening import unlisted

WEIGHTS = Path(__file__).resolve().parents[2] / "weights"
CHUNK = 64


class Sampler:
    """`model(*inputs)` is Denoiser.forward; `card` is motion.json."""

    def __init__(self, model, card, name, guidance):
        self.model, self.card, self.name = model, card, name
        self.guidance = guidance if guidance is not None else card["sampling"]["guidance"]
        self.spread = unlisted(card["spread"])

    def size(self, action, kind, which="usual"):
        """Usual, least or most size of an action in sizes of its part; None for one that this kind of thing never does."""
        return self.card["magnitudes"].get(action, {}).get(kind, {}).get(which)

    def cycles(self, action, kind):
        """How often an action of a kind mostly repeats within a period: others the model has not learned to be asked for."""
        return self.card["cycles"][action][kind]

    def sample(self, rows, seed):
        """Poses [n, 16, 29, 4] for records without motion (`request`), one a row.

        Beyond what the model has learned to be asked for, it is asked for the most and the motion is made larger.
        """
        out = []
        for i in range(0, len(rows), CHUNK):
            some = rows[i : i + CHUNK]
            limits = [self.size(r["action"], r["kind"], "most") for r in some]
            asked = [min(r["magnitude"], most) for r, most in zip(some, limits)]
            packed = records.pack([r | {"magnitude": m} for r, m in zip(some, asked)])
            batch = Source(packed, self.spread).take(np.arange(len(some)))
            generator = torch.Generator().manual_seed(seed + i)
            noise = torch.randn(batch["latent"].shape, generator=generator)
            found = poses(euler(self.model, batch, noise, guidance=self.guidance), batch).numpy()
            for row, pose, said in zip(some, found, asked):
                kept = np.zeros(COUNT * 4, bool)
                kept[self.card["moving"][row["action"]][row["kind"]]] = True
                out.append(pose * kept.reshape(COUNT, 4) * (row["magnitude"] / said))
        return np.array(out)


def request(g, action, direction, amount, cycles=1):
    """A record that asks for an action `amount` large on the skeleton `g`, with the prompt that the product would write."""
    row = records.row(g, np.zeros((KEYS, COUNT, 4)), action, direction, cycles, "request")
    words = PHRASES[action][0].format(n=NOUNS[g.kind][0], p="its") + DIRECTION.get(direction, "")
    return row | {"magnitude": amount, "prompt": words}


def open_sampler(checkpoint=None, data=None, guidance=None):
    """The committed weights on one thread, or a checkpoint of train.py with its training records (train.npz)."""
    if checkpoint:
        model, spread, steps = load(checkpoint)
        with np.load(data) as stored:
            card = card_of({k: stored[k] for k in ("pose", "visible", "action", "kind", "magnitude", "cycles")}, spread, steps)
        return Sampler(model, card, f"checkpoint/{steps}", guidance)
    card = json.loads((WEIGHTS / "motion.json").read_text())
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(WEIGHTS / "motion.onnx", options, providers=["CPUExecutionProvider"])

    def model(*inputs):
        return torch.from_numpy(session.run(None, {n: v.numpy() for n, v in zip(INPUTS, inputs)})[0])

    return Sampler(model, card, card["model"], guidance)
