/** What browsers are told of every answer; Swagger UI's pages have a policy of their own (docs.ts). */
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** No answer is anything but what its type says, is shown inside another page, or tells others its address. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

export const browsers = fastifyPlugin(async (app: FastifyInstance) => {
  app.addHook('onRequest', async (_, reply) => {
    reply.headers(HEADERS);
  });
});
