/** How much one caller, and all of them together, may ask for. */
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { Problem } from '../problems/problem.ts';

/** The loop has been late by this much for a second: more requests would only make all of them later. */
const MAX_LOOP_DELAY_MS = 1_000;

const MINUTE_MS = 60_000;

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts a request without a valid key against its address. @throws Problem `rate_limited` */
    countStranger(request: FastifyRequest): Promise<void>;
  }
}

export interface LimitsOptions {
  /** Of each owner, and of each address that has no valid key. */
  perMinute: number;
  /** Refuse requests while the loop is late. */
  shedding: boolean;
}

/** Registered before auth, which counts those whom it turns away. Owners are counted once auth knows them. */
export const limits = fastifyPlugin(async (app: FastifyInstance, options: LimitsOptions) => {
  const { perMinute, shedding } = options;
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: MINUTE_MS,
    enableDraftSpec: true,
    keyGenerator: (request) => request.owner,
    errorResponseBuilder: () => new Problem('rate_limited'),
    allowList: (request) => request.routeOptions.config.open === true,
  });
  const strangers = app.createRateLimit({
    max: perMinute,
    timeWindow: MINUTE_MS,
    keyGenerator: (request: FastifyRequest) => `stranger ${request.ip}`,
  });
  app.decorate('countStranger', async (request: FastifyRequest) => {
    const count = await strangers(request);
    if (count.isAllowed || !count.isExceeded) return;
    throw new Problem('rate_limited', { headers: { 'retry-after': String(count.ttlInSeconds) } });
  });
  if (!shedding) return;
  await app.register(underPressure, {
    maxEventLoopDelay: MAX_LOOP_DELAY_MS,
    pressureHandler: async (request) => {
      if (!request.routeOptions.config.open) throw new Problem('overloaded');
    },
  });
});
