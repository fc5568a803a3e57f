import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalQueue } from '../../infra/queue/local.ts';
import { queueContract } from '../contracts/queue.ts';

const options = { maxReceives: 2 };

queueContract('local', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'waggle-queue-'));
  const queue = await createLocalQueue(directory, options);
  return {
    queue,
    deadLetters: queue.deadLetters,
    async dispose() {
      await queue.close();
      await rm(directory, { recursive: true });
    },
  };
});

describe('local queue', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'waggle-queue-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  test('is in order, and counts exactly what is ahead', async () => {
    const queue = await createLocalQueue(directory, options);
    const ids: string[] = [];
    const times: Date[] = [];
    for (let index = 0; index < 12; index += 1) {
      times.push(new Date());
      ids.push(await queue.send(String(index)));
      await sleep(2);
    }
    assert.equal(await queue.ahead(times[0]), 0);
    assert.equal(await queue.ahead(times[11]), 11);
    const messages = await queue.receive({ max: 12, waitSeconds: 0, visibilitySeconds: 30 });
    assert.deepEqual(
      messages.map((message) => message.id),
      ids,
    );
    assert.equal(await queue.ahead(times[11]), 0, 'what is being worked on is not ahead');
    await queue.extend(messages[4].receipt, 0);
    await queue.extend(messages[7].receipt, 0.3);
    await queue.delete(messages[5].receipt);
    assert.equal(await queue.ahead(times[11]), 1, 'what was given back is ahead again');
    assert.equal(await queue.ahead(times[4]), 0);
    await sleep(310);
    assert.equal(await queue.ahead(times[11]), 2, 'and so is what was not done in time');
    await queue.delete(messages[4].receipt);
    assert.equal(await queue.ahead(times[11]), 1);
    await queue.close();
  });

  test('keeps its messages and counts when it is opened again', async () => {
    const first = await createLocalQueue(directory, options);
    await first.send('survives');
    const [taken] = await first.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 0 });
    assert.equal(taken?.receiveCount, 1);
    await first.close();
    const second = await createLocalQueue(directory, options);
    const [message] = await second.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 30 });
    assert.equal(message?.body, 'survives');
    assert.equal(message.receiveCount, 2);
    await second.close();
  });

  test('lets an old receipt neither delete nor extend a newer delivery', async () => {
    const queue = await createLocalQueue(directory, options);
    await queue.send('twice');
    const [old] = await queue.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 0 });
    const [current] = await queue.receive({ max: 1, waitSeconds: 1, visibilitySeconds: 30 });
    await queue.delete(old!.receipt);
    await assert.rejects(queue.extend(old!.receipt, 5), { code: 'receipt_expired' });
    await queue.extend(current!.receipt, 5);
    await queue.close();
  });

  test('ends waiting receivers when it is closed', async () => {
    const queue = await createLocalQueue(directory, options);
    const waiting = queue.receive({ max: 1, waitSeconds: 20, visibilitySeconds: 30 });
    await queue.close();
    assert.deepEqual(await waiting, []);
  });

  test('has every message that another process says it has sent before it was killed', async () => {
    const sender = join(import.meta.dirname, 'queue-sender.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', sender, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.split('\n').length > 20) child.kill('SIGKILL');
    });
    const queue = await createLocalQueue(directory, options);
    const [first] = await queue.receive({ max: 1, waitSeconds: 20, visibilitySeconds: 30 });
    assert.equal(first?.body, 'message 0', 'a receiver is woken by a sender in another process');
    await closed;
    const sent = said.split('\n').slice(0, -1);
    const received = [first.body];
    for (;;) {
      const messages = await queue.receive({ max: 10, waitSeconds: 0, visibilitySeconds: 30 });
      if (messages.length === 0) break;
      received.push(...messages.map((message) => message.body));
    }
    assert.deepEqual(received.slice(0, sent.length), sent);
    assert.ok(received.length - sent.length <= 1, 'at most the one that it was about to name');
    await queue.close();
  });
});
