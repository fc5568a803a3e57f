import { join } from 'node:path';
import { createRepository, type Repository } from '../api/jobs/repository.ts';
import type { Config } from '../infra/config.ts';
import type { Queue } from '../infra/queue/index.ts';
import type { Store } from '../infra/store/index.ts';

export interface Adapters {
  store: Store;
  queue: Queue;
  /** Absent where the messages that were given up are not this process's business. */
  deadLetters?: Queue;
  repository: Repository;
  close(): Promise<void>;
}

/** Opens what the configuration names. The adapters that it does not name are not even loaded. */
export async function openAdapters(config: Config): Promise<Adapters> {
  const [store, queues] = await Promise.all([openStore(config), openQueues(config)]);
  const close = async () => {
    await Promise.all([queues.queue.close(), queues.deadLetters?.close()]);
  };
  return { store, ...queues, repository: createRepository({ store }), close };
}

async function openStore({ store, dataDir }: Config): Promise<Store> {
  if (store.kind === 's3') return (await import('../infra/store/s3.ts')).createS3Store(store);
  const { createFilesystemStore } = await import('../infra/store/filesystem.ts');
  return createFilesystemStore(join(dataDir, 'store'));
}

async function openQueues({
  queue,
  dataDir,
  maxReceives,
}: Config): Promise<Pick<Adapters, 'queue' | 'deadLetters'>> {
  if (queue.kind === 'sqs') {
    const { createSqsQueue } = await import('../infra/queue/sqs.ts');
    const { url, deadLetterUrl, region } = queue;
    const deadLetters = deadLetterUrl ? createSqsQueue({ url: deadLetterUrl, region }) : undefined;
    return { queue: createSqsQueue({ url, region }), deadLetters };
  }
  const { createLocalQueue } = await import('../infra/queue/local.ts');
  const local = await createLocalQueue(join(dataDir, 'queue'), { maxReceives });
  return { queue: local, deadLetters: local.deadLetters };
}
