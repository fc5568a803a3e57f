/** A bucket and queues of a test's own on the servers that run.ts has started. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, DeleteBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createSqsQueue } from '../../infra/queue/sqs.ts';
import { createS3Store } from '../../infra/store/s3.ts';
import { CREDENTIALS, REGION } from './servers.ts';

Object.assign(process.env, CREDENTIALS);

export interface Endpoints {
  s3: string;
  sqs: string;
}

/** @throws where the file was started without run.ts */
export function endpoints(): Endpoints {
  const { CLOUD_TEST_S3: s3, CLOUD_TEST_SQS: sqs } = process.env;
  if (!s3 || !sqs) throw new Error('Run this by `make test-cloud` or `npm run test:cloud -- FILE`.');
  return { s3, sqs };
}

const COUNTS = [
  'ApproximateNumberOfMessages' as const,
  'ApproximateNumberOfMessagesNotVisible' as const,
  'ApproximateNumberOfMessagesDelayed' as const,
];

const fresh = () => `waggle-test-${randomBytes(6).toString('hex')}`;

export async function makeBucket(endpoint = endpoints().s3) {
  const client = new S3Client({ region: REGION, endpoint, forcePathStyle: true });
  const bucket = fresh();
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const store = createS3Store({ bucket, region: REGION, endpoint });
  return {
    bucket,
    store,
    /** The bucket may not be left behind, whatever is in it. */
    async dispose() {
      for (let keys = ['']; keys.length > 0; ) {
        keys = await store.list('', { limit: 1000 });
        for (const key of keys) await store.delete(key);
      }
      await client.send(new DeleteBucketCommand({ Bucket: bucket }));
      client.destroy();
    },
  };
}

/** @param maxReceives deliveries before a message goes to the dead letters */
export async function makeQueues(maxReceives: number, endpoint = endpoints().sqs) {
  const client = new SQSClient({ region: REGION, endpoint });
  const name = fresh();
  const make = async (QueueName: string, Attributes?: Record<string, string>) =>
    (await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!;
  const deadLetterUrl = await make(`${name}-dead`);
  const AttributeNames = ['QueueArn' as const];
  const asked = new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames });
  const deadLetterTargetArn = (await client.send(asked)).Attributes!.QueueArn;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: maxReceives });
  const url = await make(name, { RedrivePolicy });
  const size = async () => {
    let sum = 0;
    for (const QueueUrl of [url, deadLetterUrl]) {
      const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: COUNTS });
      const { Attributes = {} } = await client.send(asked);
      for (const name of COUNTS) sum += Number(Attributes[name]);
    }
    return sum;
  };
  const queue = createSqsQueue({ url, region: REGION });
  const deadLetters = createSqsQueue({ url: deadLetterUrl, region: REGION });
  return {
    url,
    deadLetterUrl,
    queue,
    deadLetters,
    /** Waits until both queues are empty: nothing waits, is worked on or delayed. @throws after 30 s */
    async drained() {
      for (const end = Date.now() + 30_000; (await size()) > 0; await sleep(100)) {
        if (Date.now() > end) throw new Error(`${await size()} messages are left.`);
      }
    },
    async dispose() {
      await Promise.all([queue.close(), deadLetters.close()]);
      for (const QueueUrl of [url, deadLetterUrl]) await client.send(new DeleteQueueCommand({ QueueUrl }));
      client.destroy();
    },
  };
}

/** Variables for a process that works on these. */
export function settings(
  { bucket }: { bucket: string },
  jobs: { url: string },
  webhooks: { url: string },
  endpoint = endpoints().s3,
): Record<string, string> {
  return {
    WAGGLE_STORE: 's3',
    WAGGLE_BUCKET: bucket,
    WAGGLE_S3_ENDPOINT: endpoint,
    WAGGLE_QUEUE: 'sqs',
    WAGGLE_QUEUE_URL: jobs.url,
    WAGGLE_WEBHOOK_QUEUE_URL: webhooks.url,
    WAGGLE_REGION: REGION,
    // Webhooks are posted to receivers of the tests.
    WAGGLE_ALLOW_LOOPBACK: 'true',
    WAGGLE_LOG_LEVEL: 'fatal',
  };
}

/** A function as it is deployed. It reads the environment when it is loaded, once. */
export function bundled(name: string): Promise<{ handler: unknown }> {
  return import(new URL(`../../out/lambda/handlers/${name}.js`, import.meta.url).href);
}

/** Everything that tests have left on the servers. */
export async function leftovers({ s3, sqs }: Endpoints): Promise<string[]> {
  const buckets = new S3Client({ region: REGION, endpoint: s3, forcePathStyle: true });
  const queues = new SQSClient({ region: REGION, endpoint: sqs });
  const { Buckets = [] } = await buckets.send(new ListBucketsCommand({}));
  const { QueueUrls = [] } = await queues.send(new ListQueuesCommand({}));
  buckets.destroy();
  queues.destroy();
  return [...Buckets.map(({ Name }) => `bucket ${Name}`), ...QueueUrls.map((url) => `queue ${url}`)];
}
