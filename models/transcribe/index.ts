import type { Abort, Audio, Language, Transcript } from '../types.ts';

/** Speech to text. Throws PipelineError `no_speech` for silence and noise. */
export interface Transcriber {
  /** @param language decode as this language; absent: the model detects English or Chinese */
  transcribe(audio: Audio, options: { language?: Language; abort: Abort }): Promise<Transcript>;
}
