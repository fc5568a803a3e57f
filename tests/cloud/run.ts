/**
 * `npm run test:cloud [-- FILE...]`: starts the servers, runs the tests of tests/cloud and tests/faults on them, one file
 * after the other, and fails if a test fails or has left a bucket or queue behind.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { leftovers } from './cloud.ts';
import { CREDENTIALS, startS3, startSqs } from './servers.ts';

/** No file takes this long; one that never ends fails. */
const LONGEST_MS = 10 * 60_000;

// A run that is broken off ends its servers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const chosen = process.argv.slice(2);
const found = await Promise.all(['tests/cloud', 'tests/faults'].map(testsIn));
const files = chosen.length > 0 ? chosen : found.flat();

const [s3, sqs] = await Promise.all([startS3(), startSqs()]);
let code = 1;
try {
  const options = ['--import', 'tsx', '--test', '--test-concurrency=1', `--test-timeout=${LONGEST_MS}`];
  const env = { ...process.env, ...CREDENTIALS, CLOUD_TEST_S3: s3.endpoint, CLOUD_TEST_SQS: sqs.endpoint };
  const tests = spawn(process.execPath, [...options, ...files], { env, stdio: 'inherit' });
  [code] = await once(tests, 'exit');
  const left = await leftovers({ s3: s3.endpoint, sqs: sqs.endpoint });
  if (left.length > 0) {
    console.error(`Left behind by the tests:\n${left.join('\n')}`);
    code ||= 1;
  }
} finally {
  await Promise.all([s3.dispose(), sqs.dispose()]);
}
process.exitCode = code ?? 1;

async function testsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.test.ts'));
  return names.sort().map((name) => `${folder}/${name}`);
}
