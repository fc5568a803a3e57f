"""Settings of the motion model, in one place. `gpu` sizes are for a lent accelerator."""

TRAINING = {"batch": 40, "rate": 1.3e-3, "decay": 0.998, "points": 24}
SAMPLING = {"steps": 8, "guidance": 2.0}
