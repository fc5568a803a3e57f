/** Requests to addresses that callers name: their callbacks, their pictures. */
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { request as undiciRequest } from 'undici';
import { type Bilingual, WaggleError } from '../errors.ts';
import { isLoopback, isPublic } from './addresses.ts';
import { createPinnedAgent, type Resolve, refused } from './agent.ts';

/** As much is read of an answer of which only the status is wanted. */
const MAX_DISCARDED_BYTES = 16 * 1024;

export interface OutboundRequest {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
  /** From the first look at the name to the last byte of the answer. */
  timeoutMs: number;
}

export interface OutboundResponse {
  status: number;
  /** To be read, or given to `discard`. For its errors see `outboundError`. */
  body: Readable;
}

/** Codes of what can go wrong: see api/problems/catalogue.ts. */
export type OutboundCode = 'url_refused' | 'url_unresolved' | 'url_unreachable' | 'url_timeout';

export interface Outbound {
  /**
   * Looks at what can be seen without resolving: https (or http to this machine, where that is allowed), no user name
   * or password, no address that is not allowed.
   * @throws WaggleError `url_refused`
   */
  check(url: string): URL;
  /** Redirects are answers like others and not followed. @throws WaggleError with an OutboundCode */
  request(url: string, request: OutboundRequest): Promise<OutboundResponse>;
  close(): Promise<void>;
}

/**
 * @param loopback also this machine itself may be asked, by http too: for development and tests
 * @param resolve instead of the system's resolver
 */
export function createOutbound({ loopback, resolve }: { loopback: boolean; resolve?: Resolve }): Outbound {
  const allows = (address: string) => isPublic(address) || (loopback && isLoopback(address));
  const agent = createPinnedAgent({ allows, resolve, connectTimeoutMs: 10_000 });

  function check(url: string): URL {
    if (!URL.canParse(url)) throw refused();
    const parsed = new URL(url);
    const host = parsed.hostname.replace(/^\[|\]$/g, '');
    const local = loopback && (host === 'localhost' || isLoopback(host));
    const scheme = parsed.protocol === 'https:' || (parsed.protocol === 'http:' && local);
    const named = host !== 'localhost' && !isIP(host); // looked at once it is resolved
    if (!scheme || !(local || named || allows(host)) || parsed.username || parsed.password) throw refused();
    return parsed;
  }

  return {
    check,
    async request(url, { method, headers, body, timeoutMs }) {
      const target = check(url);
      const signal = AbortSignal.timeout(timeoutMs);
      const options = { method, headers, body, signal, dispatcher: agent };
      // undici itself looks at the signal only once it is connected.
      const expired = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      const answer = await Promise.race([undiciRequest(target, options), expired]).catch((error) => {
        throw outboundError(error);
      });
      return { status: answer.statusCode, body: answer.body };
    },
    close: () => agent.destroy(),
  };
}

const TEXTS: Record<Exclude<OutboundCode, 'url_refused'>, Bilingual> = {
  url_unresolved: { en: 'The name of the host cannot be resolved.', zh: '无法解析主机名。' },
  url_unreachable: {
    en: 'The connection failed, or ended before the answer did.',
    zh: '连接失败，或在响应完成之前中断。',
  },
  url_timeout: { en: 'The answer did not arrive in time.', zh: '未能及时收到响应。' },
};

/** What went wrong in one of four words; the cause keeps the rest. */
export function outboundError(cause: unknown): WaggleError {
  if (cause instanceof WaggleError) return cause;
  const { name, code } = cause as { name?: string; code?: string };
  const word = wordFor(name, code);
  return new WaggleError(word, TEXTS[word], { cause });
}

function wordFor(name = '', code = ''): keyof typeof TEXTS {
  if (name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT') return 'url_timeout';
  return ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ENODATA'].includes(code)
    ? 'url_unresolved'
    : 'url_unreachable';
}

/** Reads a little, so that the connection can be used again; of a longer or broken answer the rest does not matter. */
export async function discard(body: Readable): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += (chunk as Buffer).length;
      if (bytes > MAX_DISCARDED_BYTES) return;
    }
  } catch {
    // The status has been said.
  }
}
