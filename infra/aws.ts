/** What the adapters for AWS have in common. */
import { WaggleError } from './errors.ts';

const NAMES = { store: '存储', queue: '队列' };

/** The SDK puts the middleware of a command together once, not for each request: about a sixth of the time that one takes. */
export const CACHED = { cacheMiddleware: true };

/** The fields of the SDK's errors that are looked at; `$metadata` is there once a request was tried. */
interface SdkError {
  name: string;
  $metadata?: { httpStatusCode?: number; attempts?: number };
}

/** @returns the HTTP status of an answer that was an error, undefined where there was no answer */
export const statusOf = (error: unknown) => (error as SdkError).$metadata?.httpStatusCode;

/** How often the SDK tried. */
export const attemptsOf = (error: unknown) => (error as SdkError).$metadata?.attempts ?? 1;

export const isNamed = (error: unknown, ...names: string[]) => names.includes((error as SdkError).name);

/**
 * @param error of the SDK, which has tried three times by now
 * @returns WaggleError `unavailable` where the service cannot be reached or has broken down, else the error as it is
 */
export function outage(error: unknown, service: keyof typeof NAMES): unknown {
  const status = statusOf(error);
  const answered = status !== undefined && status < 500 && status !== 429;
  if (!(error as SdkError).$metadata || answered) return error;
  return unreachable(service, error);
}

export function unreachable(service: keyof typeof NAMES, cause: unknown): WaggleError {
  const detail = { en: `The ${service} cannot be reached.`, zh: `无法连接${NAMES[service]}。` };
  return new WaggleError('unavailable', detail, { cause });
}
