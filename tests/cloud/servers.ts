/** The real servers of the cloud tests: versitygw speaks S3, ElasticMQ speaks SQS. `make test-cloud` installs both. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CACHE = new URL('../../.cache/cloud/', import.meta.url).pathname;
const GATEWAY = join(CACHE, 'bin/versitygw');
const START_MS = 60_000;

/** Both servers know these, and the SDK finds them in the environment. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'waggle-test', AWS_SECRET_ACCESS_KEY: 'waggle-test-secret' };
export const REGION = 'us-east-1';

export interface Server {
  endpoint: string;
  /** As a power failure would; what is stored stays. */
  kill(): Promise<void>;
  /** At the same address, with what was stored. */
  restart(): Promise<void>;
  /** Kills it and removes what was stored. */
  dispose(): Promise<void>;
}

/**
 * Metadata go into extended attributes, which is versitygw's default. In its other mode, files beside the data, a reader
 * may meet new data with an old ETag and an old checksum.
 */
export async function startS3(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'waggle-s3-'));
  return start(folder, (port) => [
    GATEWAY,
    ['--port', `127.0.0.1:${port}`, '--region', REGION, '--quiet', '--keep-alive'],
    ['posix', folder],
  ]);
}

/** @param kept whether messages survive a restart; its database then costs more than all the rest of it */
export async function startSqs({ kept = true } = {}): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'waggle-sqs-'));
  return start(folder, (port) => [
    'java',
    ['-Xmx256m', '-cp', join(CACHE, 'elasticmq/*')],
    [
      '-Drest-sqs.bind-hostname=127.0.0.1',
      `-Drest-sqs.bind-port=${port}`,
      '-Drest-stats.enabled=false',
      `-Dnode-address.host=127.0.0.1`,
      `-Dnode-address.port=${port}`,
      `-Dmessages-storage.enabled=${kept}`,
      `-Dmessages-storage.uri=jdbc:h2:${join(folder, 'messages')}`,
      '-Dqueues-storage.enabled=true',
      `-Dqueues-storage.path=${join(folder, 'queues.conf')}`,
      'org.elasticmq.server.Main',
    ],
  ]);
}

type Command = [program: string, options: string[], more: string[]];

async function start(folder: string, commandFor: (port: number) => Command): Promise<Server> {
  if (!existsSync(GATEWAY))
    throw new Error('The test servers are not installed; `make test-cloud` does that.');
  const port = await freePort();
  const [program, ...options] = commandFor(port);
  const endpoint = `http://127.0.0.1:${port}`;
  let child: ChildProcess;
  const run = async () => {
    const { AWS_ACCESS_KEY_ID: ROOT_ACCESS_KEY, AWS_SECRET_ACCESS_KEY: ROOT_SECRET_KEY } = CREDENTIALS;
    child = spawn(program, options.flat(), {
      env: { ...process.env, ROOT_ACCESS_KEY, ROOT_SECRET_KEY },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await answering(endpoint, child);
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  process.once('exit', () => child.kill('SIGKILL'));
  await run();
  return {
    endpoint,
    kill,
    restart: run,
    async dispose() {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}

/** Any answer will do, also a refusal. */
async function answering(endpoint: string, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + START_MS; Date.now() < end; await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    if (
      await fetch(endpoint).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error(`${child.spawnfile} does not answer at ${endpoint}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
