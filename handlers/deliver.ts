/** A function that posts webhooks. */
import { createDeliver } from '../infra/webhooks/deliver.ts';
import { startFunction } from './function.ts';
import { createWebhookConsumer } from './webhook.ts';

const { adapters, log, traced } = await startFunction('deliver');

export const handler = traced(createWebhookConsumer({ ...adapters, log, deliver: createDeliver(adapters) }));
