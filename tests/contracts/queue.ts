/** What every Queue does. An adapter's test calls `queueContract` with how to make an empty one. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from '../../infra/queue/index.ts';

export interface QueueUnderTest {
  /** Moves messages to `deadLetters` after two deliveries. */
  queue: Queue;
  deadLetters: Queue;
  dispose(): Promise<void>;
}

export function queueContract(name: string, make: () => Promise<QueueUnderTest>): void {
  describe(`${name} keeps the queue contract`, () => {
    let queue: Queue;
    let deadLetters: Queue;
    let dispose: () => Promise<void>;
    beforeEach(async () => {
      ({ queue, deadLetters, dispose } = await make());
    });
    afterEach(() => dispose());

    const receive = (from: Queue, options: { wait?: number; visibility?: number; max?: number } = {}) =>
      from.receive({
        max: options.max ?? 1,
        waitSeconds: options.wait ?? 0,
        visibilitySeconds: options.visibility ?? 30,
      });

    test('delivers a message with its body, once, until it is deleted', async () => {
      const id = await queue.send('{"text":"动一动"}');
      const [message] = await receive(queue, { wait: 2 });
      assert.equal(message?.id, id);
      assert.equal(message.body, '{"text":"动一动"}');
      assert.equal(message.receiveCount, 1);
      assert.deepEqual(await receive(queue), []);
      await queue.delete(message.receipt);
      assert.deepEqual(await receive(queue), []);
    });

    test('answers with nothing when the wait is over', async () => {
      assert.deepEqual(await receive(queue, { wait: 1 }), []);
    });

    test('wakes a waiting receiver', async () => {
      const waiting = receive(queue, { wait: 20 });
      await sleep(50);
      await queue.send('wake up');
      assert.equal((await waiting)[0]?.body, 'wake up');
    });

    test('stops waiting when it is told to', async () => {
      const stop = new AbortController();
      const waiting = queue.receive({ max: 1, waitSeconds: 20, visibilitySeconds: 30, signal: stop.signal });
      await sleep(20);
      stop.abort();
      assert.deepEqual(await waiting, []);
      assert.deepEqual(
        await queue.receive({ max: 1, waitSeconds: 20, visibilitySeconds: 30, signal: stop.signal }),
        [],
      );
    });

    test('delivers a message again that was not deleted in time, and counts', async () => {
      await queue.send('again');
      const [first] = await receive(queue, { wait: 2, visibility: 1 });
      const [second] = await receive(queue, { wait: 5 });
      assert.equal(second?.body, 'again');
      assert.equal(second.receiveCount, 2);
      assert.notEqual(second.receipt, first?.receipt);
    });

    test('keeps a message invisible for as long as it is extended', async () => {
      await queue.send('long work');
      const [message] = await receive(queue, { wait: 2, visibility: 1 });
      await queue.extend(message!.receipt, 30);
      await sleep(1200);
      assert.deepEqual(await receive(queue), []);
      await queue.delete(message!.receipt);
    });

    test('gives a message back at once when it is extended by nothing', async () => {
      await queue.send('not for me');
      const [message] = await receive(queue, { wait: 2 });
      await queue.extend(message!.receipt, 0);
      assert.equal((await receive(queue, { wait: 2 }))[0]?.receiveCount, 2);
    });

    test('refuses to extend what was deleted', async () => {
      await queue.send('done');
      const [message] = await receive(queue, { wait: 2 });
      await queue.delete(message!.receipt);
      await assert.rejects(queue.extend(message!.receipt, 30), { code: 'receipt_expired' });
    });

    test('holds a delayed message back', async () => {
      await queue.send('later', { delaySeconds: 1 });
      assert.deepEqual(await receive(queue), []);
      assert.equal((await receive(queue, { wait: 5 }))[0]?.body, 'later');
    });

    test('moves a message to the dead letters after its last delivery', async () => {
      await queue.send('poison');
      for (const count of [1, 2]) {
        const [message] = await receive(queue, { wait: 2 });
        assert.equal(message?.receiveCount, count);
        await queue.extend(message.receipt, 0);
      }
      assert.deepEqual(await receive(queue), []);
      const [dead] = await receive(deadLetters, { wait: 5 });
      assert.equal(dead?.body, 'poison');
      await deadLetters.delete(dead.receipt);
      assert.deepEqual(await receive(deadLetters), []);
    });

    test('takes many messages at once, more than go into one request, and gives each its own id', async () => {
      const bodies = Array.from({ length: 25 }, (_, index) => `${index} ${'动'.repeat(8_000)}`);
      const ids = await Promise.all(bodies.map((body) => queue.send(body)));
      const seen = new Map<string, string>();
      while (seen.size < bodies.length) {
        const messages = await receive(queue, { max: 10, wait: 2 });
        assert.ok(messages.length > 0, `${seen.size} came`);
        for (const { id, body, receipt } of messages) {
          seen.set(id, body);
          await queue.delete(receipt);
        }
      }
      assert.deepEqual(
        ids.map((id) => seen.get(id)),
        bodies,
      );
    });

    test('gives every message to exactly one of several receivers', async () => {
      const bodies = Array.from({ length: 30 }, (_, index) => `message ${index}`);
      for (const body of bodies) await queue.send(body);
      const receiver = async () => {
        const seen: string[] = [];
        for (;;) {
          const messages = await receive(queue, { max: 3, wait: 1 });
          if (messages.length === 0) return seen;
          seen.push(...messages.map((message) => message.body));
          for (const { receipt } of messages) await queue.delete(receipt);
        }
      };
      const seen = (await Promise.all([receiver(), receiver(), receiver()])).flat();
      assert.deepEqual(seen.sort(), bodies.sort());
    });

    test('takes no more than it was asked for', async () => {
      for (const body of ['a', 'b', 'c']) await queue.send(body);
      const messages = await receive(queue, { max: 2, wait: 2 });
      assert.ok(messages.length >= 1 && messages.length <= 2);
    });

    test('says how many are ahead, never a negative number', async () => {
      await queue.send('alone');
      assert.ok((await queue.ahead(new Date(0))) >= 0);
    });
  });
}
