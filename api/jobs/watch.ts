import { createBell } from '../../infra/bell.ts';
import type { Job } from './job.ts';
import type { Repository } from './repository.ts';
import { isFinal } from './transitions.ts';

/** How soon a change is seen that another process made. */
const POLL_MS = 200;

/**
 * The job as it is now, after every change, and each time that it is looked at in between, until it has ended or is
 * gone, or a signal aborts. Changes of this process are seen at once, those of others by looking; of several changes in
 * between only the last is seen.
 */
export async function* watch(
  repository: Repository,
  { owner, id }: Pick<Job, 'owner' | 'id'>,
  signals: AbortSignal[],
): AsyncGenerator<Job> {
  const bell = createBell();
  const stop = repository.onChange((job) => job.id === id && bell.ring());
  try {
    while (!signals.some((signal) => signal.aborted)) {
      const { rings } = bell;
      const job = await repository.get(owner, id);
      if (!job) return;
      yield job;
      if (isFinal(job)) return;
      await bell.wait(rings, POLL_MS, signals);
    }
  } finally {
    stop();
  }
}

/** Waits until the job has ended, or a signal aborts. @returns the job as it is then */
export async function waitForEnd(repository: Repository, job: Job, signals: AbortSignal[]): Promise<Job> {
  let latest = job;
  for await (const seen of watch(repository, job, signals)) latest = seen;
  return latest;
}
