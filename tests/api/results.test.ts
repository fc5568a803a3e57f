import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import request from 'supertest';
import { picture, problem, type Service, startService, VIDEO } from './helper.ts';

describe('the video', () => {
  let service: Service;
  let http: ReturnType<typeof request>;
  let url: string;
  before(async () => {
    service = await startService(undefined);
    http = request(service.app.server);
    const { body } = await http
      .post('/v1/animations')
      .attach('image', await picture(), 'a.jpg')
      .field('command', 'wave');
    url = `${body.links.self}/video`;
    assert.equal(problem(await http.get(url)), '409 not_ready');
    await service.work();
  });

  after(() => service.stop());

  test('comes whole, with its type, size, tag and name', async () => {
    const response = await http.get(url).buffer(true).expect(200);
    assert.ok(VIDEO.equals(response.body));
    assert.equal(response.headers['content-type'], 'video/mp4');
    assert.equal(response.headers['content-length'], String(VIDEO.length));
    assert.equal(response.headers['accept-ranges'], 'bytes');
    assert.match(response.headers['content-disposition'], /^inline; filename="anim_\w+-video\.mp4"$/);
    assert.match(response.headers.etag, /^"\w+"$/);
  });

  const ranges: [range: string, first: number, last: number][] = [
    ['bytes=0-99', 0, 99],
    ['bytes=100-', 100, 4999],
    ['bytes=-500', 4500, 4999],
    ['bytes=4990-99999', 4990, 4999],
    ['bytes=0-0', 0, 0],
  ];
  for (const [range, first, last] of ranges) {
    test(`gives ${range}`, async () => {
      const response = await http.get(url).set('range', range).buffer(true).expect(206);
      assert.equal(response.headers['content-range'], `bytes ${first}-${last}/5000`);
      assert.equal(response.headers['content-length'], String(last - first + 1));
      assert.ok(VIDEO.subarray(first, last + 1).equals(response.body));
    });
  }

  test('refuses a range that is not there', async () => {
    const response = await http.get(url).set('range', 'bytes=5000-');
    assert.equal(problem(response), '416 range_not_satisfiable');
    assert.equal(response.headers['content-range'], 'bytes */5000');
  });

  test('comes whole for several ranges, for nonsense, and for a range of another version', async () => {
    for (const headers of [
      { range: 'bytes=0-9,20-29' },
      { range: 'pages=1-2' },
      { range: 'bytes=0-9', 'if-range': '"old"' },
    ]) {
      await http.get(url).set(headers).expect(200).expect('content-length', '5000');
    }
  });

  test('is not sent again to who has it', async () => {
    const { headers } = await http.head(url).expect(200).expect('content-length', '5000');
    await http.get(url).set('if-none-match', headers.etag).expect(304);
    await http.get(url).set('if-none-match', `"other", W/${headers.etag}`).expect(304);
    await http.get(url).set('if-none-match', '"other"').expect(200);
    await http.get(url).set({ range: 'bytes=0-9', 'if-range': headers.etag }).expect(206);
  });

  test('is all there was: this job made no mask', async () => {
    assert.equal(problem(await http.get(url.replace('video', 'mask'))), '404 no_result');
    assert.equal(problem(await http.get(url.replace('video', 'poster'))), '404 no_result');
  });
});
