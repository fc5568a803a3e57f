/** A function that posts webhooks. */
import { pino } from 'pino';
import { loadConfig } from '../infra/config.ts';
import { createDeliver } from '../infra/webhooks/deliver.ts';
import { openAdapters } from './adapters.ts';
import { createWebhookConsumer } from './webhook.ts';

const config = loadConfig(process.env);
const adapters = await openAdapters(config);

export const handler = createWebhookConsumer({
  ...adapters,
  log: pino({ level: config.logLevel }),
  deliver: createDeliver(adapters),
});
