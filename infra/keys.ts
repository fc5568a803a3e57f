/**
 * API keys. Only their SHA-256 is kept: a key is 256 random bits, so a slow password hash would add nothing
 * (there is no list of likely keys to try).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** An accepted key: who it belongs to, and the SHA-256 of the key in lower-case hex. */
export interface ApiKey {
  owner: string;
  hash: string;
}

/** Owners become parts of store keys, so they are short and plain. */
export const OWNER_PATTERN = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** @returns a fresh key, to be shown once; keep only `hashKey` of it */
export function newKey(): string {
  return `wgl_${randomBytes(32).toString('base64url')}`;
}

/** @returns SHA-256 of the key, 64 hex digits */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/**
 * Looks at every key and compares hashes in constant time, so that neither the place in the list nor a shared prefix
 * shows in the time taken.
 * @returns the owner of the key, or undefined
 */
export function ownerOf(key: string, keys: readonly ApiKey[]): string | undefined {
  const given = Buffer.from(hashKey(key), 'hex');
  let owner: string | undefined;
  for (const known of keys) {
    if (timingSafeEqual(given, Buffer.from(known.hash, 'hex'))) owner = known.owner;
  }
  return owner;
}
