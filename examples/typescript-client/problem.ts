import type { components } from './waggle.d.ts';

export type ProblemDetails = components['schemas']['Problem'];

/** What the service says went wrong (RFC 9457): `code` is for programs, the message for people. */
export class Problem extends Error {
  readonly details: ProblemDetails;
  /** As in Retry-After. */
  readonly retryAfterSeconds?: number;

  constructor(details: ProblemDetails, retryAfterSeconds?: number) {
    super(`${details.title}: ${details.detail}`);
    this.name = 'Problem';
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get code(): string {
    return this.details.code;
  }
}

/** @param body of an answer that is not a success; not every proxy on the way speaks problem+json */
export function problemOf(body: unknown, response: Response): Error {
  if (!/^application\/problem\+json/.test(response.headers.get('content-type') ?? '')) {
    return new Error(`The service answered ${response.status} ${response.statusText}.`);
  }
  const details = typeof body === 'string' ? JSON.parse(body) : body;
  const after = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new Problem(details, Number.isFinite(after) ? after : undefined);
}

/** Whether the same request may do better in a moment: the connection broke, or there is too much to do. */
export function mayPass(error: unknown): boolean {
  if (error instanceof Problem) {
    const { status, code } = error.details;
    return [408, 429, 503].includes(status) || code === 'idempotency_in_flight';
  }
  return error instanceof TypeError; // that is how fetch says so
}

export function retryAfterMs(error: unknown): number | undefined {
  const seconds = error instanceof Problem ? error.retryAfterSeconds : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
}
