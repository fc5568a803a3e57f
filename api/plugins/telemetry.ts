/** Each request is a span, a measured duration and one line of the log, written when it is over. */
import { type Context, context, type Span, SpanKind, trace } from '@opentelemetry/api';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { instruments } from '../../infra/telemetry/metrics.ts';
import { contextFrom, tracer } from '../../infra/telemetry/trace.ts';
import { kindOf } from '../jobs/ids.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Holds the request's span. */
    traced: Context;
  }
}

/** Fastify's own two lines a request, which know neither job nor trace and repeat the query, are left out. */
export class OneLine extends LogController {
  override incomingRequest(): void {}
  override requestCompleted(): void {}
}

/** Registered before all others, so that what they refuse is seen too. */
export const telemetry = fastifyPlugin(async (app: FastifyInstance) => {
  app.decorateRequest('traced');

  app.addHook('onRequest', (request, reply, done) => {
    const begun = performance.now();
    const { method } = request;
    const route = request.routeOptions.url;
    const parent = contextFrom(request.headers);
    const attributes = {
      'http.request.method': method,
      ...(route !== undefined && { 'http.route': route }),
      'waggle.request.id': request.id,
    };
    const span = tracer().startSpan(
      route === undefined ? method : `${method} ${route}`,
      { kind: SpanKind.SERVER, attributes },
      parent,
    );
    request.traced = trace.setSpan(parent, span);
    reply.header('x-request-id', request.id);
    const { id } = (request.params ?? {}) as { id?: string };
    if (id !== undefined && kindOf(id)) nameJob(request, reply, id);
    reply.raw.once('close', () =>
      context.with(request.traced, () => end(request, reply, span, (performance.now() - begun) / 1000)),
    );
    context.with(request.traced, done);
  });
});

/** From now on the request's lines and its span say which job it is about. */
export function nameJob(request: FastifyRequest, reply: FastifyReply, jobId: string): void {
  request.log = request.server.log.child({ reqId: request.id, jobId });
  reply.log = request.log;
  trace.getSpan(request.traced)?.setAttribute('waggle.job.id', jobId);
}

function end(request: FastifyRequest, reply: FastifyReply, span: Span, seconds: number): void {
  const { method } = request;
  const route = request.routeOptions.url;
  const { headersSent, statusCode, writableEnded } = reply.raw;
  const status = headersSent ? statusCode : undefined;
  instruments().requestDuration.record(seconds, {
    'http.request.method': method,
    ...(route !== undefined && { 'http.route': route }),
    ...(status !== undefined && { 'http.response.status_code': status }),
  });
  if (status !== undefined) span.setAttribute('http.response.status_code', status);
  span.end();
  const [path] = request.url.split('?');
  const line = { method, path, status, milliseconds: Math.round(seconds * 1000) };
  request.log.info(
    line,
    writableEnded ? 'A request was answered.' : 'A request was left before its answer ended.',
  );
}
