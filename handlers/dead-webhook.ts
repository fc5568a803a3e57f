/** A function for the messages of deliveries that were given up. */
import type { SQSEvent } from 'aws-lambda';
import { forEachMessage } from './batch.ts';
import { startFunction } from './function.ts';
import { giveDeliveryUp } from './webhook.ts';

const { adapters, log, traced } = await startFunction('dead-webhook');

export const handler = traced((event: SQSEvent) =>
  forEachMessage(event, log, ({ body }) => giveDeliveryUp(body, { store: adapters.store, log })),
);
