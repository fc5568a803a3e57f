from dataclasses import dataclass


@dataclass
class Config:
    """Defaults are those of the committed weights."""

    steps: int = 1250
    batch: int = 16
    rate: float = 2e-3
    backbone_rate: float = 0.15  # of `rate`
    decay: float = 1e-2
    warmup: int = 100
    average: float = 0.998  # of the weights that are measured and shipped
    extra: float = 0.12  # share of examples that are people and things
    report: int = 50
    validate: int = 125
    seed: int = 1
