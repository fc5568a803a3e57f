/**
 * A lock between processes: a file that only one can create (O_EXCL). It is held for the few system calls of one
 * commit, all of them synchronous, so that the holder can neither be interrupted by its own event loop nor
 * wait for anything. The one way to leave a lock behind is to be killed inside it; the next comer sees that the
 * holder is dead, or that the lock is far older than any commit takes, and removes it.
 */
import { closeSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** No commit takes this long. Needed where a dead holder's process id lives on, as 1 does in restarted containers. */
const STALE_MS = 5_000;

/** Runs `commit` while no other process is inside a commit with the same lock file. */
export async function withLock<T>(path: string, commit: () => T): Promise<T> {
  while (!acquire(path)) {
    breakStale(path);
    await sleep(1 + Math.random() * 4);
  }
  try {
    return commit();
  } finally {
    unlinkSync(path);
  }
}

function acquire(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    try {
      writeSync(file, String(process.pid));
    } catch (error) {
      // A full disk must not keep anybody from deleting. The lock is held; should its holder die, it must grow old.
      if (!hasCode(error, 'ENOSPC')) throw error;
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Only one may break a lock at a time, or the second would remove the lock that the first went on to take. */
function breakStale(path: string): void {
  if (!isStale(path)) return;
  const guard = `${path}.break`;
  if (!acquire(guard)) {
    if (age(guard) > STALE_MS) tryUnlink(guard);
    return;
  }
  try {
    if (isStale(path)) tryUnlink(path);
  } finally {
    tryUnlink(guard);
  }
}

function isStale(path: string): boolean {
  try {
    if (age(path) > STALE_MS) return true;
    const pid = Number(readFileSync(path, 'utf8'));
    // Between creation and writing the file is empty: its holder is alive, or the lock grows old.
    return pid > 0 && !isAlive(pid);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

function age(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

function tryUnlink(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException)?.code === code;
}
