/** How much one caller, and all of them together, may ask for. */
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { Problem } from '../problems/problem.ts';

/** The loop has been late by this much for a second: more requests would only make all of them later. */
const MAX_LOOP_DELAY_MS = 1_000;

interface Options {
  perMinute: number;
  /** Refuse requests while the loop is late. */
  shedding: boolean;
}

/** Registered after auth, which says whose requests are counted. */
export const limits = fastifyPlugin(async (app: FastifyInstance, { perMinute, shedding }: Options) => {
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    enableDraftSpec: true,
    keyGenerator: (request) => request.owner || request.ip,
    errorResponseBuilder: () => new Problem('rate_limited'),
    allowList: (request) => request.routeOptions.config.open === true,
  });
  if (!shedding) return;
  await app.register(underPressure, {
    maxEventLoopDelay: MAX_LOOP_DELAY_MS,
    pressureHandler: async (request) => {
      if (!request.routeOptions.config.open) throw new Problem('overloaded');
    },
  });
});
