/**
 * A delivery is one event on its way to its receiver, and the log of the attempts: one document,
 * `deliveries/{job}/{event}.json`, changed only by conditional writes. Its state machine, as pure functions:
 *
 *     pending -> pending (an attempt failed) -> succeeded | failed      any -> pending (replayed)
 */
import { changeDocument, readDocument } from '../../infra/store/document.ts';
import type { Store } from '../../infra/store/index.ts';
import type { TraceContext } from '../../infra/telemetry/trace.ts';
import { type Attempt, MAX_ATTEMPTS, retryDelayMs } from '../../infra/webhooks/deliver.ts';
import type { Job } from '../jobs/job.ts';
import { snapshotOf } from '../jobs/view.ts';
import type { EventType, OutboxEvent } from './events.ts';

/** Replays make the log longer; of more attempts than this the oldest are forgotten. */
const KEPT_ATTEMPTS = 50;
/** More than the kinds of events that one job can have. */
const MAX_DELIVERIES = 100;
const GONE = 410;

export interface Delivery {
  /** The webhook-id. */
  id: string;
  type: EventType;
  owner: string;
  job: string;
  status: 'pending' | 'succeeded' | 'failed';
  createdAt: string;
  /** Null once it is no longer pending. */
  nextAttemptAt: string | null;
  /** Oldest first. */
  attempts: Attempt[];
  /** Attempts that have failed since it was made or replayed. */
  failures: number;
  /** What is posted, byte for byte the same each time. */
  body: string;
}

/** What the queue of webhooks carries. */
export interface DeliveryMessage extends TraceContext {
  owner: string;
  job: string;
  delivery: string;
}

export function newDelivery({ id, type, at, job }: OutboxEvent): Delivery {
  const { owner, webhook } = job;
  const data = snapshotOf(job, webhook!.language);
  const body = JSON.stringify({ type, timestamp: at, account: owner, data });
  const delivery = { id, type, owner, job: job.id, createdAt: at, body };
  return { ...delivery, status: 'pending', nextAttemptAt: at, attempts: [], failures: 0 };
}

export function recordAttempt(attempt: Attempt, now: Date, random: number) {
  return (delivery: Delivery): Delivery => {
    const attempts = [...delivery.attempts, attempt].slice(-KEPT_ATTEMPTS);
    if (attempt.error === null) return { ...delivery, attempts, status: 'succeeded', nextAttemptAt: null };
    // Of two that had the same message, the other one may have ended it.
    if (delivery.status !== 'pending') return { ...delivery, attempts };
    const failures = delivery.failures + 1;
    if (attempt.status === GONE || failures >= MAX_ATTEMPTS)
      return giveUp({ ...delivery, attempts, failures });
    const nextAttemptAt = new Date(now.getTime() + retryDelayMs(failures, random)).toISOString();
    return { ...delivery, attempts, failures, nextAttemptAt };
  };
}

export function giveUp(delivery: Delivery): Delivery {
  return delivery.status === 'pending' ? { ...delivery, status: 'failed', nextAttemptAt: null } : delivery;
}

/** Begins again with a full number of attempts, whatever became of it. */
export function replay(now: Date) {
  return (delivery: Delivery): Delivery => ({
    ...delivery,
    status: 'pending',
    failures: 0,
    nextAttemptAt: now.toISOString(),
  });
}

/** The receiver does not want to hear of the job any more. */
export function disable(job: Job, now: Date): Job {
  if (!job.webhook || job.webhook.disabledAt) return job;
  return { ...job, webhook: { ...job.webhook, disabledAt: now.toISOString() } };
}

export function enable(job: Job): Job {
  if (!job.webhook?.disabledAt) return job;
  return { ...job, webhook: { ...job.webhook, disabledAt: undefined } };
}

export const deliveriesOf = (job: string) => `deliveries/${job}/`;
export const deliveryKey = (job: string, delivery: string) => `${deliveriesOf(job)}${delivery}.json`;

export function readDelivery(store: Store, job: string, delivery: string): Promise<Delivery | undefined> {
  return readDocument<Delivery>(store, deliveryKey(job, delivery));
}

/** @returns undefined where the delivery has been deleted with its job */
export function changeDelivery(
  store: Store,
  job: string,
  delivery: string,
  transition: (delivery: Delivery) => Delivery,
): Promise<Delivery | undefined> {
  return changeDocument(store, deliveryKey(job, delivery), transition);
}

/** Oldest first. */
export async function listDeliveries(store: Store, job: string): Promise<Delivery[]> {
  const keys = await store.list(deliveriesOf(job), { limit: MAX_DELIVERIES });
  const found = await Promise.all(keys.map((key) => readDocument<Delivery>(store, key)));
  return found.filter((delivery) => delivery !== undefined).sort((a, b) => seqOf(a) - seqOf(b));
}

const seqOf = ({ id }: Delivery) => Number(id.slice(id.lastIndexOf('_') + 1));
