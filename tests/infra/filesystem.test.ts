import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFilesystemStore } from '../../infra/store/filesystem.ts';
import type { PutOptions } from '../../infra/store/index.ts';
import { storeContract } from '../contracts/store.ts';

storeContract('filesystem', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'waggle-store-'));
  return {
    store: await createFilesystemStore(directory),
    dispose: () => rm(directory, { recursive: true }),
  };
});

describe('filesystem store between processes', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'waggle-store-'));
  });
  after(() => rm(directory, { recursive: true }));

  test('is for its own user alone', async () => {
    await createFilesystemStore(directory);
    const { mode } = await stat(join(directory, 'objects'));
    assert.equal(mode & 0o777, 0o700);
  });

  const writer = join(import.meta.dirname, 'store-writer.ts');
  const startWriter = (...args: string[]) =>
    spawn(process.execPath, ['--import', 'tsx', writer, directory, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  test('loses no change that two processes make at once', async () => {
    const store = await createFilesystemStore(directory);
    await store.put('count', Buffer.from('0'), { contentType: 'text/plain' });
    const writers = [startWriter('count', '100'), startWriter('count', '100')];
    const codes = await Promise.all(writers.map(async (child) => (await once(child, 'exit'))[0]));
    assert.deepEqual(codes, [0, 0]);
    assert.equal((await store.get('count'))?.body.toString(), '200');
  });

  test('is whole and writable after a writer was killed at any moment', async () => {
    const store = await createFilesystemStore(directory);
    await store.put('killed', Buffer.from('0'), { contentType: 'text/plain' });
    for (const milliseconds of [3, 11, 23]) {
      const child = startWriter('killed', 'forever');
      await once(child.stdout, 'data');
      await sleep(milliseconds);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const object = await store.get('killed');
      const value = object?.body.toString() ?? '';
      assert.match(value, /^\d+$/);
      await store.put('killed', Buffer.from(String(Number(value) + 1)), {
        contentType: 'text/plain',
        ifMatch: object?.etag,
      });
    }
  });

  test('takes over the lock of a process that is dead', async () => {
    const store = await createFilesystemStore(directory);
    const child = startWriter('anything', '0');
    await once(child, 'exit');
    await store.put('locked', Buffer.from('before'), { contentType: 'text/plain' });
    const lock = createHash('sha256').update('locked').digest('hex').slice(0, 32);
    await writeFile(join(directory, 'locks', lock), String(child.pid));
    await store.put('locked', Buffer.from('after'), { contentType: 'text/plain' });
    assert.equal((await store.get('locked'))?.body.toString(), 'after');
    assert.deepEqual(await readdir(join(directory, 'locks')), []);
  });

  test('writes and deletes neighbours at the same time, though their folders come and go', async () => {
    const store = await createFilesystemStore(directory);
    const come = async (name: number) => {
      for (let round = 0; round < 30; round += 1) {
        await store.put(`busy/place/${name}`, Buffer.from('x'), { contentType: 'text/plain' });
        await store.delete(`busy/place/${name}`);
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, name) => come(name)));
    assert.deepEqual(await store.list('busy/', { limit: 10 }), []);
  });

  test('leaves no folder and no unfinished file behind', async () => {
    const store = await createFilesystemStore(directory);
    await store.put('folder/in/folder', Buffer.from('x'), { contentType: 'text/plain' });
    await store.delete('folder/in/folder');
    assert.equal((await readdir(join(directory, 'objects'))).includes('folder'), false);
    const drafts = () => readdir(join(directory, 'writing'));
    const before = await drafts(); // of the writers that were killed
    const put = (key: string, options: Partial<PutOptions>) =>
      store.put(key, Buffer.from('x'), { contentType: 'text/plain', ...options });
    await put('made', { ifNoneMatch: '*' });
    await assert.rejects(put('made', { ifNoneMatch: '*' }), { code: 'precondition_failed' });
    await assert.rejects(put('given-up', { after: Promise.reject(new Error('not now')) }), /not now/);
    assert.deepEqual(await drafts(), before);
  });
});
