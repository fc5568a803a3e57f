"""Building blocks of parametric clips: oscillations, pulses and dips added to channels of a skeleton."""

import numpy as np

from ..motion.bones import CHAINS, COUNT, S
from ..motion.latent import KEYS

T = np.arange(KEYS) / KEYS
DEG = np.pi / 180


class Maker:
    """Collects the channels of one clip. `g` is the skeleton, `rng` a numpy Generator."""

    def __init__(self, g, rng):
        self.g, self.rng = g, rng
        self.pose = np.zeros((KEYS, COUNT, 4))
        self.gain = float(np.exp(rng.normal(0, 0.3)))
        self.skew = rng.normal(0, 0.12)
        self.phase = rng.normal(0, 0.3) + (np.pi if rng.random() < 0.5 else 0)
        # +1 where the head looks to the right: raising or lowering a head in profile turns it that way round.
        looks = {"right": 1, "front-right": 0.6, "back-right": 0.6, "left": -1, "front-left": -0.6, "back-left": -0.6}
        self.profile = looks.get(g.facing, 0.0)
        self.front = 1.0 - abs(self.profile) * 0.75

    def swing(self, cycles, lag=0.0, skew=True):
        """Oscillation about the rest pose [16]: zero at key 0, amplitude 1."""
        x = 2 * np.pi * cycles * T + self.phase - lag
        wave = np.sin(x) + (self.skew * np.sin(2 * x) if skew and cycles < 3 else 0)
        beat = 1 + 0.2 * self.beat * np.cos(2 * np.pi * T) if cycles > 1 else 1
        wave = wave * beat
        return wave - wave[0]

    beat = 0.0

    def pulse(self, hold=None):
        """Goes out, holds, and comes back [16], 0..1, with random timing."""
        hold = self.rng.uniform(0.15, 0.4) if hold is None else hold
        rise = self.rng.uniform(0.25, 0.4)
        x = np.clip(T / rise, 0, 1) * np.clip((1 - T) / max(0.2, 1 - rise - hold), 0, 1)
        x = np.clip(x, 0, 1)
        return x * x * (3 - 2 * x)

    def dips(self, cycles):
        """`cycles` one-sided moves [16], 0..1, of slightly different depth."""
        return (1 - np.cos(2 * np.pi * cycles * T)) / 2 * (1 + 0.25 * self.beat * np.cos(2 * np.pi * T))

    def add(self, name, channel, values):
        self.pose[:, S[name], channel] += np.asarray(values) * self.gain

    def chain(self, name, degrees, cycles, lag):
        for i, bone in enumerate(CHAINS[name]):
            self.add(bone, 0, degrees[i] * DEG * self.swing(cycles, i * lag))

    def sign(self, direction, positive, negative):
        """+1 or -1 from a direction word, else by chance."""
        if direction in (positive, negative):
            return 1.0 if direction == positive else -1.0
        return 1.0 if self.rng.random() < 0.5 else -1.0

    def head_down(self, amount):
        """Lowers (amount > 0, degrees over time) the head: pitch from the front, turn of neck and head in profile."""
        self.add("head", 3, amount * DEG * self.front)
        self.add("head", 0, amount * 0.5 * DEG * self.profile)
        for bone in CHAINS["neck"]:
            self.add(bone, 0, amount * 0.3 * DEG * self.profile)
