/** Writes openapi.yaml from the routes: `node --import tsx openapi/write.ts`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { buildApp } from '../api/app.ts';
import { createRepository } from '../api/jobs/repository.ts';
import { loadConfig } from '../infra/config.ts';
import { createOutbound } from '../infra/outbound/index.ts';
import { createLocalQueue } from '../infra/queue/local.ts';
import { createFilesystemStore } from '../infra/store/filesystem.ts';
import { createKeyring } from '../infra/webhooks/keyring.ts';

/** @returns the document as YAML, the same for every machine */
export async function openapiYaml(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'waggle-openapi-'));
  const config = loadConfig({ WAGGLE_DATA: directory, WAGGLE_LOG_LEVEL: 'silent' });
  const store = await createFilesystemStore(join(directory, 'store'));
  const queue = await createLocalQueue(join(directory, 'queue'), { maxReceives: config.maxReceives });
  const webhooks = await createLocalQueue(join(directory, 'webhooks'), { maxReceives: config.maxReceives });
  const repository = createRepository({ store, webhooks });
  const outbound = createOutbound({ loopback: false });
  const keyring = createKeyring({ store });
  const app = await buildApp({ config, store, queue, webhooks, repository, outbound, keyring });
  try {
    await app.ready();
    return stringify(app.swagger(), { lineWidth: 110, aliasDuplicateObjects: false });
  } finally {
    await app.close();
    await queue.close();
    await webhooks.close();
    await outbound.close();
    await rm(directory, { recursive: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  await writeFile(join(import.meta.dirname, 'openapi.yaml'), await openapiYaml());
}
