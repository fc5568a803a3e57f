import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const INSTALL = new URL('../cloud/install.sh', import.meta.url).pathname;
const BASH = '/bin/bash';

test('the cloud tests name the program that they need and do not find, and what for', async (context) => {
  const bin = await mkdtemp(join(tmpdir(), 'waggle-bin-'));
  context.after(() => rm(bin, { recursive: true }));
  const { stdout } = await promisify(execFile)(BASH, ['-c', 'command -v dirname']);
  await symlink(stdout.trim(), join(bin, 'dirname'));
  const named = { go: /needs Go .* "go".*S3/, java: /needs Java .* "java".*SQS/, mvn: /needs Maven/ };
  for (const [program, said] of Object.entries(named)) {
    const install = promisify(execFile)(BASH, [INSTALL], { env: { PATH: bin } });
    await assert.rejects(install, ({ code, stderr }) => code === 1 && said.test(stderr), program);
    await writeFile(join(bin, program), '');
    await chmod(join(bin, program), 0o755);
  }
});
