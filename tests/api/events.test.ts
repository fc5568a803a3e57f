import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { createRepository } from '../../api/jobs/repository.ts';
import { advance, start } from '../../api/jobs/transitions.ts';
import { createFilesystemStore } from '../../infra/store/filesystem.ts';
import { picture, problem, type Service, startService } from './helper.ts';

interface Event {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

/** Reads events off a response until the stream ends or `stop` says so. */
async function* eventsOf(response: Response): AsyncGenerator<Event> {
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      if (block.startsWith(':')) continue;
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
      yield { id: fields.id, event: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

async function begin(t: TestContext) {
  const service = await startService(t);
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const base = `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`;
  const created = await request(service.app.server)
    .post('/v1/animations')
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'wave');
  const { id, links } = created.body;
  return { service, id, follow: (headers = {}) => fetch(base + links.events, { headers }) };
}

/** A worker in another process: nothing tells this process what it changes. */
async function workElsewhere({ directory, webhooks }: Service) {
  return createRepository({ store: await createFilesystemStore(`${directory}/store`), webhooks });
}

test('events tell every change, never going back, and end with the job', async (t) => {
  const { service, id, follow } = await begin(t);
  const response = await follow();
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  const events: Event[] = [];
  const steps = ['start', 'advance', 'falling', 'end'];
  for await (const event of eventsOf(response)) {
    events.push(event);
    const step = steps.shift();
    if (step === 'start') await service.repository.change('local', id, start);
    if (step === 'advance') {
      await service.repository.change('local', id, advance({ stage: 'animate', percent: 40, etaSeconds: 3 }));
    }
    if (step === 'falling') {
      await service.repository.change('local', id, advance({ stage: 'locate', percent: 20, etaSeconds: 4 }));
    }
    if (step === 'end') await service.work();
  }
  const last = events.at(-1)!;
  assert.equal(last.event, 'finished');
  assert.equal(last.data.status, 'succeeded');
  assert.equal((last.data.links as { video: string }).video, `/v1/animations/${id}/video`);
  const progress = events.slice(0, -1);
  assert.ok(progress.every(({ event }) => event === 'progress'));
  assert.deepEqual(Object.keys(progress[0].data).sort(), [
    'etaSeconds',
    'percent',
    'queuePosition',
    'seq',
    'stage',
  ]);
  assert.equal(progress[0].data.queuePosition, 0);
  const rises = (values: number[]) => values.every((value, at) => at === 0 || value >= values[at - 1]);
  assert.ok(rises(progress.map(({ data }) => data.percent as number)));
  assert.ok(rises(events.map((event) => Number(event.id))));
});

test('events also come when the worker is another process', async (t) => {
  const { service, id, follow } = await begin(t);
  const elsewhere = await workElsewhere(service);
  const stages: unknown[] = [];
  for await (const { event, data } of eventsOf(await follow())) {
    stages.push(event === 'progress' ? data.stage : event);
    if (data.stage === 'queued') await elsewhere.change('local', id, start);
    if (data.stage === 'understand') {
      await elsewhere.change('local', id, (job, now) => ({
        ...job,
        status: 'canceled',
        finishedAt: now.toISOString(),
      }));
    }
  }
  assert.deepEqual(stages, ['queued', 'understand', 'finished']);
});

test('a follower that comes back goes on where it was', async (t) => {
  const { service, id, follow } = await begin(t);
  await service.repository.change('local', id, start);
  const response = await follow({ 'last-event-id': '2' });
  const advanced = advance({ stage: 'render', percent: 70, etaSeconds: 1 });
  setTimeout(() => service.repository.change('local', id, advanced).then(() => service.work()), 50);
  const events: Event[] = [];
  for await (const event of eventsOf(response)) events.push(event);
  assert.ok(events.length > 0 && events.every((event) => Number(event.id) > 2));
  const end = events.at(-1)!;
  assert.equal(end.event, 'finished');
  assert.equal((await follow({ 'last-event-id': end.id })).status, 204);
  const late: Event[] = [];
  for await (const event of eventsOf(await follow())) late.push(event);
  assert.deepEqual(
    late.map(({ event }) => event),
    ['finished'],
  );
});

test('a deleted job ends its streams', async (t) => {
  const { service, id, follow } = await begin(t);
  const events = eventsOf(await follow());
  await events.next();
  await service.repository.remove('local', id);
  for await (const event of events) assert.ok(['progress', 'finished'].includes(event.event));
  assert.equal(
    problem(await request(service.app.server).get(`/v1/animations/${id}/events`)),
    '404 not_found',
  );
});

test('a service that closes ends its streams and answers those who wait', async (t) => {
  const { service, follow } = await begin(t);
  const events = eventsOf(await follow());
  await events.next();
  const waiting = request(service.app.server)
    .post('/v1/commands')
    .set('prefer', 'wait=25')
    .send({ command: 'wave' })
    .then((response) => response);
  while ((await service.stored('jobs/local/cmd_')).length === 0) await sleep(10);
  await service.app.close();
  assert.equal((await events.next()).done, true);
  const { status, body } = await waiting;
  assert.deepEqual([status, body.status], [202, 'queued']);
});
