import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CATALOGUE } from '../../api/problems/catalogue.ts';

test('whatever the stages report has its place in the catalogue', async () => {
  const models = join(import.meta.dirname, '../../models');
  const files = (await readdir(models, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const raised = new Map<string, string>();
  for (const file of files) {
    const source = await readFile(join(models, file), 'utf8');
    for (const [, code] of source.matchAll(/PipelineError\(\s*'(\w+)'/g)) raised.set(code, file);
  }
  assert.ok(raised.size >= 10, 'the search finds the codes');
  for (const [code, file] of raised) assert.ok(Object.hasOwn(CATALOGUE, code), `${code} of ${file}`);
});

test('every problem has a fitting status and says something in both languages', () => {
  for (const [code, { status, title, detail }] of Object.entries(CATALOGUE)) {
    assert.ok(status >= 400 && status < 600, code);
    for (const text of [title, detail]) {
      assert.match(text.zh, /[\u4e00-\u9fff]/, code);
      assert.match(text.en, /^[A-Z][\x20-\x7e]+$/, code);
    }
  }
});
