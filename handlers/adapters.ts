import { join } from 'node:path';
import { createRepository, type Repository } from '../api/jobs/repository.ts';
import type { Config } from '../infra/config.ts';
import { createOutbound, type Outbound } from '../infra/outbound/index.ts';
import type { Queue } from '../infra/queue/index.ts';
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
  /** The queue of deliveries (api/webhooks). */
  webhooks: Queue;
  /** Both absent where functions see to webhooks and to what was given up. */
  deadLetters?: Queue;
  deadWebhooks?: Queue;
  repository: Repository;
  keyring: Keyring;
  outbound: Outbound;
  /** Releases what they hold open. */
  close(): Promise<void>;
}

/** Opens what the configuration names. The adapters that it does not name are not even loaded. */
export async function openAdapters(config: Config): Promise<Adapters> {
  const [store, queues] = await Promise.all([openStore(config), openQueues(config)]);
  const outbound = createOutbound({ loopback: config.allowLoopback });
  return {
    store,
    ...queues,
    repository: createRepository({ store, webhooks: queues.webhooks }),
    keyring: createKeyring({ store }),
    outbound,
    async close() {
      await Promise.all([...Object.values(queues).map((queue) => queue?.close()), outbound.close()]);
    },
  };
}

async function openStore({ store, dataDir }: Config): Promise<Store> {
  if (store.kind === 's3') return (await import('../infra/store/s3.ts')).createS3Store(store);
  const { createFilesystemStore } = await import('../infra/store/filesystem.ts');
  return createFilesystemStore(join(dataDir, 'store'));
}

type Queues = Pick<Adapters, 'queue' | 'deadLetters' | 'webhooks' | 'deadWebhooks'>;

async function openQueues({ queue: chosen, dataDir, maxReceives }: Config): Promise<Queues> {
  if (chosen.kind === 'sqs') {
    const { createSqsQueue } = await import('../infra/queue/sqs.ts');
    const { region, jobs, webhooks } = chosen;
    const open = (url: string) => createSqsQueue({ url, region });
    return {
      queue: open(jobs.url),
      deadLetters: jobs.deadLetterUrl ? open(jobs.deadLetterUrl) : undefined,
      webhooks: open(webhooks.url),
      deadWebhooks: webhooks.deadLetterUrl ? open(webhooks.deadLetterUrl) : undefined,
    };
  }
  const { createLocalQueue } = await import('../infra/queue/local.ts');
  const queue = await createLocalQueue(join(dataDir, 'queue'), { maxReceives });
  const webhooks = await createLocalQueue(join(dataDir, 'webhooks'), { maxReceives: WEBHOOK_RECEIVES });
  return { queue, deadLetters: queue.deadLetters, webhooks, deadWebhooks: webhooks.deadLetters };
}
