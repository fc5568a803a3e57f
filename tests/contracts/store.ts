/** What every Store does. An adapter's test calls `storeContract` with how to make an empty one. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../infra/store/index.ts';

export function storeContract(
  name: string,
  make: () => Promise<{ store: Store; dispose(): Promise<void> }>,
): void {
  describe(`${name} keeps the store contract`, () => {
    let store: Store;
    let dispose: () => Promise<void>;
    before(async () => {
      ({ store, dispose } = await make());
    });
    after(() => dispose());

    const text = { contentType: 'text/plain; charset=utf-8' };
    const put = (key: string, body: string) => store.put(key, Buffer.from(body), text);
    const failed = { code: 'precondition_failed' };

    test('reads back what was written, with its type and tag', async () => {
      const etag = await put('read/back', 'hello');
      const object = await store.get('read/back');
      assert.equal(object?.body.toString(), 'hello');
      assert.equal(object?.contentType, text.contentType);
      assert.equal(object?.etag, etag);
      assert.match(etag, /^"[^"]+"$/);
    });

    test('has nothing where nothing was written', async () => {
      assert.equal(await store.get('no/such/object'), undefined);
      assert.equal(await store.open('no/such/object'), undefined);
    });

    test('replaces an object, and its tag changes with its content', async () => {
      const first = await put('replace', 'one');
      const second = await put('replace', 'two');
      assert.notEqual(first, second);
      assert.equal((await store.get('replace'))?.body.toString(), 'two');
    });

    test('creates only where nothing is', async () => {
      await store.put('create', Buffer.from('mine'), { ...text, ifNoneMatch: '*' });
      await assert.rejects(store.put('create', Buffer.from('yours'), { ...text, ifNoneMatch: '*' }), failed);
      assert.equal((await store.get('create'))?.body.toString(), 'mine');
    });

    test('changes only what has not changed since', async () => {
      const etag = await put('change', 'one');
      const next = await store.put('change', Buffer.from('two'), { ...text, ifMatch: etag });
      await assert.rejects(store.put('change', Buffer.from('late'), { ...text, ifMatch: etag }), failed);
      await store.put('change', Buffer.from('three'), { ...text, ifMatch: next });
      assert.equal((await store.get('change'))?.body.toString(), 'three');
    });

    test('does not bring back by a conditional change what was deleted', async () => {
      const etag = await put('deleted', 'one');
      await store.delete('deleted');
      await assert.rejects(store.put('deleted', Buffer.from('two'), { ...text, ifMatch: etag }));
      assert.equal(await store.get('deleted'), undefined);
    });

    test('shows an object only after what it waits for, and not at all where that fails', async () => {
      const turns = [new EventEmitter(), new EventEmitter()];
      const [first, second] = turns.map((turn) => once(turn, 'over'));
      const written = store.put('after/this', Buffer.from('mine'), {
        ...text,
        ifNoneMatch: '*',
        after: first,
      });
      const refused = store.put('after/that', Buffer.from('mine'), { ...text, after: second });
      await sleep(100);
      assert.deepEqual(await store.list('after/', { limit: 10 }), []);
      turns[0].emit('over');
      const etag = await written;
      assert.equal((await store.get('after/this'))?.etag, etag);
      turns[1].emit('error', new Error('it did not come about'));
      await assert.rejects(refused, /it did not come about/);
      assert.deepEqual(await store.list('after/', { limit: 10 }), ['after/this']);
    });

    test('lets exactly one of many creators win', async () => {
      const attempts = Array.from({ length: 20 }, (_, index) =>
        store.put('race/create', Buffer.from(String(index)), { ...text, ifNoneMatch: '*' }),
      );
      const results = await Promise.allSettled(attempts);
      assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
    });

    test('loses no change of many that are made at once', async () => {
      await put('race/count', '0');
      const increment = async (): Promise<void> => {
        for (;;) {
          const { body, etag } = (await store.get('race/count'))!;
          const next = Buffer.from(String(Number(body.toString()) + 1));
          try {
            await store.put('race/count', next, { ...text, ifMatch: etag });
            return;
          } catch (error) {
            assert.equal((error as { code?: string }).code, 'precondition_failed');
          }
        }
      };
      await Promise.all(Array.from({ length: 20 }, increment));
      assert.equal((await store.get('race/count'))?.body.toString(), '20');
    });

    test('takes a stream and gives ranges of it', async () => {
      const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));
      await store.put('stream', Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]), {
        contentType: 'video/mp4',
      });
      const whole = (await store.open('stream'))!;
      assert.equal(whole.size, bytes.length);
      assert.equal(whole.contentType, 'video/mp4');
      assert.ok(bytes.equals(await buffer(whole.stream)));
      const part = (await store.open('stream', { start: 100, end: 150_099 }))!;
      assert.equal(part.size, bytes.length);
      assert.equal(part.etag, whole.etag);
      assert.ok(bytes.subarray(100, 150_100).equals(await buffer(part.stream)));
    });

    test('keeps empty objects', async () => {
      await put('empty', '');
      assert.equal((await store.get('empty'))?.body.length, 0);
      const opened = (await store.open('empty'))!;
      assert.equal(opened.size, 0);
      assert.equal((await buffer(opened.stream)).length, 0);
    });

    test('writes nothing when the stream breaks off', async () => {
      const breaking = Readable.from(
        (async function* () {
          yield Buffer.from('half of');
          throw new Error('the connection was lost');
        })(),
      );
      await assert.rejects(store.put('broken', breaking, text), /connection was lost/);
      assert.equal(await store.get('broken'), undefined);
    });

    test('deletes, and does not mind if there is nothing', async () => {
      await put('delete/me', 'x');
      await store.delete('delete/me');
      await store.delete('delete/me');
      assert.equal(await store.get('delete/me'), undefined);
    });

    test('lists keys by prefix in byte order, page by page', async () => {
      const keys = [
        'list/a-b',
        'list/a.json',
        'list/a/b',
        'list/a/c/d',
        'list/b',
        'list/c1',
        'list/c2',
        'list2/x',
      ];
      for (const key of [...keys].reverse()) await put(key, 'x');
      const within = keys.filter((key) => key.startsWith('list/'));
      assert.deepEqual(await store.list('list/', { limit: 100 }), within);
      assert.deepEqual(await store.list('list/c', { limit: 100 }), ['list/c1', 'list/c2']);
      assert.deepEqual(await store.list('nothing/', { limit: 100 }), []);
      const pages: string[] = [];
      for (let last: string | undefined; ; last = pages.at(-1)) {
        const page = await store.list('list/', { after: last, limit: 2 });
        if (page.length === 0) break;
        assert.ok(page.length <= 2);
        pages.push(...page);
      }
      assert.deepEqual(pages, within);
    });

    test('refuses keys that could leave their place', async () => {
      for (const key of [
        '../up',
        'a/../b',
        '/rooted',
        'a//b',
        '.hidden',
        'a/.b',
        'a\\b',
        'a b',
        '',
        'a\0b',
        'é',
      ]) {
        await assert.rejects(store.get(key), { code: 'key_invalid' }, JSON.stringify(key));
        await assert.rejects(put(key, 'x'), { code: 'key_invalid' }, JSON.stringify(key));
        await assert.rejects(store.delete(key), { code: 'key_invalid' }, JSON.stringify(key));
      }
    });
  });
}
