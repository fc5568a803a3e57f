import type { Config } from '../infra/config.ts';
import type { Outbound } from '../infra/outbound/index.ts';
import type { Queue } from '../infra/queue/index.ts';
import type { Store } from '../infra/store/index.ts';
import type { Keyring } from '../infra/webhooks/keyring.ts';
import type { Repository } from './jobs/repository.ts';

/** What the routes work with; handlers/ chooses the adapters. */
export interface Deps {
  config: Config;
  store: Store;
  queue: Queue;
  /** The queue of deliveries. */
  webhooks: Queue;
  keyring: Keyring;
  /** For addresses that callers name. */
  outbound: Outbound;
  repository: Repository;
  now(): Date;
  /** Aborted when the service begins to close: whoever waits for a job must answer with what there is. */
  closing: AbortSignal;
}
