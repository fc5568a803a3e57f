/** A function for the messages of jobs that were given up: each one's job ends as `worker_lost`. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { loadConfig } from '../infra/config.ts';
import { createLogger } from '../infra/log.ts';
import { openAdapters } from './adapters.ts';
import { forEachMessage } from './batch.ts';
import { giveUp } from './give-up.ts';

const config = loadConfig(process.env);
const log = createLogger(config.logLevel);
const { repository } = await openAdapters(config);

export function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return forEachMessage(event, log, ({ body }) => giveUp(body, repository, log));
}
