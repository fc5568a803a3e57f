"""Short prompts -> hashed word pieces, reproduced bit for bit by models/animate/text.ts.

Each word becomes the hashes of itself and of its character n-grams (3 to 5, with < and > as word ends; Bojanowski et
al., 2017), so that unseen wording still shares pieces with known words.
"""

import re

import numpy as np

WORDS = 10
PIECES = 16
BUCKETS = 4096


def bucket(piece):
    """FNV-1a, 32 bit, over UTF-8 bytes; 1..4096 (0 is padding)."""
    value = 0x811C9DC5
    for byte in piece.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value % BUCKETS + 1


def encode(prompt):
    """int64 [10, 16]: one row a word, hashes of the word and its n-grams, zeros after them."""
    out = np.zeros((WORDS, PIECES), np.int64)
    for i, word in enumerate(re.findall(r"[a-z]+", prompt.lower())[:WORDS]):
        marked = f"<{word}>"
        pieces = [marked] + [marked[j : j + n] for n in (3, 4, 5) for j in range(len(marked) - n + 1)]
        ids = [bucket(p) for p in pieces[:PIECES]]
        out[i, : len(ids)] = ids
    return out
