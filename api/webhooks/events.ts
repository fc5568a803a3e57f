/** What a caller can be told of, and how an event comes about: in the very write that changes the status. */
import type { Job } from '../jobs/job.ts';
import type { Language } from '../problems/problem.ts';

export const EVENT_TYPES = [
  'animation.started',
  'animation.succeeded',
  'animation.failed',
  'animation.canceled',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Where a job's owner wants to be told of what. */
export interface Webhook {
  url: string;
  events: EventType[];
  /** Of the texts in the events: that of the request. */
  language: Language;
  /** When the receiver answered 410 Gone; from then on nothing is sent. */
  disabledAt?: string;
}

/** An event as it is kept with the job until its delivery has been set going (outbox.ts). */
export interface OutboxEvent {
  /** The webhook-id: job and `seq`, so that the same event has the same id however often it is sent. */
  id: string;
  type: EventType;
  at: string;
  /** The job as it was then. */
  job: Omit<Job, 'outbox'>;
}

/** @param job that has just got its status @returns with the event of that, where one is wanted */
export function withEvent(job: Job): Job {
  const type = EVENT_TYPES.find((name) => name === `${job.kind}.${wordFor(job.status)}`);
  const { webhook, outbox = [], ...rest } = job;
  if (!type || !webhook?.events.includes(type) || webhook.disabledAt) return job;
  const event: OutboxEvent = {
    id: `${job.id}_${job.progress.seq}`,
    type,
    at: (job.finishedAt ?? job.startedAt)!,
    job: { ...rest, webhook },
  };
  return { ...job, outbox: [...outbox, event] };
}

const wordFor = (status: Job['status']) => (status === 'running' ? 'started' : status);
