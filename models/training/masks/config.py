from dataclasses import dataclass


@dataclass
class Config:
    """Defaults made the committed weights: from MobileSAM's, on two cores shared with another training."""

    longest: int = 512  # of the window that the encoder sees
    photos: int = 2  # of an optimiser step
    targets: int = 6  # things and regions of a photo that are asked for
    rate: float = 1.5e-4  # of the decoder
    encoder_rate: float = 4e-5
    decay: float = 1e-2
    warmup: int = 40
    average: float = 0.995  # of the weights that are measured and shipped
    boxed: float = 0.5  # share of prompts with a detector's box
    unclicked: float = 0.2  # share of those that have no click: words found the thing
    mistaken: float = 0.35  # share of boxes that are another thing's, where another thing's box holds the click
    corrected: float = 0.5  # share of photos that also learn a corrective click
    shares: tuple = (("coco_open", 0.5), ("feral_cats", 0.32), ("caltech_animals", 0.18))
    seed: int = 1
