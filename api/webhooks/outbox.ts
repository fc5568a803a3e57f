/**
 * Events leave a job's document for the queue: a delivery is written and its message sent before the event is taken out
 * of the document. A crash in between repeats that, and loses nothing.
 */
import { SpanKind } from '@opentelemetry/api';
import type { Queue } from '../../infra/queue/index.ts';
import { createDocument } from '../../infra/store/document.ts';
import type { Store } from '../../infra/store/index.ts';
import { inSpan, traceContext } from '../../infra/telemetry/trace.ts';
import type { Job } from '../jobs/job.ts';
import { type DeliveryMessage, deliveryKey, newDelivery } from './delivery.ts';

export interface OutboxDeps {
  store: Store;
  /** The queue of deliveries. */
  webhooks: Queue;
}

/** Sets the deliveries of the job's events going. @returns the change that takes these events out of the document */
export async function sendEvents({ store, webhooks }: OutboxDeps, job: Job): Promise<(found: Job) => Job> {
  const events = job.outbox ?? [];
  for (const event of events) {
    await createDocument(store, deliveryKey(job.id, event.id), newDelivery(event));
    await sendDelivery(webhooks, { owner: job.owner, job: job.id, delivery: event.id });
  }
  const sent = new Set(events.map(({ id }) => id));
  return (found) => {
    const left = found.outbox?.filter(({ id }) => !sent.has(id)) ?? [];
    if (left.length === found.outbox?.length) return found;
    return { ...found, outbox: left.length > 0 ? left : undefined };
  };
}

export function sendDelivery(webhooks: Queue, message: DeliveryMessage): Promise<string> {
  const attributes = { 'waggle.job.id': message.job, 'waggle.delivery.id': message.delivery };
  return inSpan('send event', { kind: SpanKind.PRODUCER, attributes }, () =>
    webhooks.send(JSON.stringify({ ...message, ...traceContext() })),
  );
}
