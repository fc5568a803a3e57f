import type { Config } from '../infra/config.ts';
import type { Queue } from '../infra/queue/index.ts';
import type { Store } from '../infra/store/index.ts';
import type { Repository } from './jobs/repository.ts';

/** What the routes work with; handlers/ chooses the adapters. */
export interface Deps {
  config: Config;
  store: Store;
  queue: Queue;
  repository: Repository;
  now(): Date;
  /** Aborted when the service begins to close: whoever waits for a job must answer with what there is. */
  closing: AbortSignal;
}
