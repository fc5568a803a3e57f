import type { Command, Language } from '../types.ts';

/** Text to Command. Throws PipelineError `not_a_command` for questions and chatter, saying what was understood. */
export interface Understander {
  /** @param seen labels that the detector saw in the picture; they raise their words */
  understand(text: string, options: { language?: Language; seen?: string[] }): Promise<Command>;
}

export { createUnderstander } from './understander.ts';
