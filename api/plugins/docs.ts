/** OpenAPI from the route schemas, and Swagger UI at /docs. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import Type from 'typebox';
import { documentInfo } from '../../openapi/document.ts';
import { JobPageSchema, JobSchema, ProgressSchema } from '../jobs/schema.ts';
import { ProblemSchema } from '../problems/problem.ts';
import { DeliveryListSchema, DeliverySchema, WebhookEventSchema } from '../webhooks/schema.ts';

const FAILURES: Record<number, string> = {
  400: 'The request is not well-formed.',
  401: 'No valid API key.',
  403: 'A web page from elsewhere asked a service without keys.',
  404: 'There is no such thing, or it is not yours.',
  409: 'The state of the job, or of an equal request, does not allow it.',
  410: 'It has been deleted because its time was over.',
  413: 'Too large.',
  415: 'Not a type that is taken.',
  416: 'There are no such bytes.',
  422: 'The request cannot be carried out; code and errors say why.',
  429: 'Too many requests; see Retry-After.',
  503: 'Too much to do; see Retry-After.',
};

/** Responses of a route besides its good ones. */
export function failures(...statuses: number[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: FAILURES[status],
        content: { 'application/problem+json': { schema: Type.Ref('Problem') } },
      },
    ]),
  );
}

/** Where the id in an answer can be used: OpenAPI's links, to these operations. */
export function linksTo(id: string, ...operations: string[]) {
  return Object.fromEntries(operations.map((name) => [name, { operationId: name, parameters: { id } }]));
}

/** A response that is not JSON. */
export function bytes(description: string, ...types: string[]) {
  const content = types.map((type) => [type, { schema: Type.String({ format: 'binary' }) }]);
  return { description, content: Object.fromEntries(content) };
}

export const noContent = (description: string) => Type.Null({ description });

/** Swagger UI runs its own scripts, talks to this service, and shows the pictures and videos that it got. */
const PAGE_POLICY = {
  'default-src': "'self'",
  'img-src': "'self' data: blob:",
  'media-src': 'blob:',
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

export const docs = fastifyPlugin(async (app: FastifyInstance, { keyed }: { keyed: boolean }) => {
  const jobs = [ProblemSchema, ProgressSchema, JobSchema, JobPageSchema];
  const webhooks = [WebhookEventSchema, DeliverySchema, DeliveryListSchema];
  for (const schema of [...jobs, ...webhooks]) app.addSchema(schema);
  await app.register(swagger, {
    // What it serves is about this service; the committed document is about any.
    openapi: keyed ? { ...documentInfo, security: [{ key: [] }] } : documentInfo,
    convertConstToEnum: false,
    refResolver: { buildLocalReference: (json, _, __, index) => String(json.$id ?? `schema-${index}`) },
  });
  // Its files are for everybody, but what Swagger UI sends needs a key as any other request.
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/docs')) route.config = { ...route.config, open: true };
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { persistAuthorization: true, tryItOutEnabled: true, displayRequestDuration: true },
    theme: { title: 'Waggle' },
    staticCSP: PAGE_POLICY,
  });
});
