/**
 * Takes deliveries from their own queue and posts them: in a loop beside the worker (`startWebhooks`), or as the
 * consumer of an SQS queue on Lambda (`createWebhookConsumer`). How often it was tried, and when it is tried next, is in
 * the delivery's document; a message only says which delivery, and is hidden until it is time.
 */
import { SpanKind } from '@opentelemetry/api';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { FastifyBaseLogger } from 'fastify';
import type { Repository } from '../api/jobs/repository.ts';
import {
  changeDelivery,
  type Delivery,
  type DeliveryMessage,
  disable,
  giveUp,
  readDelivery,
  recordAttempt,
} from '../api/webhooks/delivery.ts';
import type { Message, Queue } from '../infra/queue/index.ts';
import type { Store } from '../infra/store/index.ts';
import { instruments, observeDepth } from '../infra/telemetry/metrics.ts';
import { contextFrom, failSpan, inSpan } from '../infra/telemetry/trace.ts';
import type { Attempt, Deliver } from '../infra/webhooks/deliver.ts';
import { forEachMessage } from './batch.ts';
import { poll } from './poll.ts';

/** SQS hides a message for 12 hours at most, counted from when it was received. */
const MAX_HIDDEN_SECONDS = 11.5 * 3600;
/** After an error of our own, twice as long each time. */
const MAX_BACKOFF_SECONDS = 900;
/** An attempt takes 15 s at most, what is written before and after it less. */
const LEASE_SECONDS = 60;
/** Receivers that hang hold up no more than this many others. */
const AT_ONCE = 32;
const LOST_EVENTS_MS = 30_000;

export interface WebhookDeps {
  store: Store;
  repository: Repository;
  webhooks: Queue;
  deliver: Deliver;
  log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  now?(): Date;
  random?(): number;
}

/**
 * One look at a delivery: posts it if it is time.
 * @returns seconds after which to look again; undefined when there is nothing left to do
 */
export async function processDelivery(
  message: DeliveryMessage,
  deps: WebhookDeps,
): Promise<number | undefined> {
  const { owner, job: jobId, delivery: id } = message;
  const { store, repository, now = () => new Date() } = deps;
  const found = await readDelivery(store, jobId, id);
  if (found?.status !== 'pending') return undefined;
  const job = await repository.get(owner, jobId);
  if (!job?.webhook) return undefined;
  const early = secondsLeft(found, now());
  if (early > 0) return early;
  if (job.webhook.disabledAt) {
    await changeDelivery(store, jobId, id, giveUp);
    count(found.type, 'given_up', 'webhook_disabled');
    return undefined;
  }
  const { url } = job.webhook;
  const attributes = {
    'waggle.job.id': jobId,
    'waggle.delivery.id': id,
    'waggle.event': found.type,
    'waggle.delivery.attempt': found.attempts.length + 1,
    'server.address': new URL(url).host, // and not the rest of it, which may hold the receiver's secrets
  };
  const parent = contextFrom(message);
  return inSpan('deliver event', { kind: SpanKind.CLIENT, attributes, parent }, async (span) => {
    const attempt = await deps.deliver(found, url);
    if (attempt.status !== null) span.setAttribute('http.response.status_code', attempt.status);
    if (attempt.error !== null) failSpan(span, { code: attempt.error });
    const settled = await settle(message, attempt, deps);
    return settled?.status === 'pending' ? secondsLeft(settled, now()) : undefined;
  });
}

/** Writes down how an attempt went. @returns undefined where the delivery has been deleted with its job */
async function settle(
  { owner, job: jobId, delivery: id }: DeliveryMessage,
  attempt: Attempt,
  { store, repository, log, now = () => new Date(), random = Math.random }: WebhookDeps,
): Promise<Delivery | undefined> {
  if (attempt.status === 410) await repository.change(owner, jobId, disable);
  const settled = await changeDelivery(store, jobId, id, recordAttempt(attempt, now(), random()));
  const { at: _, milliseconds, status, error } = attempt;
  const outcome = error === null ? 'delivered' : settled?.status === 'pending' ? 'retry' : 'given_up';
  if (settled) count(settled.type, outcome, error);
  instruments().webhookDuration.record(milliseconds / 1000, { outcome });
  log.info({ jobId, delivery: id, outcome, status, error, milliseconds }, 'An event was posted.');
  return settled;
}

function count(event: string, outcome: 'delivered' | 'retry' | 'given_up', code: string | null): void {
  instruments().webhookDeliveries.add(1, { event, outcome, ...(code !== null && { code }) });
}

/** Seconds until the next attempt, as long as a queue can wait; 0 when it is time. */
function secondsLeft({ nextAttemptAt }: Delivery, now: Date): number {
  const milliseconds = Date.parse(nextAttemptAt!) - now.getTime();
  return Math.min(Math.max(0, Math.ceil(milliseconds / 1000)), MAX_HIDDEN_SECONDS);
}

/** @returns whether the message is done with; if not, it is hidden for as long as it shall be */
async function handle(message: Message, deps: WebhookDeps): Promise<boolean> {
  const { webhooks, log } = deps;
  let seconds: number | undefined;
  let about: Partial<DeliveryMessage> = {};
  try {
    const parsed = JSON.parse(message.body) as DeliveryMessage;
    about = parsed;
    seconds = await processDelivery(parsed, deps);
  } catch (err) {
    const { job: jobId, delivery } = about;
    log.error(
      { err, jobId, delivery, message: message.id },
      'A delivery could not be looked at and will be again.',
    );
    seconds = Math.min(2 ** message.receiveCount, MAX_BACKOFF_SECONDS);
  }
  if (seconds === undefined) return true;
  await webhooks.extend(message.receipt, seconds);
  return false;
}

/**
 * Ends the delivery of a message that was received as often as it may be. To do it twice changes nothing.
 * @param body of a dead letter; one that names no delivery is only logged
 */
export async function giveDeliveryUp(
  body: string,
  { store, log }: Pick<WebhookDeps, 'store' | 'log'>,
): Promise<void> {
  const message = parse(body);
  if (!message) {
    log.error({ body: body.slice(0, 200) }, 'A dead letter names no delivery.');
    return;
  }
  const { job, delivery } = message;
  const given = await changeDelivery(store, job, delivery, giveUp);
  if (given) count(given.type, 'given_up', 'undeliverable');
  log.error({ jobId: job, delivery }, 'A delivery was given up.');
}

function parse(body: string): Pick<DeliveryMessage, 'job' | 'delivery'> | undefined {
  try {
    const { job, delivery } = JSON.parse(body);
    return typeof job === 'string' && typeof delivery === 'string' ? { job, delivery } : undefined;
  } catch {
    return undefined;
  }
}

export interface WebhookSender {
  /** Takes no more deliveries; returns when those under way have ended, within 15 s or so. */
  stop(): Promise<void>;
}

/** Delivers, and now and then sends events that a crash has kept from their queue. */
export function startWebhooks(deps: WebhookDeps & { deadWebhooks: Queue }): WebhookSender {
  const { repository, webhooks, deadWebhooks, log } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const failed = (err: unknown) => log.error({ err }, 'Webhooks: trying again in a second.');
  const options = { leaseSeconds: LEASE_SECONDS, signal, failed };

  const post = async (message: Message) => {
    if (await handle(message, deps)) await webhooks.delete(message.receipt);
  };
  const bury = async (message: Message) => {
    await giveDeliveryUp(message.body, deps);
    await deadWebhooks.delete(message.receipt);
  };
  const sendLost = (olderThanMs: number) =>
    repository.sendLostEvents(olderThanMs).catch((err) => log.error({ err }, 'Events could not be sent.'));

  const forget = observeDepth('webhooks', () => webhooks.ahead(new Date()));
  const housekeeping = setInterval(() => sendLost(LOST_EVENTS_MS), LOST_EVENTS_MS);
  const polls = [
    sendLost(0),
    poll(webhooks, post, { ...options, atOnce: AT_ONCE }),
    poll(deadWebhooks, bury, { ...options, atOnce: 1 }),
  ];
  return {
    async stop() {
      clearInterval(housekeeping);
      forget();
      stopping.abort();
      await Promise.all(polls);
    },
  };
}

/** The same for an SQS event on Lambda. What is not done with comes back when its visibility time-out says. */
export function createWebhookConsumer(deps: WebhookDeps): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) => forEachMessage(event, deps.log, (message) => handle(message, deps));
}
