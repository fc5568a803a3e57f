"""Settings of the motion model, in one place."""

# `batch` records a step; `rate` at its peak; `decay` of the averaged weights; `points`: rows of a batch that also pay the
# forward-kinematics loss. Two hours of one CPU core, or ten minutes of a lent accelerator (`--preset gpu`).
TRAINING = {
    "cpu": {"batch": 40, "rate": 1.2e-3, "decay": 0.999, "points": 24, "device": "cpu", "threads": 1},
    "gpu": {"batch": 512, "rate": 2e-3, "decay": 0.999, "points": 128, "device": "cuda", "threads": 8},
}
# Noise is drawn at `temperature` of its training size: samples keep to what is likely (LOG.md gives the trade).
SAMPLING = {"steps": 8, "guidance": 1.8, "temperature": 0.6}

# Default size over the median of the training clips, where the eye wants another one (LOG.md): what reads in a video of two
# seconds is larger than what rigs do, but for eating, which in rigs reaches the ground.
GAINS = {
    "move": 1.3, "walk": 1.25, "bounce": 1.2, "dance": 1.5, "sway": 1.2, "shake": 2.4, "breathe": 5.0, "stretch": 5.0,
    "turn-head": 1.6, "nod": 1.8, "shake-head": 1.6, "tilt-head": 1.4, "raise-head": 1.2, "lower-head": 1.2, "eat": 0.6,
    "wag-tail": 1.4,
}  # fmt: skip
