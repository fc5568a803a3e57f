import type { Readable } from 'node:stream';

export interface StoredObject {
  body: Buffer;
  etag: string;
  contentType: string;
}

export interface OpenObject {
  /** Bytes of the asked range, or of the whole object. */
  stream: Readable;
  /** Size of the whole object in bytes. */
  size: number;
  etag: string;
  contentType: string;
}

export interface PutOptions {
  contentType: string;
  /** Write only if the object's ETag is still this one. */
  ifMatch?: string;
  /** Write only if nothing is there. */
  ifNoneMatch?: '*';
  /** The object appears only once this has resolved; where it rejects nothing is written, and `put` rejects as it does. */
  after?: Promise<unknown>;
}

/**
 * Objects by key (`a/b/c`, characters [A-Za-z0-9._-/], no `..`), read-after-write consistent, changed atomically.
 * The semantics are S3's. Throws WaggleError `precondition_failed` when a condition does not hold.
 */
export interface Store {
  get(key: string): Promise<StoredObject | undefined>;
  /** @param range first and last byte, inclusive */
  open(key: string, range?: { start: number; end: number }): Promise<OpenObject | undefined>;
  /** @returns the new ETag */
  put(key: string, body: Uint8Array | Readable, options: PutOptions): Promise<string>;
  /** No error if there is nothing. */
  delete(key: string): Promise<void>;
  /** Keys that start with `prefix`, in byte order, those after `after` only, at most `limit` of them. */
  list(prefix: string, options: { after?: string; limit: number }): Promise<string[]>;
  /** Absent where bytes go through the service. */
  readonly links?: Links;
}

/** Addresses by which a caller without an account reaches one object of a private store, for a while. */
export interface Links {
  get(key: string, options: { seconds: number; fileName: string }): Promise<string>;
  /** An HTML form: `fields` and then the part `file`, 1 to `maxBytes` bytes. */
  post(
    key: string,
    options: { seconds: number; maxBytes: number },
  ): Promise<{ url: string; fields: Record<string, string> }>;
}
