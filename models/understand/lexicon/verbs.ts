import { MANNERS } from './index.ts';
import { formsOf } from './nouns.ts';
import { climb, filesOf, sensesOf } from './wordnet.ts';

export interface VerbForm {
  manner: string;
  past: boolean;
  /** How many words it takes: "standing up" is 2. */
  length: number;
}

const SENSES = 3;
const CLIMB = 4;
/** Too general to say which motion is meant, or not of the body. */
const VAGUE = new Set([
  'move', 'open', 'say', 'close', 'drop', 'go', 'look', 'turn', 'spread', 'run', 'get up', 'bear', 'speed', 'lean', 'bow', 'grow', 'feed', 'lay', 'rest', 'race', 'lift', 'raise', 'depart', 'exit', 'enter', 'arrive', 'travel', 'journey', 'elevate', 'surface', 'emerge', 'scatter', 'extend', 'wake', 'sink', 'crash', 'trip', 'tip', 'forage', 'feast', 'swell', 'spill', 'drain', 'crumble', 'recite', 'preach', 'rap', 'hug', 'push', 'pull', 'drag', 'dig', 'follow', 'glare', 'ripen', 'sprout', 'honk', 'cheer', 'swirl', 'hurdle', 'roll up', 'work out', 'bang', 'hammer', 'pound', 'thump', 'knock', 'strum', 'pluck', 'plough', 'plow', 'exercise', 'dip', 'crane', 'circle', 'settle', 'read', 'rub', 'overtake', 'brake', 'flood', 'conduct', 'hatch', 'dim', 'flare', 'cycle',
]); // biome-ignore format: a list

/** Every form of every verb of the lexicon: "wagged", "standing up". */
const forms = new Map<string, VerbForm>();
for (const [verb, manner] of MANNERS.en) {
  const [first, ...others] = verb.split(' ');
  for (const { form, past } of formsOf(first)) {
    const key = [form, ...others].join(' ');
    if (!forms.has(key)) forms.set(key, { manner, past, length: 1 + others.length });
  }
}
const LONGEST = Math.max(...[...forms.values()].map(({ length }) => length));

/** The longest verb of the lexicon that begins at `tokens[start]`. */
export function verbAt(tokens: string[], start: number): VerbForm | undefined {
  for (let length = Math.min(LONGEST, tokens.length - start); length > 0; length--) {
    const form = forms.get(tokens.slice(start, start + length).join(' '));
    if (form) return form;
  }
  return undefined;
}

/** What a word may be a form of: "hopping" of "hop", "tries" of "try". */
export const stemsOf = (word: string): string[] => [
  word,
  word.replace(/s$/, ''),
  word.replace(/ies$/, 'y'),
  word.replace(/(?<=..)(?:ing|es|ed)$/, ''),
  word.replace(/(?:ing|ed)$/, 'e'),
  word.replace(/(.)\1(?:ing|ed)$/, '$1'),
];

/** WordNet's files of verbs that a picture can show: of the body, contests, contact, creation and motion. */
const SHOWN = new Set([29, 33, 35, 36, 38]);

/** Whether a verb is something that one can see being done: "comb", "paint". */
export const isDoing = (word: string): boolean =>
  stemsOf(word).some((stem) => filesOf(stem, 'verb', 1).some((file) => SHOWN.has(file)));

/** The manner of the verb of ours that WordNet puts nearest above an unknown one: "prance" -> walk. */
export function nearestManner(word: string): string | undefined {
  for (const stem of stemsOf(word)) {
    for (const sense of sensesOf(stem, 'verb').slice(0, SENSES)) {
      const manner = climb(sense, 'verb', CLIMB, ({ words }, offset) => {
        // A word of ours must mean just this: "paddle" is also a way of walking.
        const known = words
          .map((one) => one.replaceAll('_', ' '))
          .find(
            (one) =>
              MANNERS.en.has(one) &&
              MANNERS.en.get(one) !== 'move' &&
              !VAGUE.has(one) &&
              sensesOf(one, 'verb').slice(0, SENSES).includes(offset),
          );
        return known && MANNERS.en.get(known);
      });
      if (manner) return manner;
    }
  }
  return undefined;
}
