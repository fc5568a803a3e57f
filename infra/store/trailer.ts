import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { hasCode } from './lock.ts';

/** What is known of an object besides its bytes; kept as the last bytes of its file, JSON padded with spaces. */
export interface Trailer {
  /** As in HTTP, with its quotes. */
  etag: string;
  contentType: string;
}

export const TRAILER_BYTES = 256;

export function trailer(known: Trailer): Buffer {
  const text = Buffer.from(`\n${JSON.stringify(known)}`);
  if (text.length > TRAILER_BYTES)
    throw new RangeError(`content type of ${known.contentType.length} characters`);
  return Buffer.concat([text, Buffer.alloc(TRAILER_BYTES - text.length, ' ')]);
}

export function parseTrailer(bytes: Buffer): Trailer {
  const { etag, contentType } = JSON.parse(bytes.toString()) as Trailer;
  return { etag, contentType };
}

/** For use inside a lock. @returns undefined where there is no such file */
export function readEtagSync(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    const bytes = Buffer.alloc(TRAILER_BYTES);
    readSync(file, bytes, 0, TRAILER_BYTES, fstatSync(file).size - TRAILER_BYTES);
    return parseTrailer(bytes).etag;
  } finally {
    closeSync(file);
  }
}
