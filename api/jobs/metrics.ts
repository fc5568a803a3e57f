/** What is counted of a job's way, where its document changes. */
import { instruments } from '../../infra/telemetry/metrics.ts';
import type { Job } from './job.ts';
import { isFinal } from './transitions.ts';

export function countAccepted({ kind }: Job): void {
  instruments().jobsAccepted.add(1, { kind });
}

/** A job that runs again has waited once, and one that expires after its end has ended once. */
export function countChange(before: Job, { kind, status, createdAt, ...job }: Job): void {
  const { jobWait, jobsEnded, jobDuration } = instruments();
  const secondsUntil = (time: string) => (Date.parse(time) - Date.parse(createdAt)) / 1000;
  if (before.status === 'queued' && status === 'running')
    jobWait.record(secondsUntil(job.startedAt!), { kind });
  if (isFinal(before) || !job.finishedAt) return;
  jobsEnded.add(1, { kind, status, ...(job.error && { code: job.error.code }) });
  jobDuration.record(secondsUntil(job.finishedAt), { kind, status });
}
