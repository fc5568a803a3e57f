"""The whitening of latents: what each channel of a bone is divided by, per action and kind of thing."""

import numpy as np

from ..data.prompts import ACTIONS
from ..data.records import KINDS
from .bones import COUNT, S

FLOOR = 0.3  # of an action's largest channels: the least that any of its channels is whitened by
LEAST_ROWS = 20


def whitening(poses, visible, action, kind):
    """Standard deviations [actions, kinds, 29, 4] per action and kind of thing: each channel's own, floored.

    Breathing moves a tenth as far as running: with one table for all it would be drawn from mostly noise. A channel that an
    action hardly moves gets a share of what the action does elsewhere, so that its own noise is not blown up. Pairs that
    the records lack have what is usual over all actions.
    """
    usual = deviations(poses, visible)
    kinds = max(len(KINDS), int(kind.max()) + 1)  # clips of things without anatomy have one more
    table = np.tile(usual, (len(ACTIONS), kinds, 1, 1))
    for a in range(len(ACTIONS)):
        for k in range(kinds):
            rows = np.flatnonzero((action == a) & (kind == k))[:4000]
            if len(rows) < LEAST_ROWS:
                continue
            seen = visible[rows].sum(0)[:, None].clip(1)
            own = np.sqrt((poses[rows].astype(np.float32) ** 2).mean(1).sum(0) / seen)
            ratio = _mirrored(own) / usual
            most = np.sqrt((np.sort(ratio.ravel())[-6:] ** 2).mean())
            table[a, k] = usual * np.clip(ratio, max(FLOOR * most, 0.02), 1.5)
    return table


def deviations(poses, visible):
    """Standard deviation [29, 4] of each channel where it moves at all, shared by mirrored slots (a and b)."""
    spread = np.ones((COUNT, 4), np.float32)
    for k in range(COUNT):
        for c in range(4):
            values = poses[visible[:, k], :, k, c].astype(np.float32)
            active = values[np.abs(values).max(1) > 1e-3] if len(values) else values
            spread[k, c] = max(0.02, float(active.std())) if active.size > 200 else 0.1
    return _mirrored(spread)


def _mirrored(spread):
    """The mean of each pair of slots (a and b) for both."""
    for a, name in enumerate(S):
        if "_a" in name:
            b = S[name.replace("_a", "_b")]
            spread[a] = spread[b] = (spread[a] + spread[b]) / 2
    return spread


def listed(table, pairs):
    """{action: {kind: [29][4]}} of the given {action: {kind: ...}}, for motion.json."""
    places = {action: {kind: (ACTIONS.index(action), KINDS.index(kind)) for kind in kinds} for action, kinds in pairs.items()}
    return {action: {kind: np.round(table[at], 5).tolist() for kind, at in kinds.items()} for action, kinds in places.items()}


def unlisted(spread):
    """The table [actions, kinds, 29, 4] of a card's `spread`; 1 where it lists none."""
    table = np.ones((len(ACTIONS), len(KINDS), COUNT, 4), np.float32)
    for action, kinds in spread.items():
        for kind, values in kinds.items():
            table[ACTIONS.index(action), KINDS.index(kind)] = values
    return table
