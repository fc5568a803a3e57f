/** A function for the queue of messages that were given up: each one's job ends as `worker_lost`. */
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { pino } from 'pino';
import { loadConfig } from '../infra/config.ts';
import { openAdapters } from './adapters.ts';
import { giveUp } from './give-up.ts';

const config = loadConfig(process.env);
const log = pino({ level: config.logLevel });
const { repository } = await openAdapters(config);

/** @returns the messages to be delivered again, because their jobs could not be ended now */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchItemFailure[] = [];
  for (const { messageId, body } of Records) {
    try {
      await giveUp(body, repository, log);
    } catch (err) {
      log.error({ err, message: messageId }, 'A job could not be given up.');
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}
