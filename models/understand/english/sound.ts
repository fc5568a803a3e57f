/** English by ear: speech recognition writes "bare" for a bear and "see bra" for a zebra. */
import { dictionary } from 'cmu-pronouncing-dictionary';
import { remembered } from '../remembered.ts';

/** Consonants that differ in the voice only, and vowels that accents mix up. */
const LIKE = new Set(
  ['T D', 'K G', 'P B', 'S Z', 'F V', 'SH ZH', 'CH JH', 'TH DH', 'M N', 'N NG', 'AA AO', 'AA AH', 'AH AO', 'EH AE', 'EH IH', 'IY IH', 'UW UH', 'OW AO', 'ER AH', 'AH IH', 'AH UH'].flatMap((pair) => [pair, pair.split(' ').reverse().join(' ')]),
); // biome-ignore format: a list
const STOPS = [new Set(['P', 'T', 'K']), new Set(['B', 'D', 'G'])];

/** A word is listed again as "bow(2)" where it may be said in another way. */
const WAYS = ['', '(2)', '(3)'];

/** Forms that the dictionary lacks end as others do. */
const ENDINGS: [RegExp, string][] = [
  [/s$/, ' Z'],
  [/ed$/, ' D'],
  [/ing$/, ' IH NG'],
];

/** Each way to say a word, in phonemes. */
const soundsOf = remembered((word: string): string[][] => {
  const sounds = WAYS.flatMap((way) => dictionary[word + way] ?? []);
  const [ending, sound] = ENDINGS.find(([end]) => end.test(word) && dictionary[word.replace(end, '')]) ?? [];
  const said = sounds.length > 0 || !ending ? sounds : [dictionary[word.replace(ending, '')] + sound];
  return said.map((way) => way.replace(/\d/g, '').split(' '));
});

/** The ways to say words in a row: phonemes (ARPAbet without stress, Carnegie Mellon's dictionary); none where one is unknown. */
function phonemes(words: string[]): string[][] {
  let ways: string[][] = [[]];
  for (const word of words) {
    const sounds = soundsOf(word);
    ways = ways.flatMap((way) => sounds.map((sound) => [...way, ...sound]));
  }
  return ways;
}

function substitution(a: string, b: string): number {
  if (a === b) return 0;
  if (LIKE.has(`${a} ${b}`)) return 0.5;
  return STOPS.some((stops) => stops.has(a) && stops.has(b)) ? 0.6 : 1;
}

/** Edit distance of two sounds over the longer one's length, 0 = the same. */
function distance(a: string[], b: string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, sound] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries())
      next.push(Math.min(row[j] + substitution(sound, other), row[j + 1] + 1, next[j] + 1));
    row = next;
  }
  return row[b.length] / Math.max(a.length, b.length);
}

/** The word of a list that sounds most like some words said in a row, if it is within `limit` (0 the same .. 1). */
export function soundsLike(words: string[], list: Iterable<string>, limit: number): string | undefined {
  const sounds = phonemes(words);
  let best: { word: string; far: number } | undefined;
  for (const word of list) {
    for (const other of phonemes(word.split(' '))) {
      // Words of other lengths cannot be near.
      for (const sound of sounds.filter(({ length }) => Math.abs(length - other.length) <= limit * length)) {
        const far = distance(sound, other);
        if (far <= limit && (!best || far < best.far)) best = { word, far };
      }
    }
  }
  return best?.word;
}

/** Words by how they are said. */
let spoken: Map<string, string[]> | undefined;

/** Words that are said in just the same way: "knight" and "nite" for "night". */
export function homophonesOf(word: string): string[] {
  if (!spoken) {
    spoken = new Map();
    for (const [entry, sound] of Object.entries(dictionary)) {
      const same = spoken.get(sound);
      if (same) same.push(entry);
      else spoken.set(sound, [entry]);
    }
  }
  const sound = dictionary[word];
  return (sound ? spoken.get(sound)! : []).filter((other) => other !== word && /^[a-z]+$/.test(other));
}
