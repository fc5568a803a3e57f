"""Short motion prompts (the paper's WebVid-Motion captions are filtered down to verb + object) with paraphrases.

Each action has several phrasings; `{n}` is the thing, `{p}` the possessive. A share of phrasings is kept out of training
to measure how unseen wording is understood.
"""

PHRASES = {
    "move": ["{n} moves", "move", "animate {n}", "{n} comes alive", "make {n} move", "{n} moves a little", "{n} stirs", "bring {n} to life"],
    "walk": ["{n} walks", "walk", "{n} is walking", "{n} takes steps", "make {n} walk", "{n} strolls", "{n} steps forward", "{n} marches"],
    "run": ["{n} runs", "run", "{n} is running", "{n} gallops", "make {n} run", "{n} races", "{n} sprints", "{n} trots fast", "{n} dashes"],
    "jump": ["{n} jumps", "jump", "{n} is jumping", "{n} leaps", "make {n} jump", "{n} hops up", "{n} leaps up"],
    "bounce": ["{n} bounces", "bounce", "{n} bounces up and down", "{n} hops up and down", "{n} is bouncing", "{n} bobs up and down"],
    "dance": ["{n} dances", "dance", "{n} is dancing", "make {n} dance", "{n} grooves", "{n} boogies", "{n} moves to the music"],
    "sway": ["{n} sways", "sway", "{n} rocks from side to side", "{n} is swaying", "{n} rocks gently", "{n} leans left and right"],
    "shake": ["{n} shakes", "shake", "{n} shakes its body", "{n} shakes itself", "{n} is shaking", "{n} shakes off water"],
    "shiver": ["{n} shivers", "shiver", "{n} trembles", "{n} quivers", "{n} is shivering", "{n} is cold and trembling"],
    "breathe": ["{n} breathes", "breathe", "{n} is breathing", "{n} inhales and exhales", "{n} takes a breath", "{n} breathes slowly", "{n} chest rises"],
    "sit-down": ["{n} sits down", "sit down", "{n} is sitting down", "make {n} sit", "{n} takes a seat", "{n} sits"],
    "lie-down": ["{n} lies down", "lie down", "{n} is lying down", "make {n} lie down", "{n} lays down"],
    "stretch": ["{n} stretches", "stretch", "{n} is stretching", "{n} stretches {p} body", "{n} has a stretch"],
    "float": ["{n} floats", "float", "{n} is floating", "{n} hovers", "{n} levitates", "{n} floats in the air"],
    "drift": ["{n} drifts", "drift", "{n} drifts away", "{n} is drifting", "{n} glides", "{n} moves slowly across", "{n} slides along"],
    "fly": ["{n} flies", "fly", "{n} is flying", "make {n} fly", "{n} takes wing", "{n} soars", "{n} flies away"],
    "swim": ["{n} swims", "swim", "{n} is swimming", "make {n} swim", "{n} paddles", "{n} swims along"],
    "swing": ["{n} swings", "swing", "{n} swings {p} trunk", "{n} is swinging {p} trunk", "{n} moves {p} trunk", "swing the trunk", "{n} sways {p} trunk"],
    "turn-head": ["{n} turns {p} head", "turn head", "turn the head", "{n} looks around", "{n} looks aside", "{n} is turning {p} head", "{n} looks the other way", "{n} rotates {p} head", "look around"],
    "nod": ["{n} nods", "nod", "{n} nods {p} head", "{n} is nodding", "{n} says yes", "nod the head", "{n} bobs {p} head"],
    "shake-head": ["{n} shakes {p} head", "shake head", "shake the head", "{n} says no", "{n} is shaking {p} head", "{n} wags {p} head no"],
    "tilt-head": ["{n} tilts {p} head", "tilt head", "{n} cocks {p} head", "{n} is tilting {p} head", "tilt the head", "{n} leans {p} head"],
    "raise-head": ["{n} raises {p} head", "raise head", "{n} lifts {p} head", "{n} looks up", "{n} is looking up", "lift the head"],
    "lower-head": ["{n} lowers {p} head", "lower head", "{n} bows {p} head", "{n} looks down", "{n} is looking down", "bow the head"],
    "eat": ["{n} eats", "eat", "{n} is eating", "{n} grazes", "{n} feeds", "{n} eats food", "{n} chews", "{n} munches"],
    "laugh": ["{n} laughs", "laugh", "{n} is laughing", "{n} giggles", "{n} chuckles", "{n} cracks up"],
    "wag-tail": ["{n} wags {p} tail", "wag tail", "wag the tail", "{n} is wagging {p} tail", "{n} swishes {p} tail", "{n} moves {p} tail", "{n} swings {p} tail", "{n} flicks {p} tail"],
    "wave": ["{n} waves", "wave", "{n} waves {p} hand", "{n} is waving", "{n} waves hello", "{n} says hello", "{n} greets", "wave the hand", "{n} raises {p} hand"],
    "flap-wings": ["{n} flaps {p} wings", "flap wings", "flap the wings", "{n} beats {p} wings", "{n} is flapping {p} wings", "{n} flutters", "{n} spreads {p} wings"],
    "kick": ["{n} kicks", "kick", "{n} is kicking", "{n} kicks {p} leg", "{n} kicks out", "{n} lifts {p} leg"],
    "clap": ["{n} claps", "clap", "{n} claps {p} hands", "{n} is clapping", "{n} applauds"],
    "wiggle-ears": ["{n} wiggles {p} ears", "wiggle ears", "{n} twitches {p} ears", "{n} flaps {p} ears", "{n} moves {p} ears", "twitch the ears"],
}  # fmt: skip

NOUNS = {
    "animal": "dog cat horse cow sheep elephant bear zebra giraffe fox wolf deer goat lion tiger rhino animal kitten puppy pony".split(),
    "bird": "bird flamingo duck chicken pigeon eagle swan parrot owl goose emu".split(),
    "person": "man woman person boy girl child astronaut dancer soldier figure".split(),
}
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
