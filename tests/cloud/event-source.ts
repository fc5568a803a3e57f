/** What Lambda does between a queue of SQS and a function: an event of messages, whose successes it deletes. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Queue } from '../../infra/queue/index.ts';
import { sqsEvent } from '../sqs-event.ts';

export type Consumer = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** The visibility time-out of the queue in infra/resources.yml: longer than any test. */
const VISIBILITY_SECONDS = 360;

const PATIENCE_MS = 120_000;

/**
 * Hands over what is visible, up to ten messages at once, until that was enough.
 * @returns ids of the messages that were handed over, and of each time that one of them had to stay in the queue
 * @throws where it is not enough after two minutes
 */
export async function feed(
  consume: Consumer,
  queue: Queue,
  enough: () => boolean,
): Promise<{ fed: Set<string>; failed: string[] }> {
  const fed = new Set<string>();
  const all: string[] = [];
  for (const end = Date.now() + PATIENCE_MS; !enough(); ) {
    if (Date.now() > end) throw new Error(`Not enough after ${fed.size} messages, ${all.length} failures.`);
    const lease = { max: 10, waitSeconds: 1, visibilitySeconds: VISIBILITY_SECONDS };
    const messages = await queue.receive(lease);
    if (messages.length === 0) continue;
    const { batchItemFailures } = await consume(sqsEvent(messages));
    const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    for (const { id, receipt } of messages) if (!failed.includes(id)) await queue.delete(receipt);
    for (const { id } of messages) fed.add(id);
    all.push(...failed);
  }
  return { fed, failed: all };
}
