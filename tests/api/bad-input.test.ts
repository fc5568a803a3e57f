/** Whatever is wrong with a request: a clear problem, nothing kept, and the service goes on. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import request from 'supertest';
import { picture, problem, type Service, startService, wav } from './helper.ts';

const MEGABYTE = 1024 * 1024;

/** The beginning of a PNG that claims to be huge: all that a decompression bomb shows before it is decoded. */
function pngHeader(width: number, height: number): Buffer {
  const start = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const header = Buffer.alloc(17);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return Buffer.concat([start, header, Buffer.from('0000000049444154', 'hex')]);
}

/** Its logical screen; the frames would come later. */
function gifHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.write('GIF89a');
  header.writeUInt16LE(width, 6);
  header.writeUInt16LE(height, 8);
  return header;
}

/** The canvas of an extended WebP. */
function webpHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(30);
  header.write('RIFF');
  header.writeUInt32LE(22, 4);
  header.write('WEBPVP8X', 8);
  header.writeUInt32LE(10, 16);
  header.writeUIntLE(width - 1, 24, 3);
  header.writeUIntLE(height - 1, 27, 3);
  return header;
}

/** A small picture whose ispe box says otherwise. */
function hugeAvif(small: Buffer): Buffer {
  const at = small.indexOf('ispe');
  small.writeUInt32BE(50_000, at + 8);
  small.writeUInt32BE(50_000, at + 12);
  return small;
}

describe('bad input', () => {
  let service: Service;
  let http: ReturnType<typeof request>;
  before(async () => {
    service = await startService(undefined, { WAGGLE_MAX_IMAGE_MB: '2', WAGGLE_MAX_AUDIO_MB: '1' });
    http = request(service.app.server);
  });
  after(async () => {
    // Nothing of all that was refused is left behind.
    assert.deepEqual(await service.stored('files/'), []);
    service.clock.offset = 2 * 60 * 60 * 1000;
    await service.repository.sweep();
    assert.deepEqual(await service.stored('jobs/'), []);
    assert.deepEqual(await service.drafts(), []);
    await service.stop();
  });

  const post = () => http.post('/v1/animations');
  const withImage = (image: Buffer, name = 'photo.jpg') =>
    post().field('command', 'wave').attach('image', image, name);

  const images: [what: string, image: () => Promise<Buffer> | Buffer, expected: string][] = [
    ['text called a photo', () => Buffer.from('this is not a photo '.repeat(50)), '415 image_unsupported'],
    ['a PDF', () => Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj'), '415 image_unsupported'],
    ['an SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), '415 image_unsupported'],
    ['a recording', () => wav(), '415 image_unsupported'],
    ['an empty file', () => Buffer.alloc(0), '422 image_missing'],
    ['one pixel', () => picture(1, 1, 'png'), '422 image_too_small'],
    ['15 pixels high', () => picture(100, 15, 'webp'), '422 image_too_small'],
    ['60 megapixels', () => pngHeader(10_000, 6_000), '422 image_too_many_pixels'],
    ['a decompression bomb', () => pngHeader(50_000, 50_000), '422 image_too_many_pixels'],
    ['a GIF that claims to be huge', () => gifHeader(50_000, 50_000), '422 image_too_many_pixels'],
    ['a WebP that claims to be huge', () => webpHeader(16_000, 16_000), '422 image_too_many_pixels'],
    [
      'an AVIF that claims to be huge',
      async () => hugeAvif(await picture(64, 48, 'avif')),
      '422 image_too_many_pixels',
    ],
    ['a JPEG cut off in its header', async () => (await picture()).subarray(0, 30), '422 image_unreadable'],
    [
      'a file over the limit',
      () => Buffer.concat([pngHeader(100, 100), Buffer.alloc(2 * MEGABYTE)]),
      '413 image_too_large',
    ],
  ];
  for (const [what, image, expected] of images) {
    test(`image: ${what} is ${expected}`, async () => {
      assert.equal(problem(await withImage(await image())), expected);
    });
  }

  const recordings: [what: string, audio: Buffer, expected: string][] = [
    ['text called a recording', Buffer.from('hello'.repeat(100)), '415 audio_unsupported'],
    ['an empty recording', Buffer.alloc(0), '422 audio_empty'],
    ['a recording over the limit', Buffer.concat([wav(), Buffer.alloc(MEGABYTE)]), '413 audio_too_large'],
  ];
  for (const [what, audio, expected] of recordings) {
    test(`audio: ${what} is ${expected}`, async () => {
      const response = await post()
        .attach('image', await picture(), 'a.jpg')
        .attach('audio', audio, 'a.wav');
      assert.equal(problem(response), expected);
    });
  }

  const fields: [what: string, fields: Record<string, string>, expected: string, pointer?: string][] = [
    ['no command', {}, '422 command_missing'],
    ['blanks for a command', { command: '   ' }, '422 command_missing'],
    ['501 characters', { command: 'x'.repeat(501) }, '422 invalid_request', '/command'],
    ['a huge field', { command: 'x'.repeat(100_000) }, '413 body_too_large'],
    ['too small a magnitude', { command: 'x', magnitude: '0.05' }, '422 invalid_request', '/magnitude'],
    ['too large a magnitude', { command: 'x', magnitude: '4.1' }, '422 invalid_request', '/magnitude'],
    ['a magnitude in words', { command: 'x', magnitude: 'very' }, '422 invalid_request', '/magnitude'],
    ['an infinite magnitude', { command: 'x', magnitude: '1e999' }, '422 invalid_request', '/magnitude'],
    ['half a seed', { command: 'x', seed: '1.5' }, '422 invalid_request', '/seed'],
    ['a seed of 33 bits', { command: 'x', seed: '4294967296' }, '422 invalid_request', '/seed'],
    ['a format nobody knows', { command: 'x', format: 'avi' }, '422 invalid_request', '/format'],
    ['webm without an encoder for it', { command: 'x', format: 'webm' }, '422 format_unavailable'],
    ['a language we do not speak', { command: 'x', language: 'fr' }, '422 invalid_request', '/language'],
    ['perhaps for a boolean', { command: 'x', loop: 'perhaps' }, '422 invalid_request', '/loop'],
    ['a field nobody knows', { command: 'x', colour: 'red' }, '422 invalid_request', '/colour'],
    ['a field named like a method', { command: 'x', toString: 'x' }, '400 malformed_body'],
    ['clicks that are not JSON', { command: 'x', clicks: '0.5,0.5' }, '422 invalid_request', '/clicks'],
    ['a click without y', { command: 'x', clicks: '[{"x":0.5}]' }, '422 invalid_request', '/clicks/0/y'],
    [
      'a click below the picture',
      { command: 'x', clicks: '[{"x":0.5,"y":1.01}]' },
      '422 click_out_of_range',
      '/clicks/0/y',
    ],
    [
      'a click left of it',
      { command: 'x', clicks: '[{"x":-0.1,"y":1}]' },
      '422 click_out_of_range',
      '/clicks/0/x',
    ],
    [
      'nine clicks',
      { command: 'x', clicks: JSON.stringify(Array(9).fill({ x: 0, y: 0 })) },
      '422 invalid_request',
      '/clicks',
    ],
  ];
  for (const [what, values, expected, pointer] of fields) {
    test(`fields: ${what} is ${expected}`, async () => {
      const response = await post()
        .attach('image', await picture(), 'a.jpg')
        .field(values);
      assert.equal(problem(response), expected);
      if (pointer)
        assert.deepEqual(
          response.body.errors.map((error: { pointer: string }) => error.pointer),
          [pointer],
        );
    });
  }

  test('no image at all', async () => {
    assert.equal(problem(await post().field('command', 'wave')), '422 image_missing');
    assert.equal(problem(await post().send({ command: 'wave' })), '422 image_missing');
  });

  test('a command both said and typed', async () => {
    const response = await withImage(await picture()).attach('audio', wav(), 'a.wav');
    assert.equal(problem(response), '422 audio_and_command');
  });

  test('a mask beside clicks, of another size, of another type, and damaged', async () => {
    const photo = await picture(64, 48);
    const send = (mask: Buffer) => withImage(photo).attach('mask', mask, 'mask.png');
    const mask = await picture(64, 48, 'png');
    assert.equal(problem(await send(mask).field('clicks', '[{"x":0,"y":0}]')), '422 clicks_and_mask');
    const other = await send(await picture(48, 64, 'png'));
    assert.equal(problem(other), '422 mask_size');
    assert.match(other.body.detail, /48 x 64.*64 x 48/);
    assert.equal(problem(await send(await picture(64, 48, 'jpeg'))), '415 mask_unsupported');
    const turned = await sharp(photo).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const upright = await withImage(turned).attach('mask', await picture(48, 64, 'png'), 'mask.png');
    assert.equal(upright.status, 202, 'the size that counts is that of the upright photo');
    await http.delete(upright.body.links.self).expect(204);
  });

  test('a part sent twice, a part nobody asked for, too many parts', async () => {
    const image = await picture();
    const twice = await withImage(image).attach('image', image, 'b.jpg');
    assert.equal(problem(twice), '422 invalid_request');
    const extra = await withImage(image).attach('virus', Buffer.from('MZ'), 'a.exe');
    assert.equal(problem(extra), '422 invalid_request');
    assert.equal(extra.body.errors[0].pointer, '/virus');
    const many = withImage(image);
    for (let count = 0; count < 30; count += 1) many.field(`f${count}`, 'x');
    assert.equal(problem(await many), '413 body_too_large');
    assert.equal(problem(await withImage(image).field('__proto__', 'x')), '400 malformed_body');
  });

  test('a body of the wrong type, or none, or broken', async () => {
    assert.equal(problem(await post().type('text/plain').send('wave')), '415 unsupported_media_type');
    assert.equal(problem(await post().type('application/xml').send('<a/>')), '415 unsupported_media_type');
    assert.equal(problem(await post()), '415 unsupported_media_type');
    assert.equal(problem(await post().type('json').send('{"command":')), '400 malformed_body');
    assert.equal(problem(await post().type('json').send('')), '400 malformed_body');
    assert.equal(problem(await post().type('json').send('[1]')), '422 invalid_request');
    assert.equal(
      problem(
        await post()
          .type('json')
          .send(`{"command":"${'x'.repeat(70_000)}"}`),
      ),
      '413 body_too_large',
    );
    const noBoundary = await post().type('multipart/form-data').send('--x\r\n\r\n');
    assert.equal(problem(noBoundary), '400 malformed_body');
    const cut = await post()
      .type('multipart/form-data; boundary=x')
      .send('--x\r\nContent-Disposition: form-data; name="command"\r\n\r\nwa');
    assert.equal(problem(cut), '400 malformed_body');
  });

  test('a body that says it is too large is not read', async () => {
    const response = await service.app.inject({
      method: 'POST',
      url: '/v1/animations',
      headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': '99999999999' },
    });
    assert.equal(response.statusCode, 413);
    assert.equal(response.json().code, 'body_too_large');
    assert.equal(response.headers.connection, 'close');
  });

  test('ids and addresses that try something', async () => {
    const ids = [
      'nope',
      'anim_',
      '..%2f..%2fetc%2fpasswd',
      '%00',
      `anim_${'0'.repeat(27)}`,
      'a'.repeat(5000),
      '%ff',
      'anim_%2e%2e%2f',
    ];
    for (const id of ids) assert.equal(problem(await http.get(`/v1/animations/${id}`)), '404 not_found', id);
    assert.equal(problem(await http.get('/v1/nothing')), '404 not_found');
    assert.equal(problem(await http.get('/')), '404 not_found');
  });

  test('another method', async () => {
    const response = await http.put('/v1/animations');
    assert.equal(problem(response), '405 method_not_allowed');
    assert.deepEqual(response.headers.allow.split(', ').sort(), ['GET', 'HEAD', 'POST']);
    assert.equal(problem(await http.post('/healthz')), '405 method_not_allowed');
    assert.equal((await http.head('/v1/animations/any/events')).status, 405);
  });

  test('problems speak Chinese when asked to', async () => {
    const response = await post()
      .set('accept-language', 'zh-CN,zh;q=0.9,en;q=0.5')
      .attach('image', await picture(), 'a.jpg')
      .field({ command: 'x', magnitude: '9' });
    assert.equal(response.headers['content-language'], 'zh');
    assert.equal(response.body.title, '请求无效');
    assert.equal(response.body.errors[0].detail, '不得大于 4');
  });

  test('every picture that is taken is taken', async () => {
    const frame = await picture(32, 32, 'png');
    const animated = await sharp([frame, frame], { join: { animated: true } })
      .gif()
      .toBuffer();
    const good: [string, Buffer][] = [
      ['jpeg', await picture(64, 48, 'jpeg')],
      ['png', await picture(64, 48, 'png')],
      ['webp', await picture(64, 48, 'webp')],
      ['gif', await picture(64, 48, 'gif')],
      ['avif', await picture(64, 48, 'avif')],
      ['animated gif', animated],
      [
        'cmyk',
        await sharp(await picture())
          .toColourspace('cmyk')
          .jpeg()
          .toBuffer(),
      ],
      [
        'grey 16 bit',
        await sharp(await picture())
          .toColourspace('grey16')
          .png()
          .toBuffer(),
      ],
      [
        'long header',
        await sharp(await picture())
          .withExif({ IFD0: { ImageDescription: 'x'.repeat(60_000) } })
          .jpeg()
          .toBuffer(),
      ],
    ];
    for (const [what, image] of good) {
      const response = await withImage(image);
      assert.equal(response.status, 202, `${what}: ${JSON.stringify(response.body)}`);
      await http.delete(response.body.links.self).expect(204);
    }
  });
});
