"""Short motion prompts (the paper's WebVid-Motion captions are filtered down to verb + object) with paraphrases.

Each action has several phrasings; `{n}` is the thing, `{p}` the possessive. The last of each is kept out of training,
so that unseen wording can be tried.
"""

import json
from pathlib import Path

_WORDS = json.loads(Path(__file__).with_name("prompts.json").read_text())
PHRASES, NOUNS = _WORDS["phrases"], _WORDS["nouns"]
STRENGTH = ["", "", "", "", " gently", " slowly", " fast", " strongly", " a lot"]
DIRECTION = {"left": " to the left", "right": " to the right", "up": " up", "down": " down", None: ""}
ACTIONS = list(PHRASES)


def caption(action, kind, direction, rng, unseen=False):
    """A short English prompt. The last phrasing of each action is never used in training (`unseen=True` gives it)."""
    phrases = PHRASES[action]
    phrase = phrases[-1] if unseen else phrases[rng.integers(0, len(phrases) - 1)]
    noun = NOUNS[kind][rng.integers(0, len(NOUNS[kind]))]
    article = ("the ", "a ", "", "the ")[rng.integers(0, 4)]
    own = ("its", "the", "his", "her")[rng.integers(0, 4)]
    words = phrase.format(n=article + noun, p=own)
    if direction and rng.random() < 0.7:
        words += DIRECTION.get(direction, "")
    return (words + STRENGTH[rng.integers(0, len(STRENGTH))]).strip()
