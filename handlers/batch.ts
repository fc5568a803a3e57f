import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { FastifyBaseLogger } from 'fastify';
import type { Message } from '../infra/queue/index.ts';

/**
 * Does something with every message that SQS hands to a function, with all of them at once.
 * @param each returns false where the message is not done with
 * @returns those, and the ones that `each` threw at: Lambda deletes the others only (ReportBatchItemFailures)
 */
export async function forEachMessage(
  { Records }: SQSEvent,
  log: Pick<FastifyBaseLogger, 'error'>,
  each: (message: Message) => Promise<unknown>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchItemFailure[] = [];
  const deal = async ({
    messageId: id,
    receiptHandle: receipt,
    body,
    attributes,
  }: SQSEvent['Records'][0]) => {
    const receiveCount = Number(attributes.ApproximateReceiveCount);
    const done = await each({ id, receipt, body, receiveCount }).catch((err) => {
      log.error({ err, message: id }, 'A message could not be dealt with.');
      return false;
    });
    if (done === false) batchItemFailures.push({ itemIdentifier: id });
  };
  await Promise.all(Records.map(deal));
  return { batchItemFailures };
}
