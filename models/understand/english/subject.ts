import type { Thing } from '../clauses.ts';
import { PARTS } from '../lexicon/index.ts';
import { grown, isBodily, isNoun, isPhysical, labelOfEnglish } from '../lexicon/nouns.ts';
import type { Act, Phrase } from './phrases.ts';

export interface Subject {
  object?: Thing;
  /** Those joined to it by "and". */
  others: Thing[];
  /** As said. */
  words: string[];
}

/** Hair that nobody owns is a thing. */
export const partOf = ({ words, pronoun, alone, owned, after }: Phrase): string | undefined => {
  const part = pronoun ? undefined : PARTS.en.get(words.at(-1)!);
  // "Up the trunk" is a tree's.
  if (part && !owned && after && PLACED.has(after)) return undefined;
  return part === 'fringe' && alone ? undefined : part;
};

const PLACED = new Set([
  'up',
  'down',
  'along',
  'across',
  'over',
  'under',
  'behind',
  'around',
  'onto',
  'with',
]);

/** Prepositions whose thing may be the one that moves, if no other is named. */
const WEAK = new Set(['from', 'of', 'by', 'for', 'like']);
/** The same for weather, which happens to a place: "a storm over the sea". */
const PLACES = new Set([...WEAK, 'in', 'over', 'on', 'at', 'across']);

/**
 * Whose motion it is: of all that is named and no part of the body the nearest before the verb, else the first after it;
 * things that can be seen before ideas ("time for the lady to wave").
 */
export function subjectOf(phrases: Phrase[], act: Act | undefined): Subject {
  const weak = act?.manner === 'storm' ? PLACES : WEAK;
  const pronoun = phrases.some((phrase) => phrase.pronoun && !phrase.after);
  const named = phrases.filter(
    ({ after, ...phrase }) =>
      !phrase.pronoun &&
      !(phrase.owned && isBodily(phrase.words.at(-1)!)) &&
      partOf(phrase) === undefined &&
      after !== 'and' &&
      (isFree(after) || weak.has(after!)),
  );
  const before = named.filter(({ end, after }) => isFree(after) && act && end <= act.at).at(-1);
  const near = before ?? named.find(({ start }) => act && start > act.at);
  const scoreOf = (phrase: Phrase) =>
    (isFree(phrase.after) ? 4 : 0) + seen(phrase.words) + (phrase === near ? 1 : 0);
  const ranked = named
    .map((phrase) => ({ phrase, score: scoreOf(phrase) }))
    .sort((a, b) => b.score - a.score);
  const chosen = ranked.find(({ score, phrase }) => score > 0 && (isFree(phrase.after) || !pronoun))?.phrase;
  if (!chosen || (pronoun && seen(chosen.words) < 0)) return { others: [], words: [] };
  const listed = phrases.filter((phrase) => phrase.after === 'and' && partOf(phrase) === undefined);
  return {
    object: thingOf(chosen.words),
    others: listed.map(({ words }) => thingOf(words)),
    words: chosen.words,
  };
}

const isFree = (after: string | undefined) => !after || after === 'of owner';

/** How likely a picture shows it. */
function seen(words: string[]): number {
  const last = words.at(-1)!;
  if (labelOfEnglish(words)) return 3;
  // It blows in something.
  if (last === 'wind' || last === 'breeze') return 0;
  if (!isPhysical(last)) return -2;
  return isNoun(last) ? 2 : 0;
}

export function thingOf(words: string[]): Thing {
  const text = words.join(' ');
  return {
    text,
    english: [...words.slice(0, -1), grown(words.at(-1) ?? '')].join(' '),
    label: labelOfEnglish(words),
  };
}
