import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import type { Language } from '../types.ts';

/** The special tokens that steer Whisper's decoder (Radford et al., 2022, figure 1). */
export interface Special {
  start: number;
  end: number;
  transcribe: number;
  noTimestamps: number;
  /** Precedes text that is context, not to be transcribed. */
  previous: number;
  noSpeech: number;
  language: Record<Language, number>;
}

export interface WhisperTokenizer {
  special: Special;
  encode(text: string): number[];
  /** Special tokens are left out. */
  decode(tokens: number[]): string;
  /** Tokens that hold a digit. */
  digits: Set<number>;
}

/** @param path tokenizer.json as the Hugging Face hub and faster-whisper ship it */
export async function loadTokenizer(path: string): Promise<WhisperTokenizer> {
  const description = JSON.parse(await readFile(path, 'utf8'));
  restoreFirstMerge(description.model);
  const tokenizer = new Tokenizer(description, {});
  const id = (token: string) => {
    const found = tokenizer.token_to_id(token);
    if (found === undefined) throw new Error(`${path} has no token ${token}`);
    return found;
  };
  const end = id('<|endoftext|>');
  const digits = Object.entries<number>(description.model.vocab).filter(([token]) => /[0-9]/.test(token));
  return {
    special: {
      start: id('<|startoftranscript|>'),
      end,
      transcribe: id('<|transcribe|>'),
      noTimestamps: id('<|notimestamps|>'),
      previous: id('<|startofprev|>'),
      noSpeech: id('<|nocaptions|>'),
      language: { en: id('<|en|>'), zh: id('<|zh|>') },
    },
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    digits: new Set(digits.map(([, token]) => token)),
    decode: (tokens) => tokenizer.decode(tokens.filter((token) => token < end)),
  };
}

/**
 * The published file lacks the very first merge of the byte-pair table (" " + "t"), so that " the" and " tail" would be
 * encoded as a space and a bare word, which the model has hardly seen.
 */
function restoreFirstMerge(model: {
  vocab: Record<string, number>;
  merges: (string | [string, string])[];
}): void {
  const isMissing =
    model.vocab.Ġt !== undefined &&
    !model.merges.some((merge) => String(merge) === 'Ġ t' || String(merge) === 'Ġ,t');
  if (isMissing) model.merges.unshift(typeof model.merges[0] === 'string' ? 'Ġ t' : ['Ġ', 't']);
}
