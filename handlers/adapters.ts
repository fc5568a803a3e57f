import { join } from 'node:path';
import { createRepository, type Repository } from '../api/jobs/repository.ts';
import type { Config } from '../infra/config.ts';
import type { Queue } from '../infra/queue/index.ts';
import { createLocalQueue } from '../infra/queue/local.ts';
import { createFilesystemStore } from '../infra/store/filesystem.ts';
import type { Store } from '../infra/store/index.ts';

export interface Adapters {
  store: Store;
  queue: Queue;
  deadLetters: Queue;
  repository: Repository;
}

/** The embedded adapters: both ports on folders of `config.dataDir`. */
export async function openAdapters(config: Config): Promise<Adapters> {
  const store = await createFilesystemStore(join(config.dataDir, 'store'));
  const queue = await createLocalQueue(join(config.dataDir, 'queue'), { maxReceives: config.maxReceives });
  return { store, queue, deadLetters: queue.deadLetters, repository: createRepository({ store }) };
}
