/** Every metric of the service, by OpenTelemetry's API; in Prometheus a dot is an underscore. */
import {
  type Counter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
  type ObservableResult,
} from '@opentelemetry/api';
import { SCOPE } from './trace.ts';

/** Seconds. Those of HTTP are the ones that OpenTelemetry's conventions name. */
const REQUESTS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const STAGES = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const JOBS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600];

export interface Instruments {
  /** By `http.request.method`, `http.route` and `http.response.status_code`. */
  requestDuration: Histogram;
  /** By `kind`. */
  jobsAccepted: Counter;
  /** By `kind`, final `status` and, where it failed, `code`. */
  jobsEnded: Counter;
  /** From accepted to begun, by `kind`. */
  jobWait: Histogram;
  /** From accepted to ended, by `kind` and `status`. */
  jobDuration: Histogram;
  /** What a job spent in a stage, by `kind` and `stage`. */
  stageDuration: Histogram;
  /** By `event`, `outcome` (delivered, retry, given_up) and, where it was not delivered, `code`. */
  webhookDeliveries: Counter;
  /** Of one attempt, by `outcome`. */
  webhookDuration: Histogram;
}

let known: { provider: MeterProvider; instruments: Instruments } | undefined;

/** Looked up anew when the provider has changed: unlike a tracer, a meter does not learn of an SDK that starts after it. */
export function instruments(): Instruments {
  const provider = metrics.getMeterProvider();
  if (known?.provider !== provider) known = { provider, instruments: create(provider.getMeter(SCOPE)) };
  return known.instruments;
}

/** How many messages wait in a queue, asked for each time that the metrics are read. @returns how to stop that */
export function observeDepth(queue: string, depth: () => Promise<number>): () => void {
  const description = 'Messages that wait; on SQS about as many.';
  const gauge = metrics.getMeter(SCOPE).createObservableGauge('waggle.queue.depth', { description });
  const observe = async (result: ObservableResult) => result.observe(await depth(), { queue });
  gauge.addCallback(observe);
  return () => gauge.removeCallback(observe);
}

function create(meter: Meter): Instruments {
  // Prometheus wants the unit in the name, and its exporter does not put it there.
  const seconds = (name: string, description: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(`${name}.seconds`, {
      description,
      unit: 's',
      advice: { explicitBucketBoundaries },
    });
  return {
    requestDuration: seconds('http.server.request.duration', 'How long requests took.', REQUESTS),
    jobsAccepted: meter.createCounter('waggle.jobs.accepted', { description: 'Jobs that were accepted.' }),
    jobsEnded: meter.createCounter('waggle.jobs.ended', { description: 'Jobs that have ended.' }),
    jobWait: seconds('waggle.job.wait', 'How long jobs waited for a worker.', JOBS),
    jobDuration: seconds('waggle.job.duration', 'How long jobs took, with their wait.', JOBS),
    stageDuration: seconds('waggle.stage.duration', 'How long a stage of a job took.', STAGES),
    webhookDeliveries: meter.createCounter('waggle.webhook.deliveries', {
      description: 'Attempts to deliver an event, and deliveries that were given up.',
    }),
    webhookDuration: seconds('waggle.webhook.duration', 'How long an attempt took.', STAGES),
  };
}
