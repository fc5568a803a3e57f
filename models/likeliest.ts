import { PipelineError } from './errors.ts';
import { wordsOf } from './transcribe/index.ts';
import type { Command, Transcript } from './types.ts';
import { soundsLike } from './understand/english/sound.ts';
import type { Understander } from './understand/index.ts';
import { isNoun, isPhysical } from './understand/lexicon/nouns.ts';
import { verbAt } from './understand/lexicon/verbs.ts';

/**
 * How well words suit the picture: they ask for nothing; for what no dictionary or no detector finds; for a thing that was not
 * made out ("the both"); for a thing that no detector counts, as stars or the sea; for "it", or for something that is there.
 */
const [NOTHING, STRANGE, UNCLEAR, PLAIN, IT, SHOWN] = [0, 1, 2, 3, 4, 5];

/**
 * Talk is no command because another sentence would be one: it must sound nearly the same ("make it dense"), a single word but for
 * a voiced consonant ("not"), and begin as commands do. Shares of the sounds that differ.
 */
const SAME = 0.1;
const SAME_WORD = 0.17;
const ASKING = /^(?:please|can|could|would|will|make|let|have|get|i)$/;
const INFLECTED = /(?:[^s]s|ing|ed)$/;

/**
 * What was heard and what can be meant, decided together: where the words ask for nothing, or for something that the picture
 * does not show, the likeliest of the others that ask for something that it does, or at least for something.
 * @param seen labels of what is in the picture
 * @returns the transcript without the words that were not said
 */
export async function likeliest(
  { alternatives = [], ...heard }: Transcript,
  seen: string[],
  understander: Understander,
): Promise<Transcript> {
  if (alternatives.length === 0) return heard;
  const first = await suits(heard, seen, understander);
  if (first >= IT) return heard;
  const others: { text: string; value: number }[] = [];
  for (const text of alternatives) {
    const value = await suits({ ...heard, text }, seen, understander);
    if (value === SHOWN) return { ...heard, text };
    others.push({ text, value });
  }
  const of = (value: number) => others.filter((one) => one.value === value).map(({ text }) => text);
  const [better] = [
    ...(first === STRANGE ? of(PLAIN) : []),
    ...(first === NOTHING ? [...of(IT), ...of(PLAIN)].filter((text) => mayBe(heard.text, text)) : []),
  ];
  return better === undefined ? heard : { ...heard, text: better };
}

const spoken = (text: string) => text.toLowerCase().match(/[a-z']+/g) ?? [];

/** Whether `other` is a command that `text` may be, by its sound. */
function mayBe(text: string, other: string): boolean {
  const [words, others] = [spoken(text), spoken(other)];
  const [first = ''] = others;
  const asks = ASKING.test(first) || (verbAt(others, 0) !== undefined && !INFLECTED.test(first));
  const limit = words.length > 1 ? SAME : SAME_WORD;
  return asks && words.length > 0 && soundsLike(words, [others.join(' ')], limit) !== undefined;
}

async function suits(transcript: Transcript, seen: string[], understander: Understander): Promise<number> {
  const { text, language } = wordsOf(transcript);
  try {
    const { object } = await understander.understand(text, { language, seen });
    if (!object) return /\b(?:the|both)\b/i.test(text) ? UNCLEAR : IT;
    if (object.label) return seen.includes(object.label) ? SHOWN : STRANGE;
    return isPlain(object) ? PLAIN : STRANGE;
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'not_a_command') return NOTHING;
    throw error;
  }
}

/** Of something that can be seen, by the last word of its name. */
function isPlain({ english }: NonNullable<Command['object']>): boolean {
  const word = english?.toLowerCase().split(' ').at(-1) ?? '';
  return isNoun(word) && isPhysical(word);
}
