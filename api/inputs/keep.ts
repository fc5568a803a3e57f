import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import type { Store } from '../../infra/store/index.ts';
import { Problem } from '../problems/problem.ts';

/** Enough for the magic bytes and nearly every header; longer headers are read from the store. */
const HEAD_BYTES = 64 * 1024;

/** A file that lies in the store, but has not been looked at yet. */
export interface Received {
  key: string;
  bytes: number;
  sha256: string;
  /** Its first bytes. */
  head: Buffer;
  /** It was longer than its limit; the rest was not kept. */
  truncated: boolean;
}

/** Streams into the store while counting, hashing and keeping the head; of more than `limit` bytes nothing is kept. */
export async function keep(store: Store, key: string, source: Readable, limit: number): Promise<Received> {
  const hash = createHash('sha256');
  const head: Buffer[] = [];
  let bytes = 0;
  const tap = new Transform({
    transform(chunk: Buffer, _, done) {
      if (bytes < HEAD_BYTES) head.push(chunk.subarray(0, HEAD_BYTES - bytes));
      bytes += chunk.length;
      hash.update(chunk);
      done(null, bytes <= limit ? chunk : undefined);
    },
  });
  source.on('error', (error) => tap.destroy(error));
  source.on('close', () => source.readableEnded || tap.destroy(new Problem('malformed_body')));
  await store.put(key, source.pipe(tap), { contentType: 'application/octet-stream' });
  return { key, bytes, sha256: hash.digest('hex'), head: Buffer.concat(head), truncated: bytes > limit };
}
