import type { Abort, Audio, Language, Transcript } from '../types.ts';
import { createWhisper } from './whisper.ts';

/** Speech to text. Throws PipelineError `no_speech` for silence and noise. */
export interface Transcriber {
  /** @param language decode as this language; absent: the model detects English or Chinese */
  transcribe(audio: Audio, options: { language?: Language; abort: Abort }): Promise<Transcript>;
}

/**
 * Loads Whisper once; the transcriber runs many times.
 * @param weightsDir what `ensureWeights('whisper-base')` returned
 * @param threads see `openSession`
 */
export function createTranscriber(options: { weightsDir: string; threads?: number }): Promise<Transcriber> {
  return createWhisper(options.weightsDir, options.threads ?? 2);
}
