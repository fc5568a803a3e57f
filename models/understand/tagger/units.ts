import { tokenize as tokenizeChinese } from '../chinese/tokens.ts';
import { strength as strengthZh } from '../chinese/words.ts';
import { isFunction } from '../english/phrases.ts';
import { strength as strengthEn } from '../english/words.ts';
import { PARTS } from '../lexicon/index.ts';
import { isAdjective, isNoun, isPhysical, labelOfEnglish } from '../lexicon/nouns.ts';
import { verbAt } from '../lexicon/verbs.ts';

/** What the tagger reads: an English word, a Chinese character, or a mark. */
export interface Unit {
  text: string;
  /** Where it stands in the sentence: first character, and the one after the last. */
  start: number;
  end: number;
  /** Numbers of FEATURES that hold. */
  features: number[];
}

/** What our lists and dictionaries say of a word. The order is part of the trained model. */
export const FEATURES = [
  'verb', 'past', 'part', 'label', 'physical', 'noun', 'adjective', 'adverb', 'function', 'strength', 'mark', 'unknown',
  'han', 'begins', 'pronoun', 'causative',
] as const; // biome-ignore format: one vocabulary, read as a list
type Feature = (typeof FEATURES)[number];

const number = (names: Feature[]) => names.map((name) => FEATURES.indexOf(name));
const UNIT = /\p{Script=Han}+|[a-z0-9]+(?:['-][a-z0-9]+)*|[^\s\p{Script=Han}]/gu;

/** @param text lower case, simplified characters */
export function unitsOf(text: string): Unit[] {
  return Array.from(text.matchAll(UNIT)).flatMap(({ 0: word, index }) => {
    if (/\p{Script=Han}/u.test(word)) return characters(word, index);
    const features: Feature[] = /^[a-z0-9]/.test(word) ? english(word) : ['mark'];
    return [
      { text: word, start: index, end: index + word.length, features: number(['begins', ...features]) },
    ];
  });
}

const known = new Map<string, Feature[]>();

function english(word: string): Feature[] {
  let features = known.get(word);
  if (!features) {
    const bare = word.replace(/'s$/, '');
    const verb = verbAt([bare], 0);
    const facts: [Feature, unknown][] = [
      ['verb', verb],
      ['past', verb?.past],
      ['part', PARTS.en.has(bare)],
      ['label', labelOfEnglish([bare])],
      ['physical', isNoun(bare) && isPhysical(bare)],
      ['noun', isNoun(bare)],
      ['adjective', isAdjective(bare)],
      ['adverb', /ly$/.test(bare)],
      ['function', isFunction(bare)],
      ['strength', strengthEn(bare).strength],
    ];
    features = facts.filter(([, holds]) => holds).map(([name]) => name);
    if (features.length === 0) features = ['unknown'];
    if (known.size > 20_000) known.clear();
    known.set(word, features);
  }
  return features;
}

/** One unit a character, with what is known of the word that it belongs to. */
function characters(text: string, from: number): Unit[] {
  const units: Unit[] = [];
  for (const { text: word, kind, label } of tokenizeChinese(text)) {
    const features: Feature[] = ['han'];
    if (kind === 'noun') features.push(label ? 'label' : 'physical');
    else features.push(kind);
    if (strengthZh(word).strength) features.push('strength');
    for (const [i, character] of [...word].entries()) {
      const start = from + units.length;
      const begins: Feature[] = i === 0 ? ['begins'] : [];
      units.push({ text: character, start, end: start + 1, features: number([...features, ...begins]) });
    }
  }
  return units;
}
