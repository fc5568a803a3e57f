/** The clients in examples/, run as a person would run them, against the embedded service with its real models. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createClient, type Progress } from '../../examples/typescript-client/client.ts';
import { Problem } from '../../examples/typescript-client/problem.ts';
import { type LocalService, startLocal } from '../../handlers/local.ts';
import { loadConfig } from '../../infra/config.ts';
import { hashKey, newKey } from '../../infra/keys.ts';
import { startFlakyProxy } from './flaky-proxy.ts';

const ROOT = join(import.meta.dirname, '../..');
const PHOTO = join(ROOT, 'examples/photos/chelsea.jpg');
const CURL = join(ROOT, 'examples/curl/animate.sh');
const CLIENT = join(ROOT, 'examples/typescript-client');
const SMALL = { seconds: 1, fps: 8, size: 256, seed: 7 };
const key = newKey();
let service: LocalService;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waggle-clients-'));
  const settings = { WAGGLE_PORT: '0', WAGGLE_LOG_LEVEL: 'error', WAGGLE_API_KEYS: `me:${hashKey(key)}` };
  service = await startLocal(loadConfig({ WAGGLE_DATA: join(folder, 'data'), ...settings }));
  await service.ready();
});
after(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

function start(program: string, args: string[], given = key): ChildProcess {
  const env = { ...process.env, WAGGLE_URL: service.url, WAGGLE_KEY: given };
  // Of a group of its own, so that Ctrl-C can be pressed.
  return spawn(program, args, { env, cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function end(child: ChildProcess) {
  const status = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, errors] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return { out, errors, status: await status };
}

const curl = (...args: string[]) => start(CURL, args);
const fields = Object.entries(SMALL).map(([name, value]) => `${name}=${value}`);
const isVideo = async (file: string) =>
  assert.equal((await readFile(file)).subarray(4, 8).toString(), 'ftyp', `${file} is an mp4`);

async function jobs(): Promise<{ id: string; status: string }[]> {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${service.url}/v1/animations`, { headers });
  return ((await answer.json()) as { jobs: { id: string; status: string }[] }).jobs;
}

test('curl: a video, and every step on the way', async () => {
  const video = join(folder, 'curl cat.mp4');
  const { out, errors, status } = await end(curl(PHOTO, 'make the cat nod', video, ...fields));
  assert.equal(status, 0, errors);
  assert.equal(out, `${video}\n`);
  await isVideo(video);
  const steps = errors
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(steps.some(({ stage }) => stage === 'animate'));
  assert.equal(steps.at(-1).status, 'succeeded');
  assert.equal(steps.at(-1).request.seed, 7);
});

test('curl: what is refused, and what fails, is said', async () => {
  const video = join(folder, 'none.mp4');
  const refused = await end(curl(PHOTO, 'make the cat nod', video, 'fps=0'));
  assert.equal(refused.status, 1);
  assert.match(refused.errors, /"code":"invalid_request".*"pointer":"\/fps"/);
  const failed = await end(curl(PHOTO, 'make the elephant walk', video, ...fields));
  assert.equal(failed.status, 1);
  assert.match(failed.errors.trim().split('\n').at(-1)!, /"code":"object_not_found"/);
  await assert.rejects(readFile(video), { code: 'ENOENT' });
  const stranger = await end(start(CURL, [PHOTO, 'make the cat nod', video], 'wrong'));
  assert.match(stranger.errors, /"code":"unauthorized"/);
});

test('curl: Ctrl-C cancels the job', async () => {
  const child = curl(PHOTO, 'make the cat nod', join(folder, 'canceled.mp4'), 'seconds=8', 'size=1920');
  const done = end(child);
  const known = (await jobs()).length;
  while ((await jobs()).length === known) await sleep(20);
  await sleep(200); // it follows the events by now
  process.kill(-child.pid!, 'SIGINT');
  const { errors, status } = await done;
  const [{ id, status: state }] = await jobs();
  assert.deepEqual([status, state], [130, 'canceled'], errors);
  assert.match(errors, new RegExp(`canceled ${id}`));
});

test('TypeScript: the program animates, and says what is wrong by its code', async () => {
  const video = join(folder, 'typescript.mp4');
  const run = (...args: string[]) =>
    end(start(process.execPath, ['--import', 'tsx', join(CLIENT, 'animate.ts'), ...args]));
  const { out, errors, status } = await run(PHOTO, 'let the cat turn its head', video);
  assert.equal(status, 0, errors);
  assert.match(out, /animate \d+/);
  await isVideo(video);
  const failed = await run(PHOTO, 'what time is it?', video);
  assert.equal(failed.status, 1);
  assert.match(failed.errors, /^not_a_command: Not a command: ./);
});

test('TypeScript: problems are typed, in the language asked for', async () => {
  const photo = new Blob([await readFile(PHOTO)]);
  const waggle = createClient(service.url, { key, language: 'zh' });
  const cases: [tried: () => Promise<unknown>, code: string, pointer?: string][] = [
    [() => waggle.animate(photo, 'make the elephant walk', SMALL), 'object_not_found'],
    [() => waggle.animate(new Blob(['no photo']), 'make the cat nod'), 'image_unsupported'],
    [() => waggle.animate(photo, 'make the cat nod', { magnitude: 9 }), 'invalid_request', '/magnitude'],
    [() => createClient(service.url).animate(photo, 'make the cat nod'), 'unauthorized'],
  ];
  for (const [tried, code, pointer] of cases) {
    const error = await tried().then(
      () => assert.fail(`${code} was expected`),
      (it) => it,
    );
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.code, code);
    assert.equal(error.details.errors?.[0].pointer, pointer);
    if (code !== 'unauthorized') assert.match(error.message, /\p{Script=Han}/u);
  }
});

test('TypeScript: overload, lost answers and broken streams do not matter', async (t) => {
  const { url, seen } = await startFlakyProxy(t, service.url);
  const photo = new Blob([await readFile(PHOTO)]);
  const steps: Progress[] = [];
  const onProgress = (progress: Progress) => steps.push(progress);
  const known = (await jobs()).length;
  const { job, video } = await createClient(url, { key }).animate(photo, 'make the cat nod', {
    ...SMALL,
    onProgress,
  });
  assert.equal(job.status, 'succeeded');
  assert.equal(
    Buffer.from(await video.arrayBuffer())
      .subarray(4, 8)
      .toString(),
    'ftyp',
  );
  assert.equal((await jobs()).length, known + 1, 'one job, though its request was sent twice');
  const seqs = steps.map(({ seq }) => seq);
  assert.deepEqual(
    seqs,
    [...new Set(seqs)].sort((a, b) => a - b),
    'no step twice',
  );
  const followed = seen.filter(({ path }) => path.endsWith('/events'));
  assert.ok(followed.length >= 2);
  assert.equal(followed[0].lastEventId, undefined);
  assert.ok(Number(followed[1].lastEventId) >= 1, 'it goes on after the last event');
});

test('TypeScript: who aborts cancels the job', async () => {
  const photo = new Blob([await readFile(PHOTO)]);
  const stop = new AbortController();
  const onProgress = () => stop.abort();
  const settings = { ...SMALL, seconds: 8, size: 1920, onProgress, signal: stop.signal };
  await assert.rejects(createClient(service.url, { key }).animate(photo, 'make the cat nod', settings), {
    name: 'AbortError',
  });
  assert.equal((await jobs())[0].status, 'canceled');
});

test('the committed types are those of the document (else: npm run openapi)', async () => {
  const fresh = join(folder, 'waggle.d.ts');
  const generate = join(CLIENT, 'node_modules/openapi-typescript/bin/cli.js');
  const document = join(ROOT, 'openapi/openapi.yaml');
  await promisify(execFile)(process.execPath, [generate, document, '--output', fresh]);
  assert.equal(await readFile(join(CLIENT, 'waggle.d.ts'), 'utf8'), await readFile(fresh, 'utf8'));
});
