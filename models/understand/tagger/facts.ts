/** What our lists and dictionaries say of words, for the tagger: all that it knows of a word that it never met. */
import type { Token } from '../chinese/tokens.ts';
import { direction as directionZh, strength as strengthZh } from '../chinese/words.ts';
import { isFunction } from '../english/phrases.ts';
import { direction as directionEn, strength as strengthEn } from '../english/words.ts';
import { glossesOf } from '../lexicon/cedict.ts';
import { MANNERS, PARTS } from '../lexicon/index.ts';
import { isAdjective, isNoun, isPhysical, labelOfEnglish, singular } from '../lexicon/nouns.ts';
import { nearestManner, stemsOf, verbAt } from '../lexicon/verbs.ts';
import { filesOf, sensesOf } from '../lexicon/wordnet.ts';
import { remembered } from '../remembered.ts';

/** The order is part of the trained model. */
export const FEATURES = [
  'verb', 'past', 'part', 'label', 'physical', 'noun', 'adjective', 'adverb', 'function', 'strength', 'mark', 'unknown',
  'han', 'begins', 'pronoun', 'causative',
  'near', 'ing', 'ed', 's', 'owner', 'nounish', 'verbish', 'ends', 'direction',
  'animal', 'artifact', 'body', 'food', 'nature', 'person', 'plant', 'act', 'group', 'place', 'time', 'idea',
  'grows', 'speaks', 'eats', 'touches', 'makes', 'goes', 'senses', 'rains', 'lives', 'deals',
] as const; // biome-ignore format: one vocabulary, read as a list
export type Feature = (typeof FEATURES)[number];

/** WordNet's lexicographer files: kinds of nouns, and of verbs. */
const KINDS: Partial<Record<number, Feature>> = {
  4: 'act', 5: 'animal', 6: 'artifact', 8: 'body', 13: 'food', 14: 'group', 15: 'place', 17: 'nature', 18: 'person', 19: 'nature', 20: 'plant',
  27: 'nature', 28: 'time',
  29: 'lives', 30: 'grows', 32: 'speaks', 34: 'eats', 35: 'touches', 36: 'makes', 38: 'goes', 39: 'senses', 43: 'rains',
}; // biome-ignore format: a table
const FIRST_OF_VERBS = 29;
/** Senses that tell what kind of word it is; rarer ones are jokes. */
const SENSES = 2;

const kindOf = (file: number): Feature => KINDS[file] ?? (file < FIRST_OF_VERBS ? 'idea' : 'deals');
const kindsOf = (word: string, pos: 'noun' | 'verb'): Feature[] => [
  ...new Set(filesOf(word, pos, SENSES).map(kindOf)),
];

/** Of an English word, lower case. */
export const factsOfEnglish = remembered((word: string): Feature[] => {
  const bare = word.replace(/'s$/, '');
  const verb = verbAt([bare], 0);
  const noun = isNoun(bare);
  const stem = stemsOf(bare).find((one) => sensesOf(one, 'verb').length > 0);
  const [nouns, verbs] = [sensesOf(singular(bare), 'noun').length, stem ? sensesOf(stem, 'verb').length : 0];
  const facts: [Feature, unknown][] = [
    ['verb', verb],
    ['past', verb?.past],
    ['part', PARTS.en.has(bare)],
    ['label', labelOfEnglish([bare])],
    ['physical', noun && isPhysical(bare)],
    ['noun', noun],
    ['adjective', isAdjective(bare)],
    ['adverb', /ly$/.test(bare)],
    ['function', isFunction(bare)],
    ['strength', strengthEn(bare).strength],
    ['direction', directionEn(bare, { bare: true }).direction],
    ['near', !verb && stem && nearestManner(bare)],
    ['ing', /..ing$/.test(bare)],
    ['ed', /..ed$/.test(bare)],
    ['s', /[^s]s$/.test(bare)],
    ['owner', bare !== word],
    ['nounish', nouns > verbs],
    ['verbish', verbs > nouns],
  ];
  const kinds = [...(noun ? kindsOf(singular(bare), 'noun') : []), ...(stem ? kindsOf(stem, 'verb') : [])];
  const features = [...facts.filter(([, holds]) => holds).map(([name]) => name), ...kinds];
  return features.length > 0 ? features : ['unknown'];
});

/** Of a Chinese word, for each of its characters. */
export function factsOfChinese({ text, kind, label, english, value }: Token): Feature[] {
  const features: Feature[] = kind === 'noun' ? [label ? 'label' : 'physical'] : [kind];
  if (strengthZh(text).strength) features.push('strength');
  if (directionZh(text).direction) features.push('direction');
  if (kind === 'noun') features.push(...kindsOfName(english ?? ''));
  if (kind === 'verb') features.push(...kindsOfManner(value!));
  if (kind === 'unknown') features.push(...kindsOfGloss(text));
  return features;
}

const kindsOfName = remembered((english: string) => kindsOf(singular(english.split(' ').at(-1)!), 'noun'));
const kindsOfManner = remembered((manner: string) => {
  const [first = manner] = [...MANNERS.en].find(([, value]) => value === manner) ?? [];
  return kindsOf(first.split(' ')[0], 'verb');
});
/** By its first translation: 思考, "to reflect on". */
const kindsOfGloss = remembered((word: string): Feature[] => {
  const [gloss] = glossesOf(word);
  if (!gloss) return [];
  if (gloss.startsWith('to ')) return ['verbish', ...kindsOf(gloss.split(' ')[1], 'verb')];
  const head = gloss
    .replace(/ (?:of|with|for|in|from) .*|,.*/, '')
    .split(' ')
    .at(-1)!
    .toLowerCase();
  if (isAdjective(head)) return ['adjective'];
  return isNoun(head) ? ['noun', ...kindsOf(singular(head), 'noun')] : [];
});
