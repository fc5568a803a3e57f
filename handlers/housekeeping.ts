/** A function that keeps house every few minutes, since there may be no worker that does. */
import { startFunction } from './function.ts';
import { keepHouse } from './keep-house.ts';

const { adapters, log, traced } = await startFunction('housekeeping');

export const handler = traced(async () => {
  await keepHouse(adapters, log);
  // A queue that nobody has touched for six hours is measured every quarter of an hour only, and workers begin by that.
  log.info({ waiting: await adapters.queue.ahead(new Date()) }, 'House was kept.');
});
