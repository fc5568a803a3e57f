import { PARTS } from '../lexicon/index.ts';
import {
  isAdjective,
  isAdverb,
  isGroup,
  isListed,
  isNoun,
  labelOfEnglish,
  mayDescribe,
} from '../lexicon/nouns.ts';
import { stemsOf, verbAt } from '../lexicon/verbs.ts';
import { sensesOf } from '../lexicon/wordnet.ts';

/** A group of words that names something. */
export interface Phrase {
  words: string[];
  /** "it", "that thing": the click says what it is. */
  pronoun: boolean;
  /** Nothing else is named but where it is, nor is it said to be anybody's: "hair in the wind". */
  alone?: boolean;
  /** "Its nose" */
  owned?: boolean;
  /** The preposition before it; 'owner' for the dog of "the dog's toy", 'and' for the cat of "the dog and the cat". */
  after?: string;
  /** Which token of the clause it begins and ends before. */
  start: number;
  end: number;
}

/** A motion, and where it was said. */
export interface Act {
  manner: string;
  /** As said, "opens". */
  word: string;
  at: number;
}

export interface Chunks {
  phrases: Phrase[];
  /** In the order in which they were said. */
  verbs: Act[];
  /** "make", "let", "want" ... */
  causative: boolean;
  /** All verbs are in the past: somebody tells a story. */
  past: boolean;
  look: boolean;
  /** What a motion said by a noun is like: "a gentle sway". */
  adjectives: string[];
  /** Words that were not understood. */
  rest: string[];
}

const set = (words: string) => new Set(words.split(' '));
const DETERMINERS = set('the a an some every all both each any another one two three four five');
const NUMBERS = set('two three four five six pair trio lot bunch');
const POINTERS = set('this that these those');
const OWNERS = set('its his her their my your our whose');
const PRONOUNS = set(
  'it this that these those him he she her them they everything something everybody one me us you itself himself herself',
);
/** What is made of a thing here: "a loop of the candle". */
const MEDIA = set('loop gif footage shot scene sequence version boomerang film movie zoom pan view');
const SUBJECTS = set('it he she they');
/** Letters, months and modal verbs: no names, though WordNet has them as nouns. */
const NO_NAME = set(
  'i did may might well till much least enough few same mine say says oh ok okay true why even above',
);
const GENERIC = set(
  'one ones thing things object objects animal animals creature subject item pet critter stuff',
);
const CAUSATIVES = set(
  'set bring put send make makes making let lets letting have has having get gets getting help cause want wants wanted see watch show allow ask tell give animate',
);
const PREPOSITIONS = set(
  'of along from by in into at with near behind under over across through for like around onto inside against beside after before on',
);
const FUNCTION = set(
  "to should must shall will would might may can could is are be being been am was were and or then also too only just start starts starting begin begins keep keeps keeping continue stop do does doing that's it's so very really more please a bit as if there here now again high low together alone hello hi goodbye bye yes us not if when while once slowly straight going gonna try trying still both which who whose 's shouldn't mustn't couldn't wouldn't won't can't don't doesn't isn't aren't needs need ought perform create generate video picture photo image clip animation motion movement action",
);
/** Some names look like adverbs. */
const ADVERB =
  /(?<!\b(?:f|butterf|dragonf|firef|fami|li|lil|jel|bul|bel|hol|al|ral|dol|bil|mol|pol|emi|gul|tal|wal|ol|mel|kel|sal|assemb|doi))ly$/;
/** "The lighthouse beam should sweep" */
const SAID = set('should must could can would will might shall ought');
const MODALS = set('should must could can would will might may needs has');
const LOOK = /^(?:look|gaze|glance|fac|star)/;
const DIRECTIONS = set(
  'left right up down forward forwards back backwards away ahead off out closer nearer higher',
);

export function tokenize(text: string): string[] {
  return text
    .replace(/'s\b/g, " 's")
    .replace(/s'(?=\s)/g, "s 's")
    .replace(/[^a-z0-9' -]/g, ' ')
    .split(/\s+/)
    .filter(Boolean);
}

/** Groups a clause into things, verbs and what is left, without a statistical tagger: commands are short and regular. */
export function chunk(text: string): Chunks {
  const tokens = tokenize(text);
  const out: Chunks = {
    phrases: [],
    verbs: [],
    causative: false,
    past: false,
    look: false,
    adjectives: [],
    rest: [],
  };
  let pasts = 0;
  let after: string | undefined;
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i];
    const verb = verbAt(tokens, i);
    const noun = nounAt(tokens, i, out);
    if (noun) {
      const end = i + noun.taken;
      const owner = tokens[end] === "'s" && (!verbAt(tokens, end + 1) || startsNoun(tokens, end + 1));
      const { words, pronoun } = noun;
      out.phrases.push({
        words,
        pronoun,
        owned: OWNERS.has(token),
        after: owner ? 'owner' : ownerOf(after, out),
        start: i,
        end,
      });
      i = end;
      after = undefined;
    } else if (
      CAUSATIVES.has(token) &&
      !(verb && verb.length > 1) &&
      !(token === 'animate' && !out.causative)
    ) {
      out.causative = true;
      i++;
    } else if (verb) {
      out.verbs.push({ manner: verb.manner, word: token, at: i });
      if (verb.past) pasts++;
      out.look ||= LOOK.test(token) && verb.manner === 'turn';
      i += verb.length;
      after = undefined;
    } else {
      const down = DIRECTIONS.has(token) && (DETERMINERS.has(tokens[i + 1]) || OWNERS.has(tokens[i + 1]));
      if (PREPOSITIONS.has(token) || down) after = token;
      else if (token === 'and') after = out.phrases.at(-1)?.end === i ? 'and' : undefined;
      else if (!FUNCTION.has(token) && !saysHow(token) && !(token === 'that' && SUBJECTS.has(tokens[i + 1])))
        out.rest.push(token);
      i++;
    }
  }
  if (out.verbs.length === 0) nominalVerb(out);
  out.past = pasts > 0 && pasts === out.verbs.length;
  settleOwners(out.phrases);
  const free = out.phrases.filter((phrase) => phrase.after === undefined);
  if (free.length === 1) free[0].alone = !free[0].owned;
  return out;
}

/** "Give the tree a gentle sway", "I want a storm": the motion is said by a noun. */
function nominalVerb(out: Chunks): void {
  const index = out.phrases.findLastIndex(
    ({ words, after }) => !after && verbAt(words, words.length - 1) && !isNamed(words.at(-1)!, out),
  );
  if (index < 0) return;
  const [{ words, end }] = out.phrases.splice(index, 1);
  out.verbs.push({ manner: verbAt(words, words.length - 1)!.manner, word: words.at(-1)!, at: end });
  out.adjectives = words.slice(0, -1);
}

/** "The waves" are a thing, and so is "the smoke" where nobody is to make it. */
const isNamed = (word: string, { causative, phrases }: Chunks): boolean =>
  isListed(word) &&
  !PARTS.en.has(word) &&
  phrases.filter(({ pronoun, after }) => !(pronoun && after)).length === 1 &&
  (word.endsWith('s') || !causative);

/**
 * "the tail of the dog", "the flock of birds": the dog owns a part and the birds are the flock, so they are the things;
 * "the wheel of fortune" is the wheel.
 */
function ownerOf(after: string | undefined, { phrases }: Chunks): string | undefined {
  const previous = phrases.at(-1);
  if (after !== 'of' || !previous) return after;
  if (!isPart(previous.words)) {
    if (!isGroup(previous.words) && !MEDIA.has(previous.words.at(-1)!)) return after;
    phrases.pop();
  }
  return previous.after;
}

/** "the dog's tail" is about the dog, "the dog's toy" about the toy. */
function settleOwners(phrases: Phrase[]): void {
  phrases.forEach((phrase, i) => {
    if (phrase.after === 'owner' && (!phrases[i + 1] || isPart(phrases[i + 1].words)))
      phrase.after = undefined;
  });
}

const isPart = (words: string[]) => PARTS.en.has(words.at(-1)!);

type Noun = { words: string[]; pronoun: boolean; taken: number };

function nounAt(tokens: string[], start: number, chunks: Chunks): Noun | undefined {
  const { phrases, causative, verbs } = chunks;
  const token = tokens[start];
  const next = tokens[start + 1];
  // "So that it rolls"
  if (token === 'that' && SUBJECTS.has(next)) return undefined;
  // "all of them", "the two of them"
  const count = DETERMINERS.has(next) && token === 'the' ? 2 : 1;
  if (DETERMINERS.has(token) && tokens[start + count] === 'of' && PRONOUNS.has(tokens[start + count + 1]))
    return { words: [tokens[start + count + 1]], pronoun: true, taken: count + 2 };
  // "all the three ducks", "two of the wolves"
  const skipped = next === 'of' ? 2 : 1;
  const inner = tokens[start + skipped];
  if (DETERMINERS.has(token) && (DETERMINERS.has(inner) || POINTERS.has(inner) || OWNERS.has(inner))) {
    const noun = nounAt(tokens, start + skipped, chunks);
    return noun && { ...noun, taken: noun.taken + skipped };
  }
  // "These two dance"
  if ((POINTERS.has(token) || token === 'the') && NUMBERS.has(next) && isLoose(tokens, start + 2))
    return { words: [token, next], pronoun: true, taken: 2 };
  // "On its back" says no direction.
  if (OWNERS.has(token) && next === 'back') return { words: [next], pronoun: false, taken: 2 };
  if (DETERMINERS.has(token) || POINTERS.has(token) || OWNERS.has(token)) {
    const side = DIRECTIONS.has(next) && tokens[start + 2] !== undefined && !isFunction(tokens[start + 2]);
    const free =
      next === undefined ||
      (isFunction(next) && !side) ||
      (!DETERMINERS.has(token) && verbAt(tokens, start + 1) && !startsNoun(tokens, start + 1));
    const words = free ? [] : collect(tokens, start + 1);
    if (words.length > 0) {
      return { ...named(words), taken: 1 + words.length };
    }
  }
  if (PRONOUNS.has(token)) return { words: [token], pronoun: true, taken: 1 };
  if (token === "'s" || NO_NAME.has(token) || isFunction(token) || ADVERB.test(token) || token === next)
    return undefined;
  // "The boy throw the ball"
  if (phrases.at(-1)?.end === start && isHandling(tokens, start)) return undefined;
  // "head off", "back up"
  const phrasal = (verbAt(tokens, start)?.length ?? 1) > 1;
  if (PARTS.en.has(token) && !phrasal) return { words: [token], pronoun: false, taken: 1 };
  const owned = tokens[start - 1] === "'s";
  const expected =
    owned ||
    (MEDIA.has(token) && next === 'of') ||
    (phrases.length === 0 && (causative || start === 0) && verbs.length === 0);
  if (verbAt(tokens, start) && !(expected && startsNoun(tokens, start))) return undefined;
  // "Tidal wave comes crashing in"
  const known = next !== undefined && isAdjective(token) && sensesOf(`${token} ${next}`, 'noun').length > 0;
  if (
    !isNoun(token) &&
    !labelOfEnglish([token]) &&
    !known &&
    !(next && isNoun(next) && !verbAt(tokens, start + 1))
  )
    return undefined;
  const words = collect(tokens, start);
  return { ...named(words), taken: words.length };
}

/** Nothing of a name follows: a verb, a small word or the end. */
const isLoose = (tokens: string[], at: number): boolean =>
  tokens[at] === undefined || isFunction(tokens[at]) || verbAt(tokens, at) !== undefined;

/** "that thing" is a pronoun, "the bird thing" a bird. */
function named(words: string[]): Pick<Noun, 'words' | 'pronoun'> {
  const plain = words.slice(0, -1).every((word) => GENERIC.has(word) || mayDescribe(word));
  if (plain && GENERIC.has(words.at(-1)!)) return { words, pronoun: true };
  return { words: words.filter((word, i) => i === 0 || !GENERIC.has(word)), pronoun: false };
}

/** A word that is both ("fish", "smoke", "hand") is a noun where another verb follows it. */
function startsNoun(tokens: string[], at: number): boolean {
  const token = tokens[at];
  if (PARTS.en.has(token)) return true;
  if (/(?:ing|ed)$/.test(token)) return false;
  const next = tokens[at + 1];
  return (
    isNoun(token) &&
    (verbAt(tokens, at + 1) !== undefined ||
      next === "'s" ||
      next === 'to' ||
      next === 'of' ||
      MODALS.has(next) ||
      isPlaced(tokens, at))
  );
}

/** "Steam from the cup rises": where the thing is stands between it and its verb. */
function isPlaced(tokens: string[], at: number): boolean {
  const others = tokens.slice(at + 3);
  return (
    at === 0 &&
    LYING.has(tokens[1]) &&
    isListed(tokens[0]) &&
    !others.includes('and') &&
    others.some((_, i) => verbAt(others, i))
  );
}
const LYING = set('from in on above over under behind');

export const isFunction = (token: string): boolean =>
  FUNCTION.has(token) || PREPOSITIONS.has(token) || DIRECTIONS.has(token) || CAUSATIVES.has(token);

/** The words of a noun phrase: at least one, then on to the next verb, preposition, direction or determiner. */
function collect(tokens: string[], start: number): string[] {
  const words: string[] = [];
  for (let i = start; i < tokens.length; i++) {
    const token = tokens[i];
    const side =
      i === start && DIRECTIONS.has(token) && tokens[i + 1] !== undefined && !isFunction(tokens[i + 1]);
    if (
      !side &&
      i > start &&
      (isFunction(token) || DETERMINERS.has(token) || PRONOUNS.has(token) || OWNERS.has(token))
    )
      break;
    if (
      token === "'s" ||
      (i > start && (NO_NAME.has(token) || isHandling(tokens, i))) ||
      (i > start && !endsInAdjective(words) && verbAt(tokens, i) && !isSecondName(tokens, i)) ||
      (i > start && (ADVERB.test(token) || isLastAdverb(tokens, i))) ||
      (i > start && !isNoun(token) && labelOfEnglish(words))
    )
      break;
    words.push(token);
  }
  return words;
}

/** "The candle flame flickers": a thing that is a verb, too, before another verb. */
const isSecondName = (tokens: string[], i: number): boolean =>
  ((isListed(tokens[i]) || labelOfEnglish([tokens[i]]) !== undefined) &&
    !tokens[i].endsWith('s') &&
    verbAt(tokens, i + 1) !== undefined) ||
  (isNoun(tokens[i]) && SAID.has(tokens[i + 1]));

/** "Sideways", but not "up", which is a direction of ours. */
const saysHow = (token: string): boolean => isAdverb(token) && !DIRECTIONS.has(token);

/** "The woman comb her hair" */
const isHandling = (tokens: string[], i: number): boolean =>
  (DETERMINERS.has(tokens[i + 1]) || OWNERS.has(tokens[i + 1])) &&
  stemsOf(tokens[i]).some((stem) => sensesOf(stem, 'verb').length > 0);

/** "The crab sideways", but "the late fast train". */
const isLastAdverb = (tokens: string[], i: number): boolean =>
  isAdverb(tokens[i]) && !(tokens[i + 1] && isNoun(tokens[i + 1]) && !verbAt(tokens, i + 1));

/** "the big swing", "the left rocking chair": after a mere adjective the next word belongs to the name. */
const endsInAdjective = (words: string[]) => DIRECTIONS.has(words.at(-1)!) || isAdjective(words.at(-1)!);
