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
async function waggle(args: string[], input = '') {
  const child = spawn(process.execPath, ['--import', 'tsx', 'handlers/cli.ts', ...args]);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.end(input);
  const [out, errors, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { lines: out.split('\n').filter(Boolean).map(parse), errors, status };
}

const parse = (line: string) => JSON.parse(line) as { out?: string; error?: { code: string } };

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
