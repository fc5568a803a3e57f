import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Abort, Audio, Language, Transcript } from '../types.ts';
import { CTC_FILES, createCtc } from './ctc.ts';
import { createWhisper } from './whisper.ts';

/** Speech to text. Throws PipelineError `no_speech` for silence and noise. */
export interface Transcriber {
  /** @param language decode as this language; absent: the model detects it */
  transcribe(audio: Audio, options: { language?: Language; abort: Abort }): Promise<Transcript>;
}

/**
 * Loads the model once; the transcriber runs many times. What lies in the folder says which kind it is.
 * @param weightsDir what `ensureWeights` returned
 * @param threads see `openSession`
 * @param prompted false: Whisper hears as it comes, not expecting commands; to measure what that is worth
 */
export function createTranscriber(options: {
  weightsDir: string;
  threads?: number;
  prompted?: boolean;
}): Promise<Transcriber> {
  const { weightsDir, threads = 2, prompted = true } = options;
  const isCtc = existsSync(join(weightsDir, CTC_FILES.letters));
  return isCtc ? createCtc(weightsDir, threads) : createWhisper(weightsDir, threads, prompted);
}

/** What is to be understood: the translation of a language that commands cannot be in, else the text itself. */
export function wordsOf({ text, language, translation }: Transcript): { text: string; language: Language } {
  if (translation !== undefined) return { text: translation, language: 'en' };
  return { text, language: language === 'zh' ? 'zh' : 'en' };
}
