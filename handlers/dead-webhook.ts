/** A function for the messages of deliveries that were given up. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { loadConfig } from '../infra/config.ts';
import { createLogger } from '../infra/log.ts';
import { openAdapters } from './adapters.ts';
import { forEachMessage } from './batch.ts';
import { giveDeliveryUp } from './webhook.ts';

const config = loadConfig(process.env);
const log = createLogger(config.logLevel);
const { store } = await openAdapters(config);

export function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return forEachMessage(event, log, ({ body }) => giveDeliveryUp(body, { store, log }));
}
