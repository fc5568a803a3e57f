"""A caption -> a short prompt, "dog wags its tail", with its action and object; or the reason why there is none.

WebVid-Motion (arXiv 2403.08268) shortens captions to verb + object. Here the verbs are our own vocabulary: each phrasing
in prompts.json becomes a pattern, a verb with the words that have to follow it, so that "shakes its wet head" is not
"shakes". Adjectives, places and whatever comes after the first action are dropped.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from .prompts import NOUNS, PHRASES
from .video import ClipError

_LEXICON = json.loads((Path(__file__).parents[2] / "understand" / "lexicon" / "nouns.json").read_text())
_LIVING = {"person": "person", "bird": "bird"} | {
    n: "animal" for n in ("cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe")
}
_UNSURE = {"he", "she", "orange", "watch", "tie", "fan"}  # stand for a noun, or are a colour or a verb just as often
IRREGULAR = {
    "run": "ran", "swim": "swam swum", "fly": "flew flown", "eat": "ate eaten", "swing": "swung", "shake": "shook shaken",
    "take": "took taken", "say": "said", "feed": "fed", "sit": "sat", "lie": "lay lain lying", "come": "came",
    "have": "had", "lean": "leant", "leap": "leapt", "beat": "beaten", "spread": "spread",
}  # fmt: skip
PLURALS = {"men": "man", "women": "woman", "people": "person", "children": "child", "geese": "goose", "wolves": "wolf",
           "oxen": "ox", "calves": "calf"}  # fmt: skip
ARTICLES = {"a", "an", "the", "this", "that", "another", "some"}
OWN = {"its", "his", "her", "their", "my", "your"}
THIRD = {"has": "have", "boogies": "boogie"}
# What may come right after a verb that acts on nothing else (besides adverbs in -ly and the end of the clause).
AFTER = re.compile(
    r"(about|above|across|after|against|ahead|alone|along|among|and|around|as|aside|at|away|back|backwards|before|behind"
    r"|below|beside|between|but|by|down|during|fast|forward|forwards|from|gently|hard|high|home|in|inside|into|left|like|low"
    r"|near|off|on|onto|or|out|outside|over|past|right|round|sideways|slow|so|then|through|to|together|toward|towards|under"
    r"|underwater|up|upside|upwards|very|when|while|with|within|without)"
)
# In a caption these are postures; only with "down" are they motions.
POSTURES = {"sit", "lie", "lay"}
TAKES_OBJECT = {"eat", "chew", "munch", "kick", "stretch"}
CAMERA = re.compile(
    r"\bcamera (is )?(mov|pan|zoom|fl[yi]|follow|track|tilt|turn)|\b(pan|panning|zoom|dolly|tracking|drone|aerial)\b"
    r"|time-?lapse|time lapse|hyperlapse"
)
GAP = 3  # words that may stand between a verb and what has to follow it: "its long fluffy"


@dataclass
class Short:
    """`prompt` "dog wags its tail"; `action` an id of prompts.json; `noun` "dog"; `kind` animal, bird, person or thing."""

    prompt: str
    action: str
    noun: str
    kind: str


def lemma(third):
    """Base form of a verb in the third person: "flies" -> fly, "stretches" -> stretch."""
    if third in THIRD:
        return THIRD[third]
    if third.endswith("ies") and len(third) > 4:
        return third[:-3] + "y"
    return third[:-2] if re.search(r"(ch|sh|ss|x)es$", third) else third.removesuffix("s")


def base_of(participle):
    """Base form of "-ing" where the pattern is only known in that form."""
    stem = participle.removesuffix("ing")
    return next((verb for verb in (lemma(w) for w in _THIRD) if participle in forms(verb)), stem)


def forms(verb):
    """Every form of a verb: wag, wags, wagging, wagged."""
    third = verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + ("es" if re.search(r"(ch|sh|ss|x|z)$", verb) else "s")
    stem = verb + verb[-1] if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", verb) else re.sub(r"(?<=[^e])e$", "", verb)
    past = verb[:-1] + "ied" if third.endswith("ies") else stem + "ed"
    known = IRREGULAR.get(verb)
    return {verb, third, stem + "ing", *(known.split() if known else [past]), *(w for w, base in THIRD.items() if base == verb)}


_WORDS = [p.split() for phrases in PHRASES.values() for p in phrases]
_THIRD = {w[1] for w in _WORDS if w[0] == "{n}" and len(w) > 1 and w[1].endswith("s") and w[1] != "is"}


def _patterns():
    """{(verb, words that follow): (action, phrasing)}; the first phrasing that reads as a sentence is kept."""
    out = {}
    for action, phrases in PHRASES.items():
        for phrase in phrases:
            words = phrase.split()
            if words[:2] == ["{n}", "is"]:
                verb, rest = base_of(words[2]) if words[2].endswith("ing") else None, words[3:]
            elif words[0] == "{n}":
                verb, rest = lemma(words[1]) if words[1] in _THIRD else None, words[2:]
            elif words[:2] == ["make", "{n}"]:
                verb, rest = words[2], words[3:]
            else:
                verb, rest = (None if "{n}" in words else words[0]), words[1:]
            if verb is None:
                continue
            key = verb, tuple(w for w in rest if w not in {"{p}", "the", "a"})
            spoken = phrase if words[0] == "{n}" and words[1] != "is" else None
            if key not in out or (out[key][0] == action and out[key][1] is None):
                out[key] = action, spoken
    out = {key: found for key, found in out.items() if key[1] or key[0] not in POSTURES}
    return {key: (action, spoken or PHRASES[action][0]) for key, (action, spoken) in out.items()}


PATTERNS = _patterns()
PATTERN_VERBS = {verb for verb, _ in PATTERNS}
VERBS = {form: verb for verb in PATTERN_VERBS for form in forms(verb)}


def _kinds():
    out = {w: _LIVING.get(name, "thing") for name, words in _LEXICON.items() for w in words["en"].replace("_", "-").split()}
    out |= {noun: kind for kind, nouns in NOUNS.items() for noun in nouns}
    return {w: kind for w, kind in out.items() if w not in _UNSURE}


KIND_OF = _kinds()


def noun_of(word):
    """The object that a word names, in the singular, or None."""
    options = [word, PLURALS.get(word, ""), word.removesuffix("s"), word.removesuffix("es")]
    if word.endswith("ies"):
        options.append(word[:-3] + "y")
    return next((PLURALS.get(w, w) for w in options if PLURALS.get(w, w) in KIND_OF), None)


def tokens_of(caption):
    """Lower-case words, two that name one thing joined ("teddy-bear"), clause marks kept as ";"."""
    words = re.findall(r"[a-z]+(?:'[a-z]+)?|[,.;:!?]", caption.lower())
    words = [";" if not w[0].isalpha() else w for w in words]
    out = []
    for w in words:
        if out and f"{out[-1]}-{w}" in KIND_OF:
            out[-1] = f"{out[-1]}-{w}"
        else:
            out.append(w)
    return out


def _follows(tokens, start, wanted):
    """Whether the words `wanted` come in this order after `start`, each within GAP words and in the same clause."""
    i = start
    for word in wanted:
        same = {word, word + "s", word.removesuffix("s")}
        ahead = [j for j in range(i + 1, min(len(tokens), i + 2 + GAP)) if tokens[j] in same]
        if not ahead or ";" in tokens[i : ahead[0]] or any(t in VERBS and t not in wanted for t in tokens[i + 1 : ahead[0]]):
            return False
        i = ahead[0]
    return True


def _is_verb(tokens, i):
    """Whether a verb's form is one here: not in "on a swing", "waits to run" or "not running"."""
    before = tokens[i - 1] if i else ""
    if before == "to":
        return i > 1 and re.match(r"(start|begin|began|begun)", tokens[i - 2]) is not None
    if before in ARTICLES:
        return tokens[i].endswith("ing") and tokens[i] not in PATTERN_VERBS
    if before in OWN | {"of", "in", "for"}:
        return False
    return before not in {"not", "never", "without"} and not before.endswith("n't")


def shorten(caption):
    """Caption -> Short. Raises ClipError with the reason."""
    if CAMERA.search(caption.lower()):
        raise ClipError("caption: camera moves")
    tokens = tokens_of(caption)
    for i, token in enumerate(tokens):
        if token not in VERBS or not _is_verb(tokens, i):
            continue
        verb = VERBS[token]
        fits = [key for key in PATTERNS if key[0] == verb and _follows(tokens, i, key[1])]
        if fits:
            key = max(fits, key=lambda k: len(k[1]))
            return _short(tokens, i, key)
    raise ClipError("caption: no action of ours")


def _short(tokens, i, key):
    action, phrasing = PATTERNS[key]
    after = tokens[i + 1] if i + 1 < len(tokens) else ""
    named = list(dict.fromkeys(noun for noun in map(noun_of, tokens[:i]) if noun))
    led = noun_of(after) if tokens[i].endswith("ing") and not named else None
    alone = not after or after == ";" or AFTER.fullmatch(after) or after.endswith("ly") or after in VERBS
    if not (alone or led or key[1] or key[0] in TAKES_OBJECT):
        raise ClipError("caption: acts on something else")
    named = named or ([led] if led else [])
    if not named:
        raise ClipError("caption: no object of ours")
    if len(named) > 1:
        raise ClipError("caption: several things")
    noun = named[0]
    own = {"man": "his", "boy": "his", "woman": "her", "girl": "her"}.get(noun, "the" if KIND_OF[noun] == "person" else "its")
    return Short(phrasing.format(n=noun.replace("-", " "), p=own), action, noun, KIND_OF[noun])
