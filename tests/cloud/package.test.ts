/** What would be deployed, built without an account: the template, the functions' package, the worker's image. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { CATALOGUE, type ProblemCode } from '../../api/problems/catalogue.ts';
import { hashKey } from '../../infra/keys.ts';

const ROOT = join(import.meta.dirname, '../..');
const OUT = join(ROOT, 'out/serverless');
const TEMPLATE = join(OUT, 'cloudformation-template-update-stack.json');
const LINTERS = join(ROOT, '.cache/cloud/venv/bin');
/** osls comes to depend on what its CloudFormation would depend on anyway. */
const ACCEPTED = 'W3005';

interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a template holds is not typed
  Properties: any;
}
let resources: Record<string, Resource>;
const ofType = (type: string) => Object.entries(resources).filter(([, it]) => it.Type === type);

interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: unknown;
}
const statementsOf = ({ Properties }: Resource): Statement[] =>
  (Properties.Policies ?? []).flatMap(
    (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
  );

/** @returns what it printed; @throws with what it printed where it fails */
async function run(program: string, ...args: string[]): Promise<string> {
  // Neither credentials nor a home: a machine that has never heard of AWS.
  const env = { PATH: process.env.PATH, HOME: OUT };
  try {
    return (await promisify(execFile)(program, args, { cwd: ROOT, env })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

before(async () => {
  const params = {
    domain: 'waggle.example.com',
    certificate: 'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
    image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/waggle:1',
    'api-keys': `ann:${hashKey('x')}`,
    'alarm-email': 'ops@example.com',
  };
  const given = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
  await run('node_modules/.bin/osls', 'package', '--region', 'eu-west-1', '--package', OUT, ...given);
  resources = JSON.parse(await readFile(TEMPLATE, 'utf8')).Resources;
});

describe('the template', () => {
  test('passes cfn-lint', async () => {
    assert.equal(await run(join(LINTERS, 'cfn-lint'), '--ignore-checks', ACCEPTED, '--', TEMPLATE), '');
  });

  test('keeps the bucket private, encrypted and tidy', () => {
    const [[, { Properties: bucket }], ...others] = ofType('AWS::S3::Bucket').filter(
      ([id]) => id === 'Bucket',
    );
    assert.deepEqual(others, []);
    assert.deepEqual(Object.values(bucket.PublicAccessBlockConfiguration), [true, true, true, true]);
    assert.ok(bucket.BucketEncryption);
    const prefixes = bucket.LifecycleConfiguration.Rules.map((rule: { Prefix?: string }) => rule.Prefix);
    for (const prefix of ['uploads/', 'files/', 'results/', 'jobs/'])
      assert.ok(prefixes.includes(prefix), prefix);
  });

  test('gives a job up after three deliveries, to a function that says which it could not end', () => {
    assert.equal(resources.Jobs.Properties.RedrivePolicy.maxReceiveCount, 3);
    for (const [, queue] of ofType('AWS::SQS::Queue'))
      assert.equal(queue.Properties.SqsManagedSseEnabled, true);
    const sources = ofType('AWS::Lambda::EventSourceMapping').map(([, source]) => source.Properties);
    assert.equal(sources.length, 3);
    for (const { FunctionResponseTypes, FunctionName, EventSourceArn } of sources) {
      assert.deepEqual(FunctionResponseTypes, ['ReportBatchItemFailures']);
      const { Timeout } = resources[FunctionName['Fn::GetAtt'][0]].Properties;
      const { VisibilityTimeout } = resources[EventSourceArn['Fn::GetAtt'][0]].Properties;
      assert.ok(VisibilityTimeout >= 6 * Timeout, `${VisibilityTimeout} s`);
    }
  });

  test('keeps webhooks for longer than they are tried, and lets no worker post them or see their secrets', () => {
    const { MessageRetentionPeriod, RedrivePolicy } = resources.Webhooks.Properties;
    assert.deepEqual([MessageRetentionPeriod, RedrivePolicy.maxReceiveCount], [14 * 86_400, 100]);
    const [{ Environment }] = resources.WorkerTask.Properties.ContainerDefinitions;
    const setting = (name: string) => Environment.find((it: { Name: string }) => it.Name === name)?.Value;
    assert.deepEqual(setting('WAGGLE_WEBHOOK_QUEUE_URL'), { Ref: 'Webhooks' });
    assert.equal(setting('WAGGLE_WEBHOOK_DEAD_LETTER_URL'), undefined);
    const refusesSecrets = ({ Effect, Resource }: Statement) =>
      Effect === 'Deny' && JSON.stringify(Resource).includes('/secrets/*');
    const refusing = ofType('AWS::IAM::Role').filter(([, role]) => statementsOf(role).some(refusesSecrets));
    assert.deepEqual(refusing.map(([name]) => name).sort(), ['HousekeepingRole', 'WorkerRole']);
    const reading = statementsOf(resources.DeliverRole).filter(({ Action }) =>
      Action.includes('s3:GetObject'),
    );
    assert.equal(reading.length, 2);
    assert.doesNotMatch(JSON.stringify(reading), /Arn\}\/(files|results|uploads|\*)/, 'pictures');
  });

  test('allows no more than is used', () => {
    const roles = ofType('AWS::IAM::Role');
    assert.equal(roles.length, 9);
    for (const [name, role] of roles) {
      for (const { Action, Resource } of statementsOf(role).filter(({ Effect }) => Effect === 'Allow')) {
        const actions = [Action].flat();
        assert.ok(!actions.some((action) => action.includes('*')), `${name} ${actions}`);
        assert.ok(Resource !== '*' || actions[0] === 'ecr:GetAuthorizationToken', `${name} ${actions}`);
      }
    }
  });

  test('forgets logs, counts usage, streams answers and starts workers from none', () => {
    const logs = ofType('AWS::Logs::LogGroup');
    assert.equal(logs.length, 7);
    for (const [, group] of logs) assert.equal(group.Properties.RetentionInDays, 30);
    const [[, plan]] = ofType('AWS::ApiGateway::UsagePlan');
    assert.ok(plan.Properties.Throttle && plan.Properties.Quota);
    const methods = ofType('AWS::ApiGateway::Method').map(([, method]) => method.Properties);
    for (const { Integration } of methods) assert.equal(Integration.ResponseTransferMode, 'STREAM');
    assert.deepEqual(methods.map(({ ApiKeyRequired }) => ApiKeyRequired).sort(), [false, true]);
    const metrics = ofType('AWS::CloudWatch::Alarm').map(([, alarm]) => alarm.Properties.MetricName);
    for (const name of ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage', '5XXError'])
      assert.ok(metrics.includes(name), name);
    assert.equal(resources.Scaling.Properties.MinCapacity, 0);
    assert.equal(resources.Workers.Properties.DesiredCount, 0);
    for (const [name, alarm] of ofType('AWS::CloudWatch::Alarm'))
      assert.ok(alarm.Properties.AlarmActions, name);
  });
});

describe('the gateway', () => {
  test('refuses in the words of the API, and says when to come back', () => {
    const refusals = ofType('AWS::ApiGateway::GatewayResponse').map(([, it]) => it.Properties);
    const seen = refusals.map(({ ResponseType, StatusCode, ResponseParameters, ResponseTemplates }) => {
      const body = JSON.parse(ResponseTemplates['application/json']);
      const { status, title, retryable } = CATALOGUE[body.code as ProblemCode];
      assert.deepEqual(
        [body.status, body.title, body.retryable, body.type],
        [status, title.en, retryable, `/problems/${body.code}`],
      );
      assert.equal(StatusCode, String(status));
      assert.equal(ResponseParameters['gatewayresponse.header.Content-Type'], "'application/problem+json'");
      assert.equal(status === 429, 'gatewayresponse.header.Retry-After' in ResponseParameters);
      return [ResponseType, body.code].join(' ');
    });
    assert.deepEqual(seen.sort(), [
      'INVALID_API_KEY unauthorized',
      'QUOTA_EXCEEDED rate_limited',
      'THROTTLED rate_limited',
      'UNAUTHORIZED unauthorized',
    ]);
  });
});

describe('the package of the functions', () => {
  test('is small and holds no model and no runtime of models', async () => {
    const { size } = await stat(join(OUT, 'waggle.zip'));
    assert.ok(size < 10 * 1024 * 1024, `${size} bytes`);
    const files = unzipSync(await readFile(join(OUT, 'waggle.zip')));
    const names = Object.keys(files);
    for (const name of ['http', 'authorizer', 'dead-letter', 'deliver', 'dead-webhook', 'housekeeping']) {
      assert.ok(names.includes(`out/lambda/handlers/${name}.js`), name);
    }
    assert.deepEqual(
      names.filter((name) => !name.startsWith('out/lambda/') || /\.(onnx|node|wasm)$/.test(name)),
      [],
    );
    const holding = names.filter((name) => Buffer.from(files[name]).includes('onnxruntime'));
    assert.deepEqual(holding, []);
  });
});

test('the Dockerfile of the worker passes hadolint', async () => {
  assert.equal(
    await run(join(LINTERS, 'hadolint'), '--failure-threshold', 'style', 'infra/worker.Dockerfile'),
    '',
  );
});
