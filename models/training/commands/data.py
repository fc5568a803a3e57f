"""Examples that examples.ts wrote, as tensors."""

import json
from collections import Counter

import torch

from .config import FEATURES


def read(path):
    """[(units, numbers of features, tags, frame)]"""
    with open(path) as lines:
        return [json.loads(line) for line in lines]


def vocabulary(examples, common):
    """Units outside the slots of at least `common` frames, most frequent first; place 0 is kept for all others."""
    seen = {(unit, frame) for units, _, tags, frame in examples for unit, tag in zip(units, tags) if tag == 0}
    counts = Counter(unit for unit, _ in seen)
    return [""] + sorted((unit for unit, n in counts.items() if n >= common), key=lambda unit: (-counts[unit], unit))


def batch(examples, index):
    """words, features, tags [B, N]; -1 where a sentence is shorter."""
    longest = max(len(units) for units, *_ in examples)
    words = torch.zeros(len(examples), longest, dtype=torch.long)
    features = torch.zeros(len(examples), longest, FEATURES)
    tags = torch.full((len(examples), longest), -1)
    for i, (units, known, right, _) in enumerate(examples):
        words[i, : len(units)] = torch.tensor([index.get(unit, 0) for unit in units])
        tags[i, : len(units)] = torch.tensor(right)
        for j, numbers in enumerate(known):
            features[i, j, numbers] = 1
    return words, features, tags
