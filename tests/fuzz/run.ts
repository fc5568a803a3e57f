/**
 * `make test-api-fuzz`: schemathesis against the running service with its real models, all checks, all phases. There are
 * two owners, so that it also tries to read what belongs to the other one, and to do without a key. No job may have been
 * ended by an error of ours either. Arguments are handed on to schemathesis.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '../../api/jobs/job.ts';
import { startLocal } from '../../handlers/local.ts';
import { loadConfig } from '../../infra/config.ts';
import { hashKey, newKey } from '../../infra/keys.ts';
import { readDocument } from '../../infra/store/document.ts';
import { createFilesystemStore } from '../../infra/store/filesystem.ts';

const ROOT = join(import.meta.dirname, '../..');
const PHOTO = join(ROOT, 'examples/photos/chelsea.jpg');
const OURS = ['internal', 'worker_lost'];

const folder = await mkdtemp(join(tmpdir(), 'waggle-fuzz-'));
const keys = Object.entries({ alice: newKey(), bob: newKey() });
const bearer = (key: string) => `Bearer ${key}`;
const service = await startLocal(
  loadConfig({
    WAGGLE_DATA: join(folder, 'data'),
    WAGGLE_PORT: '0',
    WAGGLE_LOG_LEVEL: 'error',
    WAGGLE_RATE_LIMIT: '1000000',
    WAGGLE_MAX_IMAGE_MB: '1',
    WAGGLE_MAX_AUDIO_MB: '1',
    WAGGLE_API_KEYS: keys.map(([owner, key]) => `${owner}:${hashKey(key)}`).join(),
  }),
);
await service.ready();

/** @returns the id of an upload of the first owner */
async function uploadPhoto(): Promise<string> {
  const headers = { authorization: bearer(keys[0][1]) };
  const place = await fetch(`${service.url}/v1/uploads`, { method: 'POST', headers });
  const { id, url } = (await place.json()) as { id: string; url: string };
  const body = new FormData();
  body.append('file', await openAsBlob(PHOTO));
  const filled = await fetch(service.url + url, { method: 'POST', headers, body });
  assert.equal(filled.status, 204);
  return id;
}

/** In the format of the Web Fuzzing Commons. */
async function writeIdentities(): Promise<string> {
  const file = join(folder, 'identities.json');
  const auth = keys.map(([name, key]) => ({
    name,
    fixedHeaders: [{ name: 'Authorization', value: bearer(key) }],
  }));
  await writeFile(file, JSON.stringify({ auth }));
  return file;
}

const schemathesis = spawn(
  join(ROOT, '.venv-schemathesis/bin/schemathesis'),
  [
    ...['--config-file', join(import.meta.dirname, 'schemathesis.toml'), 'run', `${service.url}/docs/json`],
    ...['--url', service.url, '--checks', 'all', ...process.argv.slice(2)],
  ],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      PYTHONPATH: ROOT,
      FUZZ_IDENTITIES: await writeIdentities(),
      FUZZ_UPLOAD: await uploadPhoto(),
    },
  },
);
const [code] = await once(schemathesis, 'exit');
await service.stop();

const store = await createFilesystemStore(join(folder, 'data/store'));
const keysOfJobs = await store.list('jobs/', { limit: 100_000 });
const jobs = await Promise.all(keysOfJobs.map((key) => readDocument<Job>(store, key)));
await rm(folder, { recursive: true });
const count = (status: Job['status']) => jobs.filter((job) => job!.status === status).length;
console.log(`${jobs.length} jobs are left: ${count('succeeded')} succeeded, ${count('failed')} failed`);
const ours = jobs.filter((job) => OURS.includes(job!.error?.code ?? ''));
assert.deepEqual(ours, [], 'jobs that we have failed');
assert.ok(count('succeeded') > 0, 'schemathesis came as far as a result');
process.exitCode = code;
