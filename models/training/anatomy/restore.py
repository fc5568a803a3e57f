"""The exported network back as PyTorch weights, to train on from: checkpoints are not kept in the repository.

    python -m models.training.anatomy.restore --old models/weights/anatomy.onnx --new best.pt --share 0.8 --out blended.pt

blends the weights before and after fine-tuning: the mean keeps what the new data would have made it forget (Wortsman et al.,
"Robust fine-tuning of zero-shot models", CVPR 2022).
"""

import argparse
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

from ..masks.export import rounded
from ..masks.model import load
from .model import Anatomy

MASKS = Path(__file__).parents[1] / "masks/checkpoint.pt"


def from_onnx(path: Path) -> Anatomy:
    """The network that export.py wrote: its initialisers keep the parameters' names, with `_half` where stored as float16.

    Raises ValueError where a parameter is missing, or one is left over.
    """
    stored = {t.name.removesuffix("_half"): numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer}
    model = sighted(Anatomy())
    own = {name for name in model.state_dict() if not name.startswith("eye.")}
    if odd := sorted(stored.keys() ^ own):
        raise ValueError(f"{path}: parameters that do not match: {', '.join(odd[:5])}")
    model.load_state_dict({name: torch.from_numpy(values.copy()).float() for name, values in stored.items()}, strict=False)
    return model


def sighted(model: Anatomy) -> Anatomy:
    """With the masks' encoder as the product has it: its weights as 8 bits hold them."""
    model.eye.load_state_dict(rounded(load(MASKS)).encoder.state_dict())
    return model


def blend(old: dict, new: dict, share: float) -> dict:
    """Every parameter `share` of the way from the old state to the new one."""
    return {name: old[name].lerp(new[name], share) for name in old}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--old", type=Path, required=True, help="exported weights that training began with")
    parser.add_argument("--new", type=Path, required=True, help="checkpoint it led to")
    parser.add_argument("--share", type=float, default=0.8, help="of the new weights")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    new = torch.load(arguments.new, weights_only=True)
    torch.save(blend(from_onnx(arguments.old).state_dict(), new, arguments.share), arguments.out)
