/** `npm start`: the embedded service, API and worker in one process on one data folder. */
import { pathToFileURL } from 'node:url';
import closeWithGrace from 'close-with-grace';
import { buildApp } from '../api/app.ts';
import { type Config, loadConfig } from '../infra/config.ts';
import { createLogger } from '../infra/log.ts';
import { startTelemetry } from '../infra/telemetry/start.ts';
import { createDeliver } from '../infra/webhooks/deliver.ts';
import { openAdapters } from './adapters.ts';
import { startWebhooks, type WebhookSender } from './webhook.ts';
import { type JobWorker, startWorker } from './worker.ts';

export interface LocalService {
  /** Where it listens, e.g. http://127.0.0.1:8080. */
  url: string;
  /** Resolves once the models are loaded; jobs are accepted before that. */
  ready(): Promise<void>;
  /** Finishes open requests, the job at hand and the deliveries under way. */
  stop(): Promise<void>;
}

export async function startLocal(config: Config): Promise<LocalService> {
  const log = createLogger(config.logLevel);
  const telemetry = await startTelemetry(config.telemetry, 'waggle', log);
  const adapters = await openAdapters(config);
  const app = await buildApp({ config, log, ...adapters });
  const worker: JobWorker | undefined = config.worker ? startWorker({ config, log, ...adapters }) : undefined;
  const { deadWebhooks } = adapters;
  const webhooks: WebhookSender | undefined =
    config.worker && deadWebhooks
      ? startWebhooks({ log, deliver: createDeliver(adapters), ...adapters, deadWebhooks })
      : undefined;
  const url = await app.listen({ host: config.host, port: config.port });
  return {
    url,
    ready: async () => worker?.ready(),
    async stop() {
      await Promise.all([app.close(), worker?.stop()]);
      await webhooks?.stop(); // after the events of the last jobs
      await adapters.close();
      await telemetry.stop();
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const service = await startLocal(loadConfig(process.env));
  console.log(`Waggle listens on ${service.url}, its documentation is at ${service.url}/docs`);
  closeWithGrace({ delay: 45_000 }, () => service.stop());
}
