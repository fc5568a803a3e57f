import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';

/** The special tokens that steer Whisper's decoder (Radford et al., 2022, figure 1). */
export interface Special {
  start: number;
  end: number;
  transcribe: number;
  /** Into English. */
  translate: number;
  noTimestamps: number;
  /** Precedes text that is context, not to be transcribed. */
  previous: number;
  noSpeech: number;
  /** By code: en, zh, and every other one that the model knows. */
  languages: Map<string, number>;
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
      translate: id('<|translate|>'),
      noTimestamps: id('<|notimestamps|>'),
      previous: id('<|startofprev|>'),
      noSpeech: id('<|nocaptions|>'),
      languages: languagesOf(description.added_tokens),
    },
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    digits: new Set(digits.map(([, token]) => token)),
    decode(tokens) {
      const words = tokens.filter((token) => token < end);
      return words.length ? tokenizer.decode(words) : '';
    },
  };
}

/** Marks of languages are the only special tokens of two or three letters. */
function languagesOf(added: { id: number; content: string }[]): Map<string, number> {
  const languages = new Map<string, number>();
  for (const { id, content } of added) {
    const code = content.match(/^<\|([a-z]{2,3})\|>$/)?.[1];
    if (code) languages.set(code, id);
  }
  return languages;
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
