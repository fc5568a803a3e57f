/** What the worker's main thread and the pipeline's thread say to each other. */
import type {
  AnimationRequest, AnimationResult, PipelineHooks, RegionRequest, Words,
} from '../models/pipeline.ts'; // biome-ignore format: one line of names
import type { Timing } from '../models/stopwatch.ts';
import type { Bilingual, Command, Stage } from '../models/types.ts';

/** What becomes known on the way, and the report at the end. */
export type Findings = Parameters<PipelineHooks['found']>[0] & { report?: Record<string, unknown> };

/** One piece of work and what it answers. */
export interface Tasks {
  command: { request: Words; result: Command };
  region: { request: RegionRequest; result: Uint8Array };
  animation: { request: AnimationRequest; result: AnimationResult };
}
export type Task = keyof Tasks;

/**
 * Places in memory that both threads see. `canceled`: non-zero asks the stages to stop; synchronous WASM code can read it.
 * `native`: how many calls into native code are under way.
 */
export const Flag = { canceled: 0, native: 1 } as const;
export const newFlags = () => new Int32Array(new SharedArrayBuffer(8));

/** To the thread. */
export interface RunMessage<T extends Task = Task> {
  task: T;
  request: Tasks[T]['request'];
  flags: Int32Array;
}

/** From the thread. */
export type ThreadMessage =
  | { type: 'ready' }
  | { type: 'progress'; stage: Stage; fraction: number }
  | { type: 'found'; findings: Findings }
  | { type: 'timed'; timing: Timing }
  | { type: 'done'; result: Tasks[Task]['result'] }
  | { type: 'refused'; code: string; detail: Bilingual; seen?: Record<string, unknown> }
  | { type: 'canceled' }
  | { type: 'crashed'; message: string; stack?: string };
