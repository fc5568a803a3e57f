/** JSON documents in a store, changed only by conditional writes. */
import type { PutOptions, Store } from './index.ts';

/** Tries before a conditional write is given up; each loss means that somebody else's write has succeeded. */
const MAX_TRIES = 50;
const JSON_TYPE = { contentType: 'application/json' };

export async function readDocument<T>(store: Store, key: string): Promise<T | undefined> {
  const object = await store.get(key);
  return object && (JSON.parse(object.body.toString()) as T);
}

/** @returns false where there already is one */
export async function createDocument(
  store: Store,
  key: string,
  document: unknown,
  { after }: Pick<PutOptions, 'after'> = {},
): Promise<boolean> {
  return write(store, key, document, { ifNoneMatch: '*', after });
}

/**
 * Reads, changes, writes if nobody else has written since, and otherwise begins again. `change` may return the document
 * as it is, and then nothing is written.
 * @returns the document as it is now; undefined where there is none
 */
export async function changeDocument<T>(
  store: Store,
  key: string,
  change: (document: T) => T,
): Promise<T | undefined> {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const object = await store.get(key);
    if (!object) return undefined;
    const found = JSON.parse(object.body.toString()) as T;
    const changed = change(found);
    if (changed === found || (await write(store, key, changed, { ifMatch: object.etag }))) return changed;
  }
  throw new Error(`${key} was changed by others ${MAX_TRIES} times in a row.`);
}

/** @returns false where the condition does not hold */
async function write(
  store: Store,
  key: string,
  document: unknown,
  condition: Omit<PutOptions, 'contentType'>,
): Promise<boolean> {
  try {
    await store.put(key, Buffer.from(JSON.stringify(document)), { ...JSON_TYPE, ...condition });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'precondition_failed') return false;
    throw error;
  }
}
