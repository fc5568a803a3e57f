import type { Bilingual } from './types.ts';

/**
 * The request cannot be carried out, and the caller can be told why. `code` is stable and part of the API;
 * `seen` carries what the models made of the input, so that the caller sees what was heard or found.
 */
export class PipelineError extends Error {
  readonly code: string;
  readonly detail: Bilingual;
  readonly seen?: Record<string, unknown>;

  constructor(
    code: string,
    detail: Bilingual,
    options: { seen?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(detail.en, { cause: options.cause });
    this.name = 'PipelineError';
    this.code = code;
    this.detail = detail;
    this.seen = options.seen;
  }
}
