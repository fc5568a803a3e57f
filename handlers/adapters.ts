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

interface Queues {
  queue: Queue;
  /** Absent where the messages that were given up are not this process's business. */
  deadLetters?: Queue;
  /** The queue of deliveries (api/webhooks). */
  webhooks: Queue;
  deadWebhooks?: Queue;
}

export interface Adapters extends Queues {
  store: Store;
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
      const { queue, deadLetters, webhooks, deadWebhooks } = queues;
      await Promise.all([queue, deadLetters, webhooks, deadWebhooks, outbound].map((it) => it?.close()));
    },
  };
}

async function openStore({ store, dataDir }: Config): Promise<Store> {
  if (store.kind === 's3') return (await import('../infra/store/s3.ts')).createS3Store(store);
  const { createFilesystemStore } = await import('../infra/store/filesystem.ts');
  return createFilesystemStore(join(dataDir, 'store'));
}

async function openQueues({ queue, dataDir, maxReceives }: Config): Promise<Queues> {
  if (queue.kind === 'sqs') {
    const { createSqsQueue } = await import('../infra/queue/sqs.ts');
    const { region } = queue;
    const open = (url: string) => createSqsQueue({ url, region });
    return {
      queue: open(queue.url),
      deadLetters: queue.deadLetterUrl ? open(queue.deadLetterUrl) : undefined,
      webhooks: open(queue.webhookUrl),
      deadWebhooks: queue.webhookDeadLetterUrl ? open(queue.webhookDeadLetterUrl) : undefined,
    };
  }
  const { createLocalQueue } = await import('../infra/queue/local.ts');
  const jobs = await createLocalQueue(join(dataDir, 'queue'), { maxReceives });
  const webhooks = await createLocalQueue(join(dataDir, 'webhooks'), { maxReceives: WEBHOOK_RECEIVES });
  return { queue: jobs, deadLetters: jobs.deadLetters, webhooks, deadWebhooks: webhooks.deadLetters };
}
