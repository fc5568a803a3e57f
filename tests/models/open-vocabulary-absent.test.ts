/** A production installation has no @huggingface/transformers: here nothing can import it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { test } from 'node:test';
import { PipelineError } from '../../models/errors.ts';
import { createPipeline, type PipelineHooks } from '../../models/pipeline.ts';

const hidden = `export function resolve(specifier, context, next) {
  if (!specifier.startsWith('@huggingface/transformers')) return next(specifier, context);
  throw Object.assign(new Error('Cannot find package ' + specifier), { code: 'ERR_MODULE_NOT_FOUND' });
}`;
register(`data:text/javascript,${encodeURIComponent(hidden)}`);

const image = await readFile(new URL('../../examples/photos/chelsea.jpg', import.meta.url));
const hooks: PipelineHooks = {
  progress: () => undefined,
  found: () => undefined,
  abort: new AbortController().signal,
};
const request = { image, clicks: [], command: 'the cat', size: 320 };

test('without configuration the package is never imported', async () => {
  await assert.rejects(import('@huggingface/transformers'), { code: 'ERR_MODULE_NOT_FOUND' });
  const pipeline = await createPipeline({ speech: 'whisper-base', cacheDir: 'none' });
  assert.ok((await pipeline.region(request, hooks)).length > 100);
});

test('configured, its absence is a typed error of the job that names the command', async () => {
  const pipeline = await createPipeline({
    speech: 'whisper-base',
    cacheDir: 'none',
    openVocabulary: { sam: 'tiny/sam' },
  });
  await assert.rejects(pipeline.region(request, hooks), (error) => {
    assert.ok(error instanceof PipelineError);
    assert.equal(error.code, 'optional_package_missing');
    for (const text of Object.values(error.detail))
      assert.match(text, /npm install --save-prod @huggingface\/transformers/);
    return true;
  });
});
