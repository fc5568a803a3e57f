from dataclasses import dataclass

TAGS = "OTAPDS"  # other, thing, action, part, direction, strength
FEATURES = 47  # of models/understand/tagger/facts.ts


@dataclass
class Config:
    """Defaults made the committed weights."""

    embedding: int = 48
    hidden: int = 128
    layers: int = 2
    dropout: float = 0.25
    forgotten: float = 0.25  # share of units whose word is hidden, so that what is known of them has to do
    doubted: float = 0.05  # share of what is known of units that is hidden
    common: int = 4  # a unit of fewer frames has no word of its own
    batch: int = 64
    epochs: int = 5
    rate: float = 2e-3
    held: int = 12  # every so many frames is not trained on
    seed: int = 1
