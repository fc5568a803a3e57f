import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance } from 'fastify';
import { animationRoutes } from './animations/routes.ts';
import { commandRoutes } from './commands/routes.ts';
import type { Deps } from './deps.ts';
import { healthRoutes } from './health/routes.ts';
import { validatorOf } from './inputs/validator.ts';
import { auth } from './plugins/auth.ts';
import { browsers } from './plugins/browsers.ts';
import { docs } from './plugins/docs.ts';
import { limits } from './plugins/limits.ts';
import { answer, answerSocket, problems } from './plugins/problems.ts';
import { regionRoutes } from './regions/routes.ts';
import { uploadRoutes } from './uploads/routes.ts';
import { webhookRoutes } from './webhooks/routes.ts';

const JSON_BYTES = 64 * 1024;

export type AppDeps = Omit<Deps, 'now' | 'closing'> & Partial<Pick<Deps, 'now'>>;

/** The whole HTTP service over the given adapters. It does not listen: handlers/ do, or tests inject requests. */
export async function buildApp({ now = () => new Date(), ...adapters }: AppDeps): Promise<FastifyInstance> {
  const closing = new AbortController();
  const deps: Deps = { ...adapters, now, closing: closing.signal };
  const { config } = deps;
  const app = fastify({
    logger: { level: config.logLevel, redact: ['req.headers.authorization'] },
    bodyLimit: JSON_BYTES,
    requestTimeout: config.limits.uploadSeconds * 1000,
    http: { connectionsCheckingInterval: 1_000 },
    frameworkErrors: (error, request, reply) => answer(error, request, reply),
    clientErrorHandler: answerSocket,
  });
  app.addHook('preClose', async () => closing.abort());
  app.setValidatorCompiler(validatorOf);
  // view.ts chooses what is shown; the response schemas are for the document, and tests hold the two together.
  app.setSerializerCompiler(() => JSON.stringify);

  await app.register(browsers);
  await app.register(problems);
  await app.register(docs, { keyed: config.apiKeys.length > 0 });
  await app.register(limits, { perMinute: config.limits.requestsPerMinute });
  await app.register(auth, { apiKeys: config.apiKeys });
  await app.register(multipart, { throwFileSizeLimit: false });
  await app.register(animationRoutes, deps);
  await app.register(regionRoutes, deps);
  await app.register(commandRoutes, deps);
  await app.register(uploadRoutes, deps);
  await app.register(webhookRoutes, deps);
  await app.register(healthRoutes, deps);
  return app;
}
