import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import request from 'supertest';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { JobPageSchema, JobSchema, ProgressSchema } from '../../api/jobs/schema.ts';
import { CATALOGUE } from '../../api/problems/catalogue.ts';
import { ProblemSchema } from '../../api/problems/problem.ts';
import { readDelivery } from '../../api/webhooks/delivery.ts';
import { DeliveryListSchema, DeliverySchema, WebhookEventSchema } from '../../api/webhooks/schema.ts';
import { openapiYaml } from '../../openapi/write.ts';
import { picture, startService } from '../api/helper.ts';

const FILE = join(import.meta.dirname, '../../openapi/openapi.yaml');
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const SCHEMAS = { Progress: ProgressSchema, Problem: ProblemSchema, Job: JobSchema };

interface Media {
  schema: { required?: string[]; properties: Record<string, Record<string, unknown>> };
  example?: unknown;
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { name: string; in: string; example?: unknown }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}

async function operations(): Promise<[string, Operation][]> {
  const document = parse(await readFile(FILE, 'utf8'));
  return Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method): [string, Operation] => [
      `${method} ${path}`,
      item[method],
    ]),
  );
}

test('the committed document is what the routes say (else: npm run openapi)', async () => {
  assert.equal(await readFile(FILE, 'utf8'), await openapiYaml());
});

test('the document passes the linter without a warning', async () => {
  const redocly = join(import.meta.dirname, '../../node_modules/@redocly/cli/bin/cli.js');
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [redocly, 'lint', FILE, '--extends', 'recommended', '--max-problems', '20', '--format', 'json'],
    { env },
  );
  const { totals } = JSON.parse(stdout);
  assert.deepEqual(
    { errors: totals.errors, warnings: totals.warnings },
    { errors: 0, warnings: 0 },
    stdout + stderr,
  );
});

test('every operation has a name, a summary, a tag, and something to try it with', async () => {
  const all = await operations();
  const names = all.map(([, { operationId }]) => operationId);
  assert.equal(new Set(names).size, names.length);
  assert.ok(all.length >= 20);
  for (const [name, operation] of all) {
    assert.ok(operation.summary && operation.tags?.length === 1, name);
    for (const parameter of operation.parameters ?? []) {
      if (parameter.in === 'path') assert.ok(parameter.example, `${name}: example of ${parameter.name}`);
    }
    for (const [type, { schema, example }] of Object.entries(operation.requestBody?.content ?? {})) {
      if (type === 'application/json') assert.ok(example, `${name}: JSON example`);
      // In a form every required field is a file to choose, or has a value to start from.
      for (const field of type === 'multipart/form-data' ? (schema.required ?? []) : []) {
        const { format, examples } = schema.properties[field];
        assert.ok(format === 'binary' || examples, `${name}: example of ${field}`);
      }
    }
  }
});

test('the examples of requests are accepted by the service', async (t) => {
  const service = await startService(t);
  const http = request(service.app.server);
  const upload = async () => {
    const { body } = await http.post('/v1/uploads');
    await http
      .post(body.url)
      .attach('file', await picture(), 'a.jpg')
      .expect(204);
    return body.id as string;
  };
  for (const [name, { requestBody }] of await operations()) {
    const [method, path] = name.split(' ');
    if (method !== 'post' || path.includes('{')) continue;
    const content = requestBody?.content ?? {};
    if (content['application/json']) {
      // The id of an upload is the one thing that an example cannot know.
      const id = await upload();
      const example = JSON.parse(JSON.stringify(content['application/json'].example).replace(/upl_\w+/g, id));
      const response = await http.post(path).send(example);
      assert.equal(response.status, 202, `${name}: ${response.text}`);
    }
    const form = content['multipart/form-data'];
    if (form) {
      const post = http.post(path);
      for (const [field, schema] of Object.entries(form.schema.properties)) {
        const value = (schema.examples as unknown[] | undefined)?.[0] ?? schema.default;
        if (value !== undefined) post.field(field, String(value));
        else if (field === 'image') post.attach('image', await picture(), 'a.jpg');
        else if (schema.format === 'binary') post.field(field, ''); // as Swagger UI does
      }
      const response = await post;
      assert.equal(response.status, 202, `${name}: ${response.text}`);
    }
  }
});

test('answers are as the document says', async (t) => {
  const { app, store, work } = await startService(t);
  const http = request(app.server);
  const isJob = Compile(SCHEMAS, JobSchema);
  const isPage = Compile(SCHEMAS, JobPageSchema);
  const isProblem = Compile(ProblemSchema);
  const assertIs = (
    check: { Check(value: unknown): boolean; Errors(value: unknown): unknown[] },
    value: unknown,
  ) => assert.ok(check.Check(value), JSON.stringify(check.Errors(value)));
  for (const example of [...(JobSchema as { examples?: unknown[] }).examples!]) assertIs(isJob, example);
  for (const example of [...(ProblemSchema as { examples?: unknown[] }).examples!])
    assertIs(isProblem, example);
  const isEvent = Compile(SCHEMAS, WebhookEventSchema);
  const isLog = Compile({ ...SCHEMAS, Delivery: DeliverySchema }, DeliveryListSchema);
  for (const example of (WebhookEventSchema as { examples?: unknown[] }).examples!)
    assertIs(isEvent, example);
  const created = await http
    .post('/v1/animations')
    .attach('image', await picture(), 'a.jpg')
    .field('command', 'wave')
    .field('webhook', '{"url":"https://example.com/hook"}');
  assertIs(isJob, created.body);
  assert.equal(
    isJob.Check({ ...created.body, progress: { ...created.body.progress, percent: 'half' } }),
    false,
  );
  await work();
  assertIs(isJob, (await http.get(created.body.links.self)).body);
  const { body: log } = await http.get(created.body.links.deliveries);
  assertIs(isLog, log);
  assert.equal(log.deliveries.length, 2);
  for (const { id } of log.deliveries) {
    const delivery = await readDelivery(store, created.body.id, id);
    assertIs(isEvent, JSON.parse(delivery!.body));
  }
  assertIs(isJob, (await http.post('/v1/commands').send({ command: 'wave' })).body);
  assertIs(isPage, (await http.get('/v1/animations')).body);
  assertIs(isProblem, (await http.get('/v1/animations/none')).body);
  assertIs(isProblem, (await http.post('/v1/commands').send({ command: 'wave', magnitude: 2 })).body);
});

test('Swagger UI and the document are served', async (t) => {
  const { app } = await startService(t);
  const http = request(app.server);
  const page = await http.get('/docs').redirects(1).expect(200);
  assert.match(page.text, /swagger-ui/);
  await http.get('/docs/static/swagger-ui-bundle.js').expect(200);
  const { body } = await http.get('/docs/json').expect(200);
  assert.deepEqual(body, parse(await openapiYaml()));
});

test('every problem is described at its type, in both languages', async (t) => {
  const { app } = await startService(t);
  const http = request(app.server);
  for (const code of Object.keys(CATALOGUE)) {
    const { body: english } = await http.get(`/problems/${code}`).expect(200);
    const { body: chinese } = await http.get(`/problems/${code}`).set('accept-language', 'zh').expect(200);
    assert.equal(english.code, code);
    assert.match(chinese.title + chinese.detail, /[\u4e00-\u9fff]/);
    assert.doesNotMatch(english.title + english.detail, /[\u4e00-\u9fff]/);
  }
  await http.get('/problems/constructor').expect(404);
});
