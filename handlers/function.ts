/** What the functions on Lambda begin with. Lambda freezes them between two events, so that nothing may be left to do then. */
import type { FastifyBaseLogger } from 'fastify';
import { type Config, loadConfig } from '../infra/config.ts';
import { createLogger } from '../infra/log.ts';
import { startTelemetry } from '../infra/telemetry/start.ts';
import { type Adapters, openAdapters } from './adapters.ts';

export interface LambdaFunction {
  config: Config;
  log: FastifyBaseLogger;
  adapters: Adapters;
  /** Adds to a handler that its spans are sent before it ends. */
  traced<Event extends unknown[], Result>(
    handler: (...event: Event) => Promise<Result>,
  ): (...event: Event) => Promise<Result>;
}

/** @param name of the function, which traces know as `waggle-{name}`; there is nobody who could read metrics of it */
export async function startFunction(name: string): Promise<LambdaFunction> {
  const config = loadConfig(process.env);
  const log = createLogger(config.logLevel);
  const telemetry = await startTelemetry({ otlp: config.telemetry.otlp }, `waggle-${name}`, log);
  return {
    config,
    log,
    adapters: await openAdapters(config),
    traced:
      (handler) =>
      async (...event) => {
        try {
          return await handler(...event);
        } finally {
          await telemetry.flush();
        }
      },
  };
}
