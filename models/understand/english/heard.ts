import { LABEL_WORDS, MANNERS, PARTS, THINGS_ZH } from '../lexicon/index.ts';
import {
  isCreature,
  isNoun,
  isNounFirst,
  isPhysical,
  isPlant,
  labelOfEnglish,
  mayDescribe,
  singular,
} from '../lexicon/nouns.ts';
import { stemsOf, verbAt } from '../lexicon/verbs.ts';
import { sensesOf } from '../lexicon/wordnet.ts';
import { isFunction, tokenize } from './phrases.ts';
import { homophonesOf, soundsLike } from './sound.ts';

/** How far a word may be from the name of something in the picture: one that is no name, one that names something itself, and
 * one that names something that we know. */
const NEAR = 0.34;
const TWIN = 0.2;
const SAME = 0.17;
/** Two words for one have more sounds to differ in. */
const JOINED = 0.25;

/** Words that are never half of a longer one. */
const LITTLE = new Set('the a an this that its my your his her i you we to and make let have get'.split(' '));

/** After these a word is a name, though it is a verb, too: "let the cough lie down". */
const NAMING = new Set('the a an my that this your our'.split(' '));
const OWNERS = new Set("its his her their 's".split(' '));

/** Where a verb belongs: "make the cat role over". */
const ASKED = /\b(?:make|let|have|get|should|must|to)\b/;
const VERBS = [...MANNERS.en.keys()].filter((verb) => !verb.includes(' '));

/** Everything that we have a word for. */
const NAMES = new Set([...LABEL_WORDS.en.keys(), ...[...THINGS_ZH.values()].map(singular)]);

/**
 * A sentence as it was said: where it names nothing that the picture shows, a word that sounds like something in it becomes
 * that ("the bare" -> "the bear"); where it names nothing that we know, a word that sounds the same as one ("flour"); where it
 * asks for no motion of ours, a word that sounds the same as a verb ("role over").
 */
export function heard(text: string, seen: string[]): string {
  const tokens = tokenize(text);
  const labels = tokens.map((token) => labelOfEnglish([token]));
  const names = [...LABEL_WORDS.en].filter(([, label]) => seen.includes(label)).map(([word]) => word);
  const shown = [...names, ...seen];
  if (
    shown.length > 0 &&
    !tokens.some(
      (token, i) => seen.includes(token) || (seen.includes(labels[i] ?? '') && !soundsShown(token, shown)),
    )
  ) {
    for (const i of tokens.keys()) {
      const found = nameAt(tokens, i, shown);
      if (found) return replaced(text, tokens.slice(i, i + found.length), found.word);
    }
    // "The night should wave", said of a knight.
    for (const token of tokens.filter(
      (one, i) => NAMING.has(tokens[i - 1]) && (PARTS.en.has(one) || !isThing(one)) && !isKnown(one),
    )) {
      const kin = homophonesOf(token).find((one) => seen.includes(labelOfEnglish([one]) ?? ''));
      if (kin) return replaced(text, [token], kin);
    }
  }
  for (const [i, token] of tokens.entries()) {
    const named = NAMING.has(tokens[i - 1]) || (NAMING.has(tokens[i - 2]) && mayDescribe(tokens[i - 1]));
    const kin = named ? (able(token, verbAt(tokens, i + 1)?.manner) ?? nameless(tokens, i)) : undefined;
    if (kin) return replaced(text, [token], kin);
  }
  // "The pony's main blows"
  for (const [i, token] of tokens.entries()) {
    if (!OWNERS.has(tokens[i - 1]) || PARTS.en.has(token) || isKnown(token) || verbAt(tokens, i)) continue;
    const kin = homophonesOf(token).find((one) => PARTS.en.has(one));
    if (kin) return replaced(text, [token], kin);
  }
  const owned = tokens.findIndex(
    (token, i) => i > 0 && OWNERS.has(tokens[i - 1]) && isCandidate(token) && !isThing(token),
  );
  const part = owned > 0 && soundsLike([tokens[owned]], PARTS.en.keys(), JOINED);
  if (part) return replaced(text, [tokens[owned]], part);
  const verb = tokens.some((_, i) => verbAt(tokens, i)) ? undefined : verbIn(tokens, text);
  if (verb) return replaced(text, [verb.token], verb.word);
  if (!tokens.some((token) => isNoun(token) && isKnown(token))) {
    for (const token of tokens.filter(
      (word, i) => isCandidate(word) && !isCreature(word) && tokens[i + 1] !== 'one',
    )) {
      const word = soundsLike([token], NAMES, 0);
      if (word) return replaced(text, [token], word);
    }
  }
  return text;
}

/** "Make the cat role over"; "can the kite sore higher?": what stands right after a name. */
function verbIn(tokens: string[], text: string): { token: string; word: string } | undefined {
  for (const token of ASKED.test(text) ? tokens.slice(2).filter(isCandidate) : []) {
    const word = soundsLike([token], VERBS, 0);
    if (word) return { token, word };
  }
  const at = tokens.findIndex(
    (token, i) =>
      NAMING.has(tokens[i - 2]) &&
      isKnown(tokens[i - 1]) &&
      !isPair(tokens, i) &&
      isCandidate(token) &&
      !isVerb(token),
  );
  const word = at < 0 ? undefined : homophonesOf(tokens[at]).find((one) => verbAt([one], 0));
  return word ? { token: tokens[at], word } : undefined;
}
const isVerb = (word: string): boolean => stemsOf(word).some((stem) => sensesOf(stem, 'verb').length > 0);

function nameAt(tokens: string[], i: number, shown: string[]): { word: string; length: number } | undefined {
  const pair = tokens.slice(i, i + 2);
  const apart = pair.length < 2 || LITTLE.has(pair[0]) || labelOfEnglish([pair[0]]) || verbAt(pair, 1);
  const joined = apart ? undefined : soundsLike(pair, shown, JOINED);
  if (joined) return { word: joined, length: 2 };
  // Another thing that we know, but that the picture does not show: "the cheater" for a cheetah.
  if (isKnown(tokens[i]) && !isFunction(tokens[i])) {
    // The picture's labels tell nothing of water, which is no walker.
    if (labelOfEnglish([tokens[i]]) === undefined) return undefined;
    const twin = soundsLike([tokens[i]], shown, SAME);
    return twin ? { word: twin, length: 1 } : undefined;
  }
  const named = NAMING.has(tokens[i - 1]) && !isFunction(tokens[i]) && verbAt([tokens[i]], 0);
  if (!named && !isCandidate(tokens[i])) return undefined;
  // With a tail it is an animal: "the dock wags its tail".
  const names = isThing(tokens[i]) && !tokens.some((token) => PARTS.en.has(token));
  const word = soundsLike([tokens[i]], shown, names ? TWIN : NEAR);
  return word ? { word, length: 1 } : undefined;
}

/** "The which stirs", "the see ripples": no name, but said like one of ours. */
function nameless(tokens: string[], i: number): string | undefined {
  const doing = MODALS.has(tokens[i + 1]) ? i + 2 : i + 1;
  if ((isName(tokens[i]) && !isFunction(tokens[i]) && tokens[i] !== 'see') || !verbAt(tokens, doing))
    return undefined;
  return homophonesOf(tokens[i]).find((one) => NAMES.has(one) && isThing(one));
}
const MODALS = new Set('should must can could will would might'.split(' '));
/** A "dear" is a person to WordNet, but an adjective first; of people it is said with "my". */
const isName = (token: string): boolean => isNoun(token) && (isNounFirst(token) || !mayDescribe(token));

/** What animals and people do. */
const ALIVE = new Set(
  'walk run jump dance swim fly spout nod eat sit-down lie-down stand-up kick clap laugh smile cry blink wag'.split(
    ' ',
  ),
);
const FLYING = /^(?:airplane|kite)$/;

/** Of a word that cannot do this, one that is said alike and can: "let the wail swim", "have the plain fly off". */
function able(word: string, manner: string | undefined): string | undefined {
  if (!manner || labelOfEnglish([word]) || isCreature(word)) return undefined;
  if (manner === 'bloom')
    return isPlant(word) ? undefined : homophonesOf(word).find((one) => isKnown(one) && isPlant(one));
  if (!ALIVE.has(manner)) return undefined;
  const can = (one: string) =>
    isCreature(one) || (manner === 'fly' && FLYING.test(labelOfEnglish([one]) ?? ''));
  const kin = homophonesOf(word).filter(can);
  return kin.find((one) => NAMES.has(one)) ?? kin.find((one) => labelOfEnglish([one]) !== 'person');
}

/** A "dear" is a person to WordNet, but where a deer is to be seen it is that. */
const soundsShown = (token: string, shown: string[]) =>
  !LABEL_WORDS.en.has(singular(token)) && soundsLike([token], shown, 0) !== undefined;

/** "Teddy bear" is one name. */
const isPair = (tokens: string[], i: number): boolean =>
  sensesOf(`${tokens[i - 1]} ${tokens[i]}`, 'noun').length > 0;
const isThing = (token: string) => isNoun(token) && isPhysical(token);
const isKnown = (token: string) => NAMES.has(token) || labelOfEnglish([token]) !== undefined;
const isCandidate = (token: string) =>
  !isFunction(token) && !LITTLE.has(token) && !PARTS.en.has(token) && !verbAt([token], 0) && !isKnown(token);

const replaced = (text: string, words: string[], word: string) =>
  text.replace(new RegExp(`\\b${words.join('\\s+')}\\b`), word);
