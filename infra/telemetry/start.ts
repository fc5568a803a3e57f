import type { Logger } from 'pino';

export interface TelemetryConfig {
  /** Base address of a collector that takes OTLP over HTTP; absent: no traces. */
  readonly otlp?: string;
  /** Where /metrics listens; absent: no metrics. */
  readonly metrics?: { readonly host: string; readonly port: number };
}

export interface Telemetry {
  /** Of the metrics, where they are on. */
  metricsUrl?: string;
  /** Sends the spans that have ended, as far as the collector takes them within a second. */
  flush(): Promise<void>;
  /** Sends what has not been sent, as far as the collector takes it, and stops. */
  stop(): Promise<void>;
}

/**
 * Registers the SDK where the configuration asks for it; elsewhere not even its code is loaded.
 * @param service name in traces and metrics
 */
export async function startTelemetry(
  config: TelemetryConfig,
  service: string,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<Telemetry> {
  if (!config.otlp && !config.metrics) return { flush: async () => undefined, stop: async () => undefined };
  const { startSdk } = await import('./sdk.ts');
  return startSdk(config, service, log);
}
