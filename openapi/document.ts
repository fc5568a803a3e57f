/** What the OpenAPI document says besides the routes. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { documentWebhooks } from './webhooks.ts';

export const documentInfo: FastifyDynamicSwaggerOptions['openapi'] = {
  openapi: '3.1.0',
  info: {
    title: 'Waggle',
    version: '1.0.0',
    description:
      'Point at something in a picture, say what it should do, and get a short video in which only that thing moves.\n\n' +
      'Work takes seconds, so every request for it makes a *job*: the answer is `202` with the job, whose `links` say ' +
      'where its events and its results are. `Prefer: wait=20` waits for short jobs. All errors are RFC 9457 problems ' +
      'with a stable `code`, in English or Chinese as `Accept-Language` asks.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/', description: 'The service that this document came from.' }],
  tags: [
    { name: 'animations', description: 'Photo and command in, video out.' },
    { name: 'regions', description: 'Preview: what a click or a word selects.' },
    { name: 'commands', description: 'Preview: what is heard and understood.' },
    { name: 'webhooks', description: 'Events posted to you, how that went, and how to verify them.' },
    { name: 'uploads', description: 'Files sent ahead of the request that uses them.' },
    { name: 'service', description: 'Whether it runs, and what its problems mean.' },
  ],
  webhooks: documentWebhooks,
  components: {
    securitySchemes: {
      key: {
        type: 'http',
        scheme: 'bearer',
        description: 'An API key. Not needed where the service has none.',
      },
    },
  },
  security: [{ key: [] }, {}],
};
