import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startService } from '../api/helper.ts';

const ENTRY = new URL('../../handlers/webhook-keys.ts', import.meta.url).pathname;

test('the command replaces the signing key and keeps the old one for now', async (t) => {
  const { directory, keyring } = await startService(t);
  const [old] = await keyring.publicKeys();
  const env = { ...process.env, WAGGLE_DATA: directory };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', ENTRY], { env });
  const kids = (await keyring.publicKeys()).map(({ kid }) => kid);
  assert.deepEqual(stdout.trim().split('\n'), kids);
  assert.deepEqual([kids.length, kids[1]], [2, old.kid]);
});
