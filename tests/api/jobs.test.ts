import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { isId, newId, timeOf } from '../../api/jobs/ids.ts';
import type { Job } from '../../api/jobs/job.ts';
import { DEFAULTS } from '../../api/jobs/request.ts';
import {
  advance,
  cancel,
  createJob,
  expire,
  fail,
  find,
  start,
  succeed,
} from '../../api/jobs/transitions.ts';
import { picture, problem, type Service, startService } from './helper.ts';

const now = new Date('2026-11-23T09:00:00Z');
const error = { code: 'internal', detail: { en: 'broken', zh: '坏了' }, retryable: true };

function newJob(id = newId('animation'), at = now): Job {
  const request = { ...DEFAULTS, command: 'wave' };
  return createJob({ id, kind: 'animation', owner: 'local', request, inputs: {}, keepDays: 7 }, at);
}

describe('ids', () => {
  test('are newest first in byte order, and tell their time', () => {
    const ids = Array.from({ length: 200 }, () => newId('animation'));
    assert.deepEqual([...ids].sort(), [...ids].reverse());
    assert.ok(Math.abs(timeOf(ids[0]) - Date.now()) < 5000);
  });

  test('are nothing but themselves', () => {
    const id = newId('command');
    assert.ok(isId('command', id));
    for (const other of [
      `${id}x`,
      id.slice(1),
      id.toUpperCase(),
      `${id}\n`,
      '',
      'cmd_',
      id.replace('cmd', 'anim'),
    ]) {
      assert.equal(isId('command', other), false, JSON.stringify(other));
    }
  });
});

describe('a job', () => {
  test('goes from queued to running to succeeded', () => {
    const queued = newJob();
    assert.equal(queued.status, 'queued');
    assert.equal(queued.expiresAt, '2026-11-30T09:00:00.000Z');
    const running = start(queued, now);
    assert.deepEqual(
      [running.status, running.attempts, running.progress.stage],
      ['running', 1, 'understand'],
    );
    const found = find({ notes: [{ code: 'a', detail: { en: 'a', zh: 'a' } }] })(running);
    const again = find({ notes: [{ code: 'b', detail: { en: 'b', zh: 'b' } }], report: { outside: 0 } })(
      found,
    );
    assert.deepEqual(
      again.notes?.map(({ code }) => code),
      ['a', 'b'],
    );
    const done = succeed({})(again, now);
    assert.deepEqual([done.status, done.progress.stage, done.progress.percent], ['succeeded', 'done', 100]);
    assert.equal(done.progress.seq, 5);
  });

  test('never goes back, also when another worker begins again', () => {
    const half = advance({ stage: 'render', percent: 60, etaSeconds: 2 })(start(newJob(), now));
    const again = start(half, now);
    assert.deepEqual([again.status, again.attempts, again.progress.percent], ['running', 2, 60]);
    assert.equal(advance({ stage: 'locate', percent: 20, etaSeconds: null })(again).progress.percent, 60);
    assert.equal(advance({ stage: 'locate', percent: 1000, etaSeconds: null })(again).progress.percent, 100);
  });

  test('does not change any more once it has ended, but expires', () => {
    const running = start(newJob(), now);
    for (const ended of [succeed({})(running, now), fail(error)(running, now), cancel(running, now)]) {
      const changes = [
        () => start(ended, now),
        () => advance({ stage: 'render', percent: 99, etaSeconds: 0 })(ended),
        () => find({ report: {} })(ended),
        () => succeed({})(ended, now),
        () => fail(error)(ended, now),
        () => cancel(ended, now),
      ];
      for (const change of changes) assert.throws(change, { code: 'job_final' });
      const expired = expire(ended, now);
      assert.equal(expired.status, 'expired');
      assert.deepEqual([expired.inputs, expired.results], [{}, {}]);
      assert.equal(expire(expired, now), expired);
    }
  });
});

describe('the repository', () => {
  const keep = async (service: Service) => {
    const job = newJob(undefined, new Date());
    await service.repository.create(job);
    return job.id;
  };

  test('loses no change that many make at once, and tells of each', async (t) => {
    const service = await startService(t);
    const id = await keep(service);
    const seen: number[] = [];
    const stop = service.repository.onChange((job) => seen.push(job.progress.seq));
    const changes = Array.from({ length: 20 }, (_, percent) =>
      service.repository.change('local', id, advance({ stage: 'render', percent, etaSeconds: null })),
    );
    await Promise.all(changes);
    const job = await service.repository.get('local', id);
    assert.equal(job?.progress.seq, 21);
    assert.equal(job.progress.percent, 19);
    assert.deepEqual(
      seen,
      Array.from({ length: 20 }, (_, at) => at + 2),
    );
    stop();
    await service.repository.change('local', id, cancel);
    assert.equal(seen.length, 20);
  });

  test('lets only one of two ends happen', async (t) => {
    const service = await startService(t);
    const id = await keep(service);
    const ends = [cancel, succeed({}), fail(error)].map((end) => service.repository.change('local', id, end));
    const results = await Promise.allSettled(ends);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results) {
      if (result.status === 'rejected') assert.equal(result.reason.code, 'job_final');
    }
  });

  test('does not bring a removed job back', async (t) => {
    const service = await startService(t);
    const id = await keep(service);
    const late = service.repository.change('local', id, (job) => ({ ...job, attempts: 9 }));
    await Promise.allSettled([late, service.repository.remove('local', id)]);
    assert.equal(await service.repository.get('local', id), undefined);
    await assert.rejects(service.repository.change('local', id, start), { code: 'not_found' });
  });

  test('waits for the job of a message that was faster', async (t) => {
    const { repository } = await startService(t);
    const job = newJob(undefined, new Date());
    const awaited = repository.awaited('local', job.id);
    await sleep(150);
    await repository.create(job);
    assert.deepEqual(await awaited, job);
  });

  test('makes sure that there will be no job of a message that nobody waits for any more', async (t) => {
    const service = await startService(t);
    const { repository } = service;
    const late = newJob(undefined, new Date());
    for (const _ of [1, 2]) assert.equal(await repository.awaited('local', late.id), undefined);
    await assert.rejects(repository.create(late), { code: 'unavailable' });
    assert.equal(await repository.get('local', late.id), undefined);
    await assert.rejects(repository.change('local', late.id, start), { code: 'not_found' });
    assert.deepEqual(await repository.list('local', 'animation', { limit: 1 }), {
      jobs: [],
      next: undefined,
    });
    await repository.sweep();
    assert.equal((await service.stored('jobs/')).length, 1, 'whoever is to write it may still be at it');
    service.clock.offset = 2 * 60 * 60 * 1000;
    await repository.sweep();
    assert.deepEqual(await service.stored('jobs/'), []);
    assert.equal(await repository.awaited('local', 'nothing that is an id'), undefined);
    assert.deepEqual(await service.stored('jobs/'), []);
  });

  test('clears away what a crash has left without a job, and nothing else', async (t) => {
    const service = await startService(t);
    const id = await keep(service);
    const put = (key: string) => service.store.put(key, Buffer.from('x'), { contentType: 'image/png' });
    const orphan = newId('region');
    for (const key of [`files/${id}.image`, `files/${orphan}.image`, `results/${orphan}/mask.png`])
      await put(key);
    await service.repository.sweep();
    assert.equal((await service.stored('files/')).length, 2, 'its job may still be coming');
    service.clock.offset = 2 * 60 * 60 * 1000;
    await service.repository.sweep();
    assert.deepEqual(await service.stored('files/'), [`files/${id}.image`]);
    assert.deepEqual(await service.stored('results/'), []);
  });

  test('has no job whose message cannot be sent, and its key can be used again', async (t) => {
    const service = await startService(t);
    const { send } = service.queue;
    const image = await picture();
    const post = () =>
      request(service.app.server)
        .post('/v1/animations')
        .set('idempotency-key', 'key')
        .attach('image', image, 'a.jpg')
        .field('command', 'wave');
    service.queue.send = () => Promise.reject(new Error('no space left'));
    assert.equal(problem(await post()), '503 queue_unavailable');
    assert.deepEqual(await service.stored(''), []);
    service.queue.send = send;
    assert.equal((await post()).status, 202);
  });
});
