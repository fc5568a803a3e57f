import { randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { createLogger } from '../infra/log.ts';
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
import { OneLine, telemetry } from './plugins/telemetry.ts';
import { regionRoutes } from './regions/routes.ts';
import { uploadRoutes } from './uploads/routes.ts';
import { webhookRoutes } from './webhooks/routes.ts';

const JSON_BYTES = 64 * 1024;

export interface AppDeps extends Omit<Deps, 'now' | 'closing'>, Partial<Pick<Deps, 'now'>> {
  /**
   * Whether requests are refused while the process is behind with its work; it is by default. Not for a process that serves
   * one request at a time and is frozen in between: it would take the time in the freezer for work.
   */
  shedding?: boolean;
  /** Left out: one that writes to standard output. */
  log?: FastifyBaseLogger;
}

/** The whole HTTP service over the given adapters. It does not listen: handlers/ do, or tests inject requests. */
export async function buildApp({
  now = () => new Date(),
  shedding = true,
  log,
  ...adapters
}: AppDeps): Promise<FastifyInstance> {
  const closing = new AbortController();
  const deps: Deps = { ...adapters, now, closing: closing.signal };
  const { config } = deps;
  const app = fastify({
    loggerInstance: log ?? createLogger(config.logLevel),
    logController: new OneLine(),
    genReqId: () => randomUUID(),
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

  await app.register(telemetry);
  await app.register(browsers);
  await app.register(problems);
  await app.register(docs, { keyed: config.apiKeys.length > 0 });
  await app.register(limits, { perMinute: config.limits.requestsPerMinute, shedding });
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
