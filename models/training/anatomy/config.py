from dataclasses import dataclass


@dataclass
class Config:
    """Defaults are those of training from the detector's weights on photos alone; FINE is what the committed weights had last."""

    steps: int = 1250
    batch: int = 16
    rate: float = 2e-3
    backbone_rate: float = 0.15  # of `rate`
    join_rate: float = 3.0  # of `rate`
    decay: float = 1e-2
    warmup: int = 100
    average: float = 0.998  # of the weights that are measured and shipped
    renders: float = 0.0  # share of examples that are renders of rigs
    extra: float = 0.12  # share of the others that are people and things
    report: int = 50
    validate: int = 125
    seed: int = 1


FINE = Config(steps=1650, rate=6e-4, warmup=30, renders=0.42, report=25, validate=125)  # from trained weights, with renders
