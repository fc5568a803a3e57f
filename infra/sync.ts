/**
 * Files and folders that survive a power failure (see fsync(2)). Only what waits for the disk goes to the thread pool: the
 * way there and back takes longer than to open a file, or to write a little into the system's cache.
 */
import { closeSync, fsync, openSync, writeFile, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const SMALL_BYTES = 16 * 1024;
const waitForDisk = promisify(fsync);
const writeInPool = promisify(writeFile);

/** Writes a new file and brings it onto the disk; `fill` writes by what it is given. */
export async function writeDurably<T>(
  path: string,
  fill: (append: (bytes: Uint8Array) => Promise<void>) => Promise<T>,
): Promise<T> {
  const file = openSync(path, 'wx');
  try {
    const result = await fill(async (bytes) => {
      if (bytes.length > SMALL_BYTES) await writeInPool(file, bytes);
      else writeFileSync(file, bytes);
    });
    await waitForDisk(file);
    return result;
  } finally {
    closeSync(file);
  }
}

/** A sync under way, and the one that follows it for those who came meanwhile. */
interface Turn {
  now: Promise<void>;
  next?: Promise<void>;
}

const turns = new Map<string, Turn>();

/**
 * Brings a folder's names onto the disk, so that a rename in it survives a power failure (see fsync(2)). Many callers at
 * once share one sync: who comes while one is under way cannot know what it still covers, and shares the next.
 */
export function syncFolder(path: string): Promise<void> {
  const turn = turns.get(path);
  if (!turn) return begin(path);
  turn.next ??= turn.now.then(
    () => begin(path),
    () => begin(path),
  );
  return turn.next;
}

function begin(path: string): Promise<void> {
  const turn: Turn = { now: sync(path) };
  turns.set(path, turn);
  const end = () => {
    if (!turn.next) turns.delete(path);
  };
  turn.now.then(end, end);
  return turn.now;
}

async function sync(path: string): Promise<void> {
  let folder: number;
  try {
    folder = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // removed since, with all that was in it
    throw error;
  }
  try {
    await waitForDisk(folder);
  } finally {
    closeSync(folder);
  }
}
