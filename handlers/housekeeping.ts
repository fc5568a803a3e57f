/** A function that keeps house every few minutes, since there may be no worker that does. */
import { loadConfig } from '../infra/config.ts';
import { createLogger } from '../infra/log.ts';
import { openAdapters } from './adapters.ts';
import { keepHouse } from './keep-house.ts';

const config = loadConfig(process.env);
const log = createLogger(config.logLevel);
const adapters = await openAdapters(config);

export async function handler(): Promise<void> {
  await keepHouse(adapters, log);
  // A queue that nobody has touched for six hours is measured every quarter of an hour only, and workers begin by that.
  log.info({ waiting: await adapters.queue.ahead(new Date()) }, 'House was kept.');
}
