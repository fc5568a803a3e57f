/** One attempt to deliver an event, and when the next one is due. */
import type { WaggleError } from '../errors.ts';
import { discard, type Outbound, type OutboundCode } from '../outbound/index.ts';
import { traceContext } from '../telemetry/trace.ts';
import type { Keyring } from './keyring.ts';
import { sign } from './sign.ts';

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];
/** Before the second, third, ... attempt: 75.6 hours in all, the example of Standard Webhooks. */
const DELAYS = [
  5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR,
]; // biome-ignore format: one list
export const MAX_ATTEMPTS = DELAYS.length + 1;
/** Those that failed together shall not come back together. */
const JITTER = 0.1;

/** @param failures how many attempts have failed, 1 to MAX_ATTEMPTS - 1 @param random 0 to 1 */
export function retryDelayMs(failures: number, random: number): number {
  return Math.round(DELAYS[failures - 1] * (1 + JITTER * (2 * random - 1)));
}

export interface Attempt {
  at: string;
  milliseconds: number;
  /** Of the answer; null where none came. */
  status: number | null;
  /** Null: delivered. `url_status` is an answer other than 2xx, a redirect too. */
  error: OutboundCode | 'url_status' | null;
}

export interface Event {
  /** The webhook-id. */
  id: string;
  owner: string;
  body: string;
}

/** Posts one event once. Throws only where it could not be tried, as when the store with the keys is down. */
export type Deliver = (event: Event, url: string) => Promise<Attempt>;

export function createDeliver({
  outbound,
  keyring,
  now = () => new Date(),
  timeoutMs = 15_000,
}: {
  outbound: Outbound;
  keyring: Keyring;
  now?: () => Date;
  timeoutMs?: number;
}): Deliver {
  return async ({ id, owner, body }, url) => {
    const keys = await keyring.signingKeys(owner);
    const at = now();
    const begun = performance.now();
    const result = (status: number | null, error: Attempt['error']): Attempt => ({
      at: at.toISOString(),
      milliseconds: Math.round(performance.now() - begun),
      status,
      error,
    });
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Waggle-Webhooks/1',
      ...sign({ id, at, body }, keys),
      ...traceContext(),
    };
    try {
      const answer = await outbound.request(url, { method: 'POST', headers, body, timeoutMs });
      await discard(answer.body);
      return result(answer.status, answer.status >= 200 && answer.status < 300 ? null : 'url_status');
    } catch (error) {
      return result(null, (error as WaggleError).code as OutboundCode);
    }
  };
}
