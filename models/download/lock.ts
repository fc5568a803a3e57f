import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** The holder renews its lock this often; one that is this old belongs to a process that died. In ms. */
const RENEW = 2_000;
const STALE = 15_000;
const POLL = 250;

/** Runs `action` while no other process runs one under the same path. The lock is a folder: making one is atomic. */
export async function withLock<T>(path: string, action: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  while (!(await take(path))) await sleep(POLL, undefined, { signal });
  const renewal = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), RENEW);
  try {
    return await action();
  } finally {
    clearInterval(renewal);
    await rm(path, { recursive: true, force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > STALE) {
    // Renaming is atomic, so of several waiting processes one removes the dead lock.
    const grave = `${path}.${process.pid}`;
    await rename(path, grave).catch(() => {});
    await rm(grave, { recursive: true, force: true });
  }
  return false;
}
