/** What Lambda does between a queue of SQS and a function: an event of messages, whose successes it deletes. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Message, Queue } from '../../infra/queue/index.ts';

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

/** The example of the Lambda developer guide. */
export function sqsEvent(messages: Message[]): SQSEvent {
  const Records = messages.map(({ id, receipt, body, receiveCount }) => ({
    messageId: id,
    receiptHandle: receipt,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '1545082649183',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1545082649185',
    },
    messageAttributes: {},
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:waggle',
    awsRegion: 'eu-west-1',
  }));
  return { Records };
}
