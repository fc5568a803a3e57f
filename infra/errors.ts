/** Every text that a person may read comes in both languages. */
export interface Bilingual {
  en: string;
  zh: string;
}

/** An error with a stable code; the API turns it into problem+json, the worker into a job's error. */
export class WaggleError extends Error {
  readonly code: string;
  readonly detail: Bilingual;

  constructor(code: string, detail: Bilingual, options: { cause?: unknown } = {}) {
    super(detail.en, options);
    this.name = 'WaggleError';
    this.code = code;
    this.detail = detail;
  }
}
