"""The exported network back as PyTorch weights, to train on from: checkpoints are not kept in the repository."""

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

from .model import Anatomy


def from_onnx(path: Path) -> Anatomy:
    """The network that export.py wrote: its initialisers keep the parameters' names, with `_half` where stored as float16.

    Raises ValueError where a parameter is missing, or one is left over.
    """
    stored = {t.name.removesuffix("_half"): numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer}
    model = Anatomy()
    wanted = model.state_dict()
    if odd := sorted(stored.keys() ^ wanted.keys()):
        raise ValueError(f"{path}: parameters that do not match: {', '.join(odd[:5])}")
    model.load_state_dict({name: torch.from_numpy(values.copy()).float() for name, values in stored.items()})
    return model
