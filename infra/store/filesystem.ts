/**
 * The embedded store: one file for each object, under the path that its key spells.
 *
 * A file is the object's bytes followed by a trailer of fixed size that holds its ETag and content type, so that one
 * rename publishes all three at once and a reader never sees half of a write. Large results stay playable in place:
 * video players do not mind the trailer.
 *
 * Layout of the directory: `objects/` the files, `writing/` unfinished ones, `locks/` see lock.ts.
 * A key cannot be the folder of another one (`a` beside `a/b`). The file system must know hard links; FAT does not.
 */
import { createHash, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, renameSync, unlinkSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { WaggleError } from '../errors.ts';
import { syncFolder, writeDurably } from '../sync.ts';
import type { Store } from './index.ts';
import { checkKey, checkPrefix, preconditionFailed } from './keys.ts';
import { hasCode, withLock } from './lock.ts';
import { parseTrailer, readEtagSync, TRAILER_BYTES, trailer } from './trailer.ts';

/** An unfinished write this old belongs to nobody. */
const ABANDONED_MS = 60 * 60 * 1000;
const MAX_TRIES = 10;

/** @param directory made if it is not there; several processes may use it at once */
export async function createFilesystemStore(directory: string): Promise<Store> {
  const objects = join(directory, 'objects');
  const writing = join(directory, 'writing');
  const locks = join(directory, 'locks');
  for (const folder of [objects, writing, locks]) await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeAbandoned(writing);

  const pathOf = (key: string) => {
    checkKey(key);
    return join(objects, key);
  };
  const lockOf = (key: string) => join(locks, createHash('sha256').update(key).digest('hex').slice(0, 32));

  return {
    async get(key) {
      const file = await unlessMissing(readFile(pathOf(key)));
      if (!file) return undefined;
      const end = file.length - TRAILER_BYTES;
      return { body: file.subarray(0, end), ...parseTrailer(file.subarray(end)) };
    },

    async open(key, range) {
      const handle = await unlessMissing(open(pathOf(key)));
      if (!handle) return undefined;
      try {
        const size = (await handle.stat()).size - TRAILER_BYTES;
        const { buffer } = await handle.read(Buffer.alloc(TRAILER_BYTES), 0, TRAILER_BYTES, size);
        const object = { size, ...parseTrailer(buffer) };
        if (size === 0) {
          await handle.close();
          return { ...object, stream: Readable.from([]) };
        }
        // The stream closes the file when it ends or is destroyed.
        const stream = handle.createReadStream({
          start: range?.start ?? 0,
          end: Math.min(range?.end ?? size, size - 1),
        });
        return { ...object, stream };
      } catch (error) {
        await handle.close();
        throw error;
      }
    },

    async put(key, body, { contentType, ifMatch, ifNoneMatch, after }) {
      const path = pathOf(key);
      const draft = join(writing, randomUUID());
      try {
        const [etag] = await Promise.all([writeDraft(draft, body, contentType), after]);
        if (ifNoneMatch) create(key, draft, path);
        else await withLock(lockOf(key), () => replace(key, draft, path, ifMatch));
        await syncFolder(dirname(path));
        return etag;
      } catch (error) {
        await rm(draft, { force: true });
        throw hasCode(error, 'ENOSPC') ? diskFull(error) : error;
      }
    },

    async delete(key) {
      const path = pathOf(key);
      await withLock(lockOf(key), () => {
        try {
          unlinkSync(path);
        } catch (error) {
          if (!isMissing(error)) throw error;
        }
      });
      await removeEmptyFolders(dirname(path), objects);
    },

    async list(prefix, { after = '', limit }) {
      checkPrefix(prefix);
      const keys: string[] = [];
      for await (const key of walk(objects, prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix, after)) {
        if (keys.length === limit) break;
        keys.push(key);
      }
      return keys;
    },
  };
}

function diskFull(cause: unknown): WaggleError {
  const detail = { en: 'The disk of the store is full.', zh: '存储磁盘已满。' };
  return new WaggleError('unavailable', detail, { cause });
}

/** Writes body and trailer to a new file and onto the disk. @returns the ETag, a hash of the content */
function writeDraft(path: string, body: Uint8Array | Readable, contentType: string): Promise<string> {
  const hash = createHash('sha256').update(contentType).update('\n');
  return writeDurably(path, async (append) => {
    for await (const chunk of body instanceof Readable ? body : [body]) {
      hash.update(chunk);
      await append(chunk);
    }
    const etag = `"${hash.digest('hex').slice(0, 32)}"`;
    await append(trailer({ etag, contentType }));
    return etag;
  });
}

/** The draft takes the object's place. To be called in the lock of the key. */
function replace(key: string, draft: string, path: string, ifMatch: string | undefined): void {
  if (ifMatch !== undefined && readEtagSync(path) !== ifMatch) throw preconditionFailed(key);
  inFolder(path, () => renameSync(draft, path));
}

/** A second name for the draft is given by one system call, which fails where there is something. It needs no lock. */
function create(key: string, draft: string, path: string): void {
  try {
    inFolder(path, () => linkSync(draft, path));
  } catch (error) {
    throw hasCode(error, 'EEXIST') ? preconditionFailed(key) : error;
  }
  unlinkSync(draft);
}

/** The folder, or one above it, may be removed as empty until then; so it is made again. */
function inFolder(path: string, publish: () => void): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      publish();
      return;
    } catch (error) {
      if (!hasCode(error, 'ENOENT') || attempt === MAX_TRIES) throw error;
    }
    try {
      mkdirSync(dirname(path), { recursive: true });
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
}

/** Keys below `folder` in byte order that begin with `prefix` and come after `after`. */
async function* walk(root: string, folder: string, prefix: string, after: string): AsyncGenerator<string> {
  const entries = (await unlessMissing(readdir(join(root, folder), { withFileTypes: true }))) ?? [];
  // A folder's keys sort as its name with the slash: "a-b" comes before "a/b".
  const names = entries.map((entry) => folder + entry.name + (entry.isDirectory() ? '/' : '')).sort(byBytes);
  for (const name of names) {
    if (!name.endsWith('/')) {
      if (name.startsWith(prefix) && name > after) yield name;
    } else if (name.startsWith(prefix.slice(0, name.length)) && (name > after || after.startsWith(name))) {
      yield* walk(root, name, prefix, after);
    }
  }
}

const byBytes = (a: string, b: string) => (a < b ? -1 : 1);

async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let at = folder; at !== root; at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return; // not empty, or already gone
    }
  }
}

async function removeAbandoned(writing: string): Promise<void> {
  for (const name of await readdir(writing)) {
    const path = join(writing, name);
    const found = await unlessMissing(stat(path));
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
}

const isMissing = (error: unknown) =>
  hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR') || hasCode(error, 'EISDIR');

async function unlessMissing<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
