/** A function that posts webhooks. */
import { loadConfig } from '../infra/config.ts';
import { createLogger } from '../infra/log.ts';
import { createDeliver } from '../infra/webhooks/deliver.ts';
import { openAdapters } from './adapters.ts';
import { createWebhookConsumer } from './webhook.ts';

const config = loadConfig(process.env);
const adapters = await openAdapters(config);

export const handler = createWebhookConsumer({
  ...adapters,
  log: createLogger(config.logLevel),
  deliver: createDeliver(adapters),
});
