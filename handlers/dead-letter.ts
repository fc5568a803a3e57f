/** A function for the messages of jobs that were given up: each one's job ends as `worker_lost`. */
import type { SQSEvent } from 'aws-lambda';
import { forEachMessage } from './batch.ts';
import { startFunction } from './function.ts';
import { giveUp } from './give-up.ts';

const { adapters, log, traced } = await startFunction('dead-letter');

export const handler = traced((event: SQSEvent) =>
  forEachMessage(event, log, ({ body }) => giveUp(body, adapters.repository, log)),
);
