/**
 * Models that write letters frame by frame (wav2vec 2.0, Baevski et al., 2020, and its kin), read out by connectionist
 * temporal classification (Graves et al., 2006), as our Transcriber. They know one language, take no prompt and are small.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { openSession } from '../session.ts';
import type { Transcript } from '../types.ts';
import { logSumExp, mean } from './decode.ts';
import type { Transcriber } from './index.ts';
import { isSilent, splitAtPauses } from './stretches.ts';
import { joinTexts, noSpeech } from './texts.ts';

/** What one look at the sound may hold, in seconds; attention grows with the square of it. */
const LONGEST = 20;
/** Mean log probability of the letters, below which they are a guess at noise. */
const GUESSED = -1.2;

/** File names as on the Hugging Face hub: input_values [1, samples] -> logits [1, frames, letters]; letter -> number. */
export const CTC_FILES = { model: 'model.onnx', letters: 'vocab.json' };

export interface Letters {
  /** By number; word ends and special tokens included. */
  names: string[];
  /** Number of the token that stands for "nothing new". */
  blank: number;
}

/** @param folder holds CTC_FILES */
export async function createCtc(folder: string, threads: number): Promise<Transcriber> {
  const session = await openSession(join(folder, CTC_FILES.model), threads);
  const letters = readLetters(JSON.parse(await readFile(join(folder, CTC_FILES.letters), 'utf8')));
  const count = letters.names.length;

  async function look(samples: Float32Array): Promise<Float32Array[]> {
    const input = new Tensor('float32', normalised(samples), [1, samples.length]);
    const { logits } = await session.run({ input_values: input });
    const all = logits.data as Float32Array;
    return Array.from({ length: all.length / count }, (_, i) => all.subarray(i * count, (i + 1) * count));
  }

  return {
    async transcribe({ samples }, { abort }): Promise<Transcript> {
      if (isSilent(samples)) throw noSpeech();
      const texts: string[] = [];
      const certainty: number[] = [];
      for (const stretch of splitAtPauses(samples, LONGEST)) {
        abort.throwIfAborted();
        const { text, logProbabilities } = readOut(await look(stretch), letters);
        if (!text || mean(logProbabilities) < GUESSED) continue;
        texts.push(text);
        certainty.push(...logProbabilities);
      }
      if (!texts.length) throw noSpeech();
      const language = /\p{Script=Han}/u.test(texts[0]) ? 'zh' : 'en';
      return { text: joinTexts(texts, language), language, confidence: Math.exp(mean(certainty)) };
    },
  };
}

/** @throws Error where no letter can be the blank */
export function readLetters(vocabulary: Record<string, number>): Letters {
  const blank = vocabulary['<pad>'] ?? vocabulary['[PAD]'];
  if (blank === undefined) throw new Error('the vocabulary has neither <pad> nor [PAD]');
  const names: string[] = [];
  for (const [name, number] of Object.entries(vocabulary)) names[number] = name;
  return { names, blank };
}

/** Mean 0, variance 1, as these models were trained. */
function normalised(samples: Float32Array): Float32Array {
  const centre = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  const variance = samples.reduce((sum, value) => sum + (value - centre) ** 2, 0) / samples.length;
  const scale = 1 / Math.sqrt(variance + 1e-7);
  return samples.map((value) => (value - centre) * scale);
}

/**
 * The most probable letter of each frame; repeats are one letter, blanks part them.
 * @param frames logits
 * @returns text, in lower case where the model knows only capitals, and the log probability of each letter at its first frame
 */
export function readOut(
  frames: Float32Array[],
  { names, blank }: Letters,
): { text: string; logProbabilities: number[] } {
  let [text, last] = ['', blank];
  const logProbabilities: number[] = [];
  for (const logits of frames) {
    const letter = logits.indexOf(Math.max(...logits));
    const name = names[letter];
    if (letter !== last && letter !== blank && !/^[<[].+[>\]]$/.test(name)) {
      text += name === '|' ? ' ' : name;
      logProbabilities.push(logits[letter] - logSumExp(logits));
    }
    last = letter;
  }
  const words = text.trim().replace(/ +/g, ' ');
  return { text: words === words.toUpperCase() ? words.toLowerCase() : words, logProbabilities };
}
