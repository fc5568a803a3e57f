import { context, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Job } from '../api/jobs/job.ts';
import { instruments } from '../infra/telemetry/metrics.ts';
import { tracer } from '../infra/telemetry/trace.ts';
import type { Timing } from '../models/stopwatch.ts';

export interface StageTimings {
  timed(timing: Timing): void;
  /** To be called when the job is over: what it spent in each stage becomes a measurement. */
  end(): void;
}

/** Makes spans of a job's stages, below the span that is active now, and measurements of what each has taken in all. */
export function createStageTimings({ kind, inputs }: Job): StageTimings {
  const parent = context.active();
  const seconds = new Map<string, number>();
  return {
    timed({ stage, at, milliseconds, failed }) {
      // A typed command passes through without being listened to.
      if (stage === 'transcribe' && !inputs.audio) return;
      const span = tracer().startSpan(stage, { kind: SpanKind.INTERNAL, startTime: at }, parent);
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(at + milliseconds);
      seconds.set(stage, (seconds.get(stage) ?? 0) + milliseconds / 1000);
    },
    end() {
      for (const [stage, spent] of seconds) instruments().stageDuration.record(spent, { kind, stage });
    },
  };
}
