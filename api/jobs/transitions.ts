/**
 * The state machine of a job, as pure functions for `repository.change`:
 *
 *     queued -> running -> succeeded | failed      running -> running (a worker was lost, another begins again)
 *     queued | running -> canceled                  anything -> expired
 *
 * A job that has ended does not change any more, except that it expires. `seq` grows with every change and `percent`
 * never falls, also when a second worker has to begin again.
 */
import { Problem } from '../problems/problem.ts';
import { withEvent } from '../webhooks/events.ts';
import type { Findings, Job, JobError, Kind, Progress, Status } from './job.ts';

const FINAL: readonly Status[] = ['succeeded', 'failed', 'canceled', 'expired'];

export const isFinal = (job: Job) => FINAL.includes(job.status);

export interface NewJob
  extends Pick<Job, 'id' | 'kind' | 'owner' | 'request' | 'inputs' | 'webhook' | 'idempotency'> {
  keepDays: number;
}

export function createJob({ keepDays, ...job }: NewJob, now: Date): Job {
  return {
    ...job,
    status: 'queued',
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + keepDays * 86_400_000).toISOString(),
    results: {},
    progress: { stage: 'queued', percent: 0, queuePosition: null, etaSeconds: null, seq: 1 },
    attempts: 0,
  };
}

/** A worker begins. */
export function start(job: Job, now: Date): Job {
  return next(job, {
    status: 'running',
    startedAt: job.startedAt ?? now.toISOString(),
    attempts: job.attempts + 1,
    progress: { ...job.progress, stage: firstStage(job.kind, job) },
  });
}

/** The worker is at `percent` (0..100) of the whole job. */
export function advance(progress: Pick<Progress, 'stage' | 'percent' | 'etaSeconds'>) {
  return (job: Job): Job => next(job, { progress: { ...job.progress, ...progress } });
}

/** The worker has found something out: what was heard, understood or seen. Notes add up, the rest is replaced. */
export function find(findings: Findings) {
  return (job: Job): Job => {
    const notes = [...(job.notes ?? []), ...(findings.notes ?? [])];
    return next(job, { ...findings, ...(notes.length > 0 && { notes }) });
  };
}

export function succeed(results: Job['results']) {
  return (job: Job, now: Date): Job =>
    next(job, {
      status: 'succeeded',
      results,
      finishedAt: now.toISOString(),
      progress: { ...job.progress, stage: 'done', percent: 100, etaSeconds: null },
    });
}

export function fail(error: JobError) {
  return (job: Job, now: Date): Job =>
    next(job, {
      status: 'failed',
      error,
      finishedAt: now.toISOString(),
      progress: { ...job.progress, etaSeconds: null },
    });
}

export function cancel(job: Job, now: Date): Job {
  return next(job, {
    status: 'canceled',
    finishedAt: now.toISOString(),
    progress: { ...job.progress, etaSeconds: null },
  });
}

/** Its time is over and its files are gone. */
export function expire(job: Job, now: Date): Job {
  if (job.status === 'expired') return job;
  return {
    ...job,
    status: 'expired',
    finishedAt: job.finishedAt ?? now.toISOString(),
    inputs: {},
    results: {},
    progress: { ...job.progress, etaSeconds: null, seq: job.progress.seq + 1 },
  };
}

/**
 * The one place where a job becomes the next version of itself, and where an event comes of a new status.
 * @throws Problem `job_final`
 */
function next(job: Job, changes: Partial<Job>): Job {
  if (isFinal(job)) throw new Problem('job_final');
  const progress = changes.progress ?? job.progress;
  const percent = Math.min(100, Math.max(job.progress.percent, Math.round(progress.percent * 10) / 10));
  const changed = {
    ...job,
    ...changes,
    progress: { ...progress, percent, queuePosition: null, seq: job.progress.seq + 1 },
  };
  return changed.status === job.status ? changed : withEvent(changed);
}

function firstStage(kind: Kind, job: Job): Progress['stage'] {
  if (job.inputs.audio) return 'transcribe';
  return kind === 'region' && job.request.command === undefined ? 'locate' : 'understand';
}
