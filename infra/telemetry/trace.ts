/**
 * Traces, as far as the code knows of them. This is OpenTelemetry's API alone, whose calls do nothing until an SDK is
 * registered: by start.ts, or by whoever runs the process (a Lambda layer, `node --import`).
 */
import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

export const SCOPE = 'waggle';
export const tracer = () => trace.getTracer(SCOPE);

/** W3C Trace Context (w3.org/TR/trace-context) as headers and messages carry it; empty where nothing is traced. */
export interface TraceContext {
  traceparent?: string;
  tracestate?: string;
}

/** @returns what makes the receiver's spans children of the span that is active here */
export function traceContext(): TraceContext {
  const carrier: TraceContext = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

/** @param carrier what came from elsewhere; what is not well-formed in it is not looked at */
export function contextFrom(carrier: object): Context {
  return propagation.extract(ROOT_CONTEXT, carrier);
}

export interface SpanOptions {
  kind: SpanKind;
  attributes: Attributes;
  /** Of what the span is a part; left out: of the active span. */
  parent?: Context;
}

/** Runs `work` as a span, which is active in it, and failed if it throws. */
export function inSpan<T>(
  name: string,
  { kind, attributes, parent = context.active() }: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const span = tracer().startSpan(name, { kind, attributes }, parent);
  return context.with(trace.setSpan(parent, span), async () => {
    try {
      return await work(span);
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Which error it was, and not its message: that may repeat what somebody sent, and the log has it. */
export function failSpan(span: Span | undefined, error: unknown): void {
  const { code, name } = error as { code?: string; name?: string };
  span?.setAttribute('error.type', code ?? name ?? 'unknown').setStatus({ code: SpanStatusCode.ERROR });
}
