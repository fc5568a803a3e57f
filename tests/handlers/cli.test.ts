/** The stages by hand, in processes of their own as a person would start them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import sharp from 'sharp';

const CAT = 'examples/photos/chelsea.jpg';
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waggle-cli-'));
});
after(() => rm(folder, { recursive: true }));

/** Lines of JSON that `waggle ...args` prints, and its exit status. */
async function waggle(args: string[], input = '', env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'handlers/cli.ts', ...args], {
    env: { ...process.env, ...env },
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end(input);
  const [out, errors, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { lines: out.split('\n').filter(Boolean).map(parse), errors, status };
}

interface Line {
  out?: string;
  text?: string;
  language?: string;
  error?: { code: string; detail: { en: string } };
}
const parse = (line: string) => JSON.parse(line) as Line;

test('mask --list answers every line in one process, a refused one with its code', async () => {
  const out = join(folder, 'cat.png');
  const jobs = [
    { photo: CAT, x: 0.5, y: 0.5, out },
    { photo: 'package.json', x: 0.5, y: 0.5, out },
  ];
  const { lines, status } = await waggle(
    ['mask', '--list', '-'],
    jobs.map((it) => JSON.stringify(it)).join('\n'),
  );
  assert.deepEqual(
    lines.map((line) => line.out ?? line.error?.code),
    [out, 'image_unreadable'],
  );
  assert.equal(status, 1);
  const { width } = await sharp(out).metadata();
  assert.ok(Math.abs(width - (await sharp(CAT).metadata()).width) <= 1);
});

test('mask --list refuses a line that is no job before it opens the models', async () => {
  for (const line of ['{"photo": "a.jpg"', JSON.stringify({ photo: CAT, x: 2, y: 0, out: 'a.png' })]) {
    const { lines, errors, status } = await waggle(['mask', '--list', '-'], line);
    assert.deepEqual([lines, status], [[], 2]);
    assert.match(errors, /usage: waggle/);
  }
});

test('animate --mask takes the silhouette of the caller', async () => {
  const mask = join(folder, 'small.png');
  await writeFile(
    mask,
    await sharp({ create: { width: 40, height: 40, channels: 3, background: 'white' } })
      .png()
      .toBuffer(),
  );
  const { lines, status } = await waggle([
    'animate',
    CAT,
    '--say',
    'make it nod',
    '--mask',
    mask,
    '--out',
    'no.mp4',
  ]);
  assert.equal(lines[0].error?.code, 'mask_size');
  assert.equal(status, 1);
});

test('hear goes on after files that are no recordings, and hears with the model that is configured', async () => {
  const chirp = join(folder, 'chirp.wav');
  await writeFile(
    chirp,
    wav(Array.from({ length: 16_000 }, (_, i) => 0.5 * Math.sin((Math.PI * i * (3.2e6 + 900 * i)) / 1.28e8))),
  );
  const speech = { WAGGLE_SPEECH: './tests/models/fixtures/ctc' };
  const { lines, status } = await waggle(
    ['hear', join(folder, 'none.wav'), 'package.json', chirp],
    '',
    speech,
  );
  assert.equal(status, 1);
  assert.deepEqual(
    lines.map(({ error }) => error?.code),
    ['audio_unreadable', 'audio_unreadable', 'not_a_command'],
  );
  assert.match(lines[0].error!.detail.en, /ENOENT/);
  const [, , heard] = lines;
  assert.match(heard.text!, /^[dogruns ]+$/);
  assert.equal(heard.language, 'en');
});

/** Mono, 16 kHz, 16 bit. */
function wav(samples: number[]): Buffer {
  const data = Buffer.from(Int16Array.from(samples, (value) => value * 32_767).buffer);
  const head = Buffer.alloc(44);
  head.write('RIFF    WAVEfmt ');
  head.writeUInt32LE(36 + data.length, 4);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(16_000, 24);
  head.writeUInt32LE(32_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}
