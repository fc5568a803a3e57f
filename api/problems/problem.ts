import Negotiator from 'negotiator';
import Type, { type Static } from 'typebox';
import { type Bilingual, WaggleError } from '../../infra/errors.ts';
import type { JobError } from '../jobs/job.ts';
import { CATALOGUE, entryOf, type ProblemCode } from './catalogue.ts';

/** Languages that people are answered in. */
export type Language = 'en' | 'zh';

/** One field that is not as it should be; `pointer` is a JSON pointer into the request. */
export interface FieldError {
  pointer: string;
  detail: Bilingual;
}

interface Options {
  /** Instead of the catalogue's. */
  status?: number;
  detail?: Bilingual;
  errors?: FieldError[];
  headers?: Record<string, string>;
  seen?: Record<string, unknown>;
  cause?: unknown;
}

/** Thrown anywhere under a route; plugins/problems.ts answers with it. */
export class Problem extends WaggleError {
  declare readonly code: ProblemCode;
  readonly status: number;
  readonly errors?: FieldError[];
  readonly headers: Record<string, string>;
  readonly seen?: Record<string, unknown>;

  constructor(code: ProblemCode, { status, detail, errors, headers = {}, seen, cause }: Options = {}) {
    super(code, detail ?? CATALOGUE[code].detail, { cause });
    this.name = 'Problem';
    this.status = status ?? CATALOGUE[code].status;
    this.errors = errors;
    this.headers = headers;
    this.seen = seen;
  }
}

export const ProblemSchema = Type.Object(
  {
    type: Type.String({
      format: 'uri-reference',
      description: 'Address of the description of this kind of problem.',
    }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({ description: 'Stable name of the problem, for programs.' }),
    detail: Type.String({ description: 'What happened, in the language of Accept-Language (en or zh).' }),
    retryable: Type.Boolean({ description: 'The same request may succeed later.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'JSON pointer to the field.' }),
          detail: Type.String(),
        }),
      ),
    ),
    seen: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'What was heard, understood or found.' }),
    ),
  },
  {
    $id: 'Problem',
    description: 'RFC 9457 problem details.',
    examples: [
      {
        type: '/problems/object_not_found',
        title: 'Object not found',
        status: 422,
        code: 'object_not_found',
        detail: 'The picture shows no dog, but a cat.',
        retryable: false,
      },
    ],
  },
);
export type ProblemBody = Static<typeof ProblemSchema>;

/** @returns the language that the header asks for, English where it asks for neither */
export function languageOf(headers: Record<string, string | string[] | undefined>): Language {
  return new Negotiator({ headers }).language(['en', 'zh']) === 'zh' ? 'zh' : 'en';
}

export function problemBody(error: WaggleError, language: Language): ProblemBody {
  const { code, title, retryable, detail, ...entry } = entryOf(error.code);
  const status = error instanceof Problem ? error.status : entry.status;
  // An internal error's own words are for the log.
  const known = code === error.code && code !== 'internal';
  const body: ProblemBody = {
    type: `/problems/${code}`,
    title: title[language],
    status,
    code,
    detail: (known ? error.detail : detail)[language],
    retryable,
  };
  if (error instanceof Problem && error.errors) {
    body.errors = error.errors.map(({ pointer, detail: text }) => ({ pointer, detail: text[language] }));
  }
  if (error instanceof Problem && error.seen) body.seen = error.seen;
  return body;
}

/** The error of a failed job, in the same words as over HTTP. */
export function jobProblem(error: JobError, language: Language): ProblemBody {
  const { code, status, title } = entryOf(error.code);
  return {
    type: `/problems/${code}`,
    title: title[language],
    status,
    code,
    detail: error.detail[language],
    retryable: error.retryable,
    ...(error.seen && { seen: error.seen }),
  };
}
