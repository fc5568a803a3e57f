import { PipelineError } from './errors.ts';
import { wordsOf } from './transcribe/index.ts';
import type { Transcript } from './types.ts';
import type { Understander } from './understand/index.ts';

/**
 * What was heard and what can be meant, decided together: where the words ask for nothing, or for something that the picture
 * does not show, the likeliest of the others that ask for something that it does.
 * @param seen labels of what is in the picture
 * @returns the transcript without the words that were not said
 */
export async function likeliest(
  { alternatives = [], ...heard }: Transcript,
  seen: string[],
  understander: Understander,
): Promise<Transcript> {
  if (alternatives.length === 0) return heard;
  const first = await asksFor(heard, seen, understander);
  if (first === 'shown' || first === 'it') return heard;
  for (const text of alternatives)
    if ((await asksFor({ ...heard, text }, seen, understander)) === 'shown') return { ...heard, text };
  return heard;
}

/** Whether the words ask for something in the picture, for something else, for what they do not name, or for nothing. */
async function asksFor(
  transcript: Transcript,
  seen: string[],
  understander: Understander,
): Promise<'shown' | 'other' | 'it' | 'nothing'> {
  const { text, language } = wordsOf(transcript);
  try {
    const { object } = await understander.understand(text, { language, seen });
    if (!object) return 'it';
    return object.label !== undefined && seen.includes(object.label) ? 'shown' : 'other';
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'not_a_command') return 'nothing';
    throw error;
  }
}
