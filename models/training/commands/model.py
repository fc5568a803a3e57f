"""A tagger: which words of a sentence name the thing that shall move, its action, part, direction and strength."""

import torch
from torch import nn

from .config import FEATURES, TAGS


class Tagger(nn.Module):
    """Bidirectional GRU over units (Graves & Schmidhuber 2005 with gated units, Cho et al. 2014)."""

    def __init__(self, words, config):
        super().__init__()
        self.embed = nn.Embedding(words, config.embedding)
        self.known = nn.Linear(FEATURES, 32)
        self.drop = nn.Dropout(config.dropout)
        self.gru = nn.GRU(config.embedding + 32, config.hidden, config.layers, batch_first=True, bidirectional=True,
                          dropout=config.dropout)  # fmt: skip
        self.out = nn.Linear(2 * config.hidden, len(TAGS))

    def forward(self, words, features):
        """words [B, N] (0: none of the vocabulary), features [B, N, FEATURES] of 0 and 1 -> logits [B, N, TAGS]."""
        x = torch.cat([self.embed(words), self.known(features)], -1)
        return self.out(self.drop(self.gru(self.drop(x))[0]))


class Together(nn.Module):
    """Several taggers that are asked together: the mean of their logits (Hansen & Salamon 1990)."""

    def __init__(self, taggers):
        super().__init__()
        self.taggers = nn.ModuleList(taggers)

    def forward(self, words, features):
        """As of one tagger."""
        return torch.stack([tagger(words, features) for tagger in self.taggers]).mean(0)
