/** A service on a fresh directory, and a worker that ends jobs without looking at them. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Logger } from 'pino';
import sharp from 'sharp';
import request from 'supertest';
import { buildApp } from '../../api/app.ts';
import type { Job } from '../../api/jobs/job.ts';
import { createRepository } from '../../api/jobs/repository.ts';
import { find, start, succeed } from '../../api/jobs/transitions.ts';
import { loadConfig } from '../../infra/config.ts';
import { createOutbound } from '../../infra/outbound/index.ts';
import { createLocalQueue } from '../../infra/queue/local.ts';
import { createFilesystemStore } from '../../infra/store/filesystem.ts';
import { createKeyring } from '../../infra/webhooks/keyring.ts';

export const VIDEO = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 256));

/** Stops and removes everything when the test ends, or by `stop` where there is no test yet. */
export async function startService(
  context: TestContext | undefined,
  env: Record<string, string> = {},
  log?: Logger,
) {
  const directory = await mkdtemp(join(tmpdir(), 'waggle-api-'));
  const config = loadConfig({ WAGGLE_DATA: directory, WAGGLE_LOG_LEVEL: 'silent', ...env });
  const clock = { offset: 0 };
  const now = () => new Date(Date.now() + clock.offset);
  const store = await createFilesystemStore(join(directory, 'store'));
  const queue = await createLocalQueue(join(directory, 'queue'), { maxReceives: config.maxReceives });
  const webhooks = await createLocalQueue(join(directory, 'webhooks'), { maxReceives: 100 });
  const repository = createRepository({ store, webhooks, now });
  const outbound = createOutbound({ loopback: config.allowLoopback });
  const keyring = createKeyring({ store, now });
  const adapters = { store, queue, webhooks, repository, outbound, keyring };
  const app = await buildApp({ config, now, log, ...adapters });
  await app.ready();
  const stop = async () => {
    await app.close();
    await queue.close();
    await webhooks.close();
    await outbound.close();
    await rm(directory, { recursive: true });
  };
  context?.after(stop);

  /** Ends the oldest waiting job. */
  const work = async (transition?: (job: Job, at: Date) => Job): Promise<Job> => {
    const [message] = await queue.receive({ max: 1, waitSeconds: 5, visibilitySeconds: 30 });
    assert.ok(message, 'a job was queued');
    const { owner, id } = JSON.parse(message.body);
    await repository.awaited(owner, id);
    await repository.change(owner, id, start);
    const job = await repository.change(owner, id, transition ?? (await makeVideo(id)));
    await queue.delete(message.receipt);
    return job;
  };
  const makeVideo = async (id: string) => {
    const key = `results/${id}/video.mp4`;
    await store.put(key, VIDEO, { contentType: 'video/mp4' });
    const notes = [
      { code: 'first_frame', detail: { en: 'Only the first frame was used.', zh: '只使用了第一帧。' } },
    ];
    return (job: Job, at: Date) =>
      succeed({ video: { key, contentType: 'video/mp4', bytes: VIDEO.length, width: 64, height: 48 } })(
        find({ notes, report: { outside: 0 } })(job),
        at,
      );
  };

  /** Every object that is stored below a prefix. */
  const stored = (prefix: string) => store.list(prefix, { limit: 1000 });
  const drafts = () => readdir(join(directory, 'store', 'writing'));
  return { stop, app, config, ...adapters, directory, clock, now, work, stored, drafts };
}
export type Service = Awaited<ReturnType<typeof startService>>;

export function picture(
  width = 64,
  height = 48,
  format: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' = 'jpeg',
): Promise<Buffer> {
  const background = { r: 90, g: 140, b: 200 };
  return sharp({ create: { width, height, channels: 3, background } })
    .toFormat(format)
    .toBuffer();
}

/** Half a second of a tone. */
export function wav(): Buffer {
  const samples = 8000;
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(16_000, 24);
  file.writeUInt32LE(32_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at += 1) file.writeInt16LE(Math.round(8000 * Math.sin(at / 6)), 44 + at * 2);
  return file;
}

/** The status, and the code of the problem body, which must be complete. */
export function problem(response: {
  status: number;
  headers: Record<string, unknown>;
  body: Record<string, unknown>;
}) {
  const { body } = response;
  assert.match(String(response.headers['content-type']), /^application\/problem\+json/);
  assert.equal(body.status, response.status);
  assert.equal(body.type, `/problems/${body.code}`);
  for (const name of ['title', 'detail']) assert.ok(String(body[name]).length > 3, `${name} says something`);
  assert.equal(typeof body.retryable, 'boolean');
  return `${response.status} ${body.code}`;
}

/** Asks for an animation that tells a receiver of itself. @returns its id */
export async function accept(service: Service, url: string, events?: string[]): Promise<string> {
  const { body } = await request(service.app.server)
    .post('/v1/animations')
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'wave')
    .field('webhook', JSON.stringify({ url, events }))
    .expect(202);
  return body.id;
}
