import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from './job.ts';
import type { Repository } from './repository.ts';
import { isFinal } from './transitions.ts';

/** How soon a change is seen that another process made. */
const POLL_MS = 200;

/**
 * The job as it is now and after every change, until it has ended or is gone. Changes of this process are seen at once,
 * those of others by looking; of several changes in between only the last is seen.
 */
export async function* watch(
  repository: Repository,
  owner: string,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Job> {
  const news = new EventEmitter();
  let changed = true;
  const stop = repository.onChange((job) => {
    if (job.id !== id) return;
    changed = true;
    news.emit('change');
  });
  try {
    while (!signal.aborted) {
      changed = false;
      const job = await repository.get(owner, id);
      if (!job) return;
      yield job;
      if (isFinal(job)) return;
      if (!changed) await pause(news, signal);
    }
  } finally {
    stop();
  }
}

/** Until something changes here, or it is time to look whether something changed elsewhere. */
async function pause(news: EventEmitter, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const either = { signal: AbortSignal.any([signal, done.signal]) };
  const ends = [once(news, 'change', either), sleep(POLL_MS, undefined, either)].map((end) =>
    end.catch(() => undefined),
  );
  await Promise.race(ends);
  done.abort();
}

/** Waits until the job has ended, but no longer than `seconds`. @returns the job as it is then */
export async function waitForEnd(repository: Repository, job: Job, seconds: number): Promise<Job> {
  let latest = job;
  for await (const seen of watch(repository, job.owner, job.id, AbortSignal.timeout(seconds * 1000)))
    latest = seen;
  return latest;
}
