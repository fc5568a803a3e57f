import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Logger } from 'pino';

/**
 * Does something with the body of each message that SQS hands to a function.
 * @returns those that could not be dealt with, to be delivered again (ReportBatchItemFailures)
 */
export async function forEachMessage(
  { Records }: SQSEvent,
  log: Logger,
  each: (body: string) => Promise<void>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchItemFailure[] = [];
  for (const { messageId, body } of Records) {
    try {
      await each(body);
    } catch (err) {
      log.error({ err, message: messageId }, 'A message could not be dealt with.');
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}
