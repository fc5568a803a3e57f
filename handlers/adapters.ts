import { join } from 'node:path';
import { createRepository, type Repository } from '../api/jobs/repository.ts';
import type { Config } from '../infra/config.ts';
import { createOutbound, type Outbound } from '../infra/outbound/index.ts';
import type { Queue } from '../infra/queue/index.ts';
import { createLocalQueue } from '../infra/queue/local.ts';
import { createFilesystemStore } from '../infra/store/filesystem.ts';
import type { Store } from '../infra/store/index.ts';
import { createKeyring, type Keyring } from '../infra/webhooks/keyring.ts';

/**
 * A delivery's message is received once for each attempt, and once each time that a wait is longer than a queue hides a
 * message: some twenty times in 75 hours. Many more mean that it cannot be dealt with at all.
 */
const WEBHOOK_RECEIVES = 100;

export interface Adapters {
  store: Store;
  queue: Queue;
  deadLetters: Queue;
  /** The queue of deliveries (api/webhooks). */
  webhooks: Queue;
  deadWebhooks: Queue;
  repository: Repository;
  keyring: Keyring;
  outbound: Outbound;
  /** Releases what they hold open. */
  close(): Promise<void>;
}

/** The embedded adapters: both ports on folders of `config.dataDir`. */
export async function openAdapters({ dataDir, maxReceives, allowLoopback }: Config): Promise<Adapters> {
  const store = await createFilesystemStore(join(dataDir, 'store'));
  const queue = await createLocalQueue(join(dataDir, 'queue'), { maxReceives });
  const webhooks = await createLocalQueue(join(dataDir, 'webhooks'), { maxReceives: WEBHOOK_RECEIVES });
  const outbound = createOutbound({ loopback: allowLoopback });
  return {
    store,
    queue,
    deadLetters: queue.deadLetters,
    webhooks,
    deadWebhooks: webhooks.deadLetters,
    repository: createRepository({ store, webhooks }),
    keyring: createKeyring({ store }),
    outbound,
    async close() {
      await Promise.all([queue.close(), webhooks.close(), outbound.close()]);
    },
  };
}
