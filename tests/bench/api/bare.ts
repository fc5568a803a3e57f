/**
 * What `npm run bench:api` compares with: a route of Fastify that does the least there is to do, which is to take in the
 * same form, to keep its picture in a store, and to answer.
 */
import { randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import fastify from 'fastify';
import { openAdapters } from '../../../handlers/adapters.ts';
import { loadConfig } from '../../../infra/config.ts';

const { store } = await openAdapters(loadConfig(process.env));
const app = fastify();
await app.register(multipart);
app.post('/v1/animations', async (request, reply) => {
  const id = randomUUID();
  for await (const part of request.parts()) {
    if (part.type === 'file') await store.put(`bare/${id}`, part.file, { contentType: part.mimetype });
  }
  return reply.code(202).send({ id });
});
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
