/** Files that a JSON request names by their address. */
import { Readable } from 'node:stream';
import { discard, type Outbound, outboundError } from '../../infra/outbound/index.ts';
import type { Store } from '../../infra/store/index.ts';
import type { ProblemCode } from '../problems/catalogue.ts';
import { Problem } from '../problems/problem.ts';
import { keep, type Received } from './keep.ts';

/** The caller waits for the answer meanwhile. */
const TIMEOUT_MS = 20_000;

export interface Fetch {
  store: Store;
  outbound: Outbound;
  url: string;
  key: string;
  /** Bytes; of a longer file no more than one byte beyond is read. */
  limit: number;
  /** JSON pointer to the address in the request. */
  pointer: string;
}

/** Redirects are not followed. @throws Problem `url_*` */
export async function fetchFile({ store, outbound, url, key, limit, pointer }: Fetch): Promise<Received> {
  const failed = (cause: unknown) => {
    const { code, detail } = outboundError(cause);
    return new Problem(code as ProblemCode, { errors: [{ pointer, detail }], cause });
  };
  const request = { method: 'GET', headers: { accept: '*/*' }, timeoutMs: TIMEOUT_MS } as const;
  const { status, body } = await outbound.request(url, request).catch((error) => {
    throw failed(error);
  });
  if (status !== 200) {
    await discard(body);
    const detail = { en: `answered ${status}`, zh: `响应状态为 ${status}` };
    throw new Problem('url_status', { errors: [{ pointer, detail }] });
  }
  return keep(store, key, Readable.from(beginning(body, limit + 1, failed)), limit);
}

/** Ends the transfer where it has enough; what fails on the way is the sender's failure, not the store's. */
async function* beginning(
  source: Readable,
  bytes: number,
  failed: (cause: unknown) => Problem,
): AsyncGenerator<Buffer> {
  let left = bytes;
  try {
    for await (const chunk of source) {
      yield (chunk as Buffer).subarray(0, left);
      left -= (chunk as Buffer).length;
      if (left <= 0) return;
    }
  } catch (error) {
    throw failed(error);
  }
}
