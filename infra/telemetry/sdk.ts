/**
 * OpenTelemetry's SDK, which nothing else imports. Its line 2.x, because 3.x needs Node 22. The exporter reads
 * OTEL_EXPORTER_OTLP_HEADERS and the like from the environment, the tracer OTEL_TRACES_SAMPLER, as their users expect.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { context, DiagLogLevel, diag, metrics, propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Logger } from 'pino';
import type { Telemetry, TelemetryConfig } from './start.ts';

/** A collector that is down must not keep the service from stopping. */
const EXPORT_MS = 5_000;
/** Nor may it hold up whoever flushes, which functions do after each event. */
const FLUSH_MS = 1_000;

export async function startSdk(
  config: TelemetryConfig,
  service: string,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<Telemetry> {
  const warn = (error: unknown) => log.warn({ detail: String(error) }, 'Telemetry: something was not sent.');
  const quiet = () => undefined;
  diag.setLogger(
    { error: warn, warn, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const resource = resourceFromAttributes({ 'service.name': service, 'service.instance.id': randomUUID() });
  const traces = config.otlp ? startTraces(config.otlp, resource) : undefined;
  const served = config.metrics && (await serveMetrics(config.metrics, resource));
  if (served) log.info({ url: served.url }, 'Metrics are served.');
  return {
    metricsUrl: served?.url,
    async flush() {
      const patience = new AbortController();
      const enough = sleep(FLUSH_MS, undefined, { signal: patience.signal }).catch(quiet);
      await Promise.race([traces?.forceFlush().catch(warn), enough]);
      patience.abort();
    },
    async stop() {
      await Promise.all([traces?.shutdown().catch(warn), served?.stop()]);
      for (const api of [trace, metrics, context, propagation, diag]) api.disable();
    },
  };
}

function startTraces(collector: string, resource: Resource): NodeTracerProvider {
  const url = `${collector.replace(/\/$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_MS });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] });
  // Not baggage: what a caller puts into it has no business in our queue.
  provider.register({ propagator: new W3CTraceContextPropagator() });
  return provider;
}

/** A server of its own: what it says is for the operator, not for the callers of the API. */
async function serveMetrics({ host, port }: { host: string; port: number }, resource: Resource) {
  const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const provider = new MeterProvider({ resource, readers: [exporter] });
  metrics.setGlobalMeterProvider(provider);
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/metrics')
      exporter.getMetricsRequestHandler(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${(server.address() as AddressInfo).port}/metrics`,
    async stop() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await provider.shutdown();
    },
  };
}
