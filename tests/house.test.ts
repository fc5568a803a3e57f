/** The rules of the house (ARCHITECTURE.md): who may import whom, and how long a file may be. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { test } from 'node:test';

const root = new URL('..', import.meta.url).pathname;
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(ts|py)$/.test(file) && !/\.d\.ts$/.test(file)); // those are generated
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Which rooms of ours each room may import from, besides itself. */
const MAY_IMPORT: Record<string, string[]> = {
  models: [],
  infra: [],
  api: ['infra', 'openapi'],
  openapi: ['api', 'infra'],
  handlers: ['api', 'infra', 'models'],
};

/** Paths of the files of ours that a source file imports. */
function ownImports(file: string): string[] {
  const specifiers = [...read(file).matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)].map(
    (match) => match[1],
  );
  return specifiers.map((specifier) => normalize(join(dirname(file), specifier)));
}

test('each room imports only from the rooms it may', () => {
  const broken: string[] = [];
  let checked = 0;
  for (const file of tracked.filter((it) => it.endsWith('.ts'))) {
    const room = file.split(sep)[0];
    const allowed = MAY_IMPORT[room];
    if (!allowed) continue;
    for (const target of ownImports(file)) {
      checked++;
      const other = target.split(sep)[0];
      if (other !== room && !allowed.includes(other)) broken.push(`${file} imports ${target}`);
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(checked > 50, `only ${checked} imports were found: the search itself is broken`);
});

test('the environment is read in infra/config.ts alone', () => {
  const readers = tracked.filter(
    (file) => /^(api|infra|models|openapi)\/.*\.ts$/.test(file) && /process\.env/.test(read(file)),
  );
  assert.deepEqual(
    readers.filter((file) => file !== 'infra/config.ts'),
    [],
  );
});

test("OpenTelemetry's SDK is imported in infra/telemetry/sdk.ts alone, and its API not by the models", () => {
  const rooms = tracked.filter((file) => /^(api|handlers|infra|models|openapi)\/.*\.ts$/.test(file));
  const importing = (pattern: RegExp) => rooms.filter((file) => pattern.test(read(file)));
  assert.deepEqual(importing(/from '@opentelemetry\/(?!api')/), ['infra/telemetry/sdk.ts']);
  const knowing = new Set(importing(/from '@opentelemetry\/api'/).map((file) => file.split(sep)[0]));
  assert.deepEqual(knowing, new Set(['api', 'handlers', 'infra']));
});

test('files are short: none over 400 lines, the median under 120', () => {
  const lengths = tracked.map((file) => ({ file, lines: read(file).split('\n').length }));
  assert.deepEqual(
    lengths.filter((it) => it.lines > 400),
    [],
  );
  const sorted = lengths.map((it) => it.lines).sort((a, b) => a - b);
  assert.ok(sorted[sorted.length >> 1] < 120, `median ${sorted[sorted.length >> 1]}`);
});
