"""Settings of the motion model, in one place."""

# `batch` records a step; `rate` at its peak; `decay` of the averaged weights; `points`: rows of a batch that also pay the
# forward-kinematics loss. Two hours of one CPU core, or ten minutes of a lent accelerator (`--preset gpu`).
TRAINING = {
    "cpu": {"batch": 40, "rate": 1.2e-3, "decay": 0.999, "points": 24, "device": "cpu", "threads": 1},
    "gpu": {"batch": 512, "rate": 2e-3, "decay": 0.999, "points": 128, "device": "cuda", "threads": 8},
}
SAMPLING = {"steps": 8, "guidance": 2.0}
