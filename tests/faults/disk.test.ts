/** The embedded service on a disk of four megabytes that is full for a while. Mounts a file system, so it must be root. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { appendFile, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { buildApp } from '../../api/app.ts';
import { openAdapters } from '../../handlers/adapters.ts';
import { loadConfig } from '../../infra/config.ts';
import { mask, photo, REQUEST } from '../cloud/animation.ts';

test('a full disk refuses new jobs, loses none, and the work goes on when there is room again', async (context) => {
  const disk = await mkdtemp(join(tmpdir(), 'waggle-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
  const config = loadConfig({ WAGGLE_DATA: disk, WAGGLE_LOG_LEVEL: 'silent' });
  const adapters = await openAdapters(config);
  const app = await buildApp({ config, ...adapters });
  await app.ready();
  const env = { ...process.env, WAGGLE_DATA: disk, WAGGLE_LOG_LEVEL: 'fatal' };
  const worker = spawn(process.execPath, ['--import', 'tsx', 'handlers/worker.ts'], {
    env,
    stdio: 'inherit',
  });
  context.after(async () => {
    worker.kill('SIGKILL');
    await app.close();
    await adapters.close();
    execFileSync('umount', ['--lazy', disk]);
    await rmdir(disk);
  });
  const http = request(app.server);
  const [image, silhouette] = await Promise.all([photo(), mask()]);
  const post = () => {
    const sent = http
      .post('/v1/animations')
      .attach('image', image, 'a.jpg')
      .attach('mask', silhouette, 'a.png');
    const { command, seconds, fps, size } = REQUEST;
    for (const [name, value] of Object.entries({ command, seconds, fps, size })) sent.field(name, `${value}`);
    return sent;
  };
  const filler = join(disk, 'filler');
  const fill = async () => {
    for (const bytes of [65_536, 4096, 1]) {
      await assert.rejects(
        async () => {
          for (;;) await appendFile(filler, Buffer.alloc(bytes));
        },
        { code: 'ENOSPC' },
      );
    }
  };

  const accepted: string[] = [];
  for (const _ of [1, 2]) accepted.push((await post().expect(202)).body.id);
  await fill();
  const refused = await post();
  assert.deepEqual([refused.status, refused.body.code], [503, 'unavailable']);
  const kept = await adapters.store.list('files/', { limit: 10 });
  assert.deepEqual(new Set(kept.map((key) => key.split(/[/.]/)[1])), new Set(accepted));
  assert.deepEqual(await readdir(join(disk, 'store/writing')), []);
  await http.get(`/v1/animations/${accepted[1]}`).expect(200);
  // Long enough for the worker to load its models and to fail at writing.
  await sleep(20_000);
  const { body: waiting } = await http.get(`/v1/animations/${accepted[1]}`).expect(200);
  assert.ok(['queued', 'running'].includes(waiting.status), waiting.status);

  await rm(filler);
  for (const id of accepted) {
    const { text } = await http.get(`/v1/animations/${id}/events`).buffer(true);
    assert.match(text, /event: finished\ndata: .*"status":"succeeded"/);
    await http.get(`/v1/animations/${id}/video`).expect(200);
  }
  assert.equal((await adapters.store.list('results/', { limit: 10 })).length, 6);
});
