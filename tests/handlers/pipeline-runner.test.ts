/** The thread of the models, and what becomes of the process when it is ended. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { DEFAULTS } from '../../api/jobs/request.ts';
import { createPipelineRunner } from '../../handlers/pipeline-runner.ts';

const CHELSEA = await readFile(new URL('../../examples/photos/chelsea.jpg', import.meta.url));

test('a job that is canceled in native code takes nothing else with it', async (t) => {
  // So impatient that the thread is always ended, wherever it is; before calls were guarded, that ended the process.
  const patienceMs = 1;
  const options = { cacheDir: '.cache', speech: 'whisper-base', openVocabulary: {} };
  const runner = createPipelineRunner(options, patienceMs);
  t.after(() => runner.close());
  const request = { ...DEFAULTS, command: 'make the cat nod', image: CHELSEA, seconds: 8, fps: 60 };
  for (const ms of [200, 500, 800, 1100, 1400]) {
    await runner.ready();
    const canceled = new Error(`canceled after ${ms} ms`);
    const stop = new AbortController();
    setTimeout(() => stop.abort(canceled), ms);
    const run = runner.run('animation', request, {
      progress() {},
      found() {},
      timed() {},
      signal: stop.signal,
    });
    await assert.rejects(run, canceled);
  }
  const hooks = { progress() {}, found() {}, timed() {}, signal: new AbortController().signal };
  const { video } = (await runner.run('animation', { ...request, seconds: 0.5, fps: 8, size: 128 }, hooks))
    .rendered;
  assert.equal(Buffer.from(video).subarray(4, 8).toString(), 'ftyp');
});
