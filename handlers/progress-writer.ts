import type { Kind, Progress } from '../api/jobs/job.ts';
import type { Repository } from '../api/jobs/repository.ts';
import type { JobMessage } from '../api/jobs/submit.ts';
import { advance, find } from '../api/jobs/transitions.ts';
import type { Findings } from './pipeline-messages.ts';

/** At most this often a job's document is written for the sake of progress alone. */
const INTERVAL_MS = 150;

/** Where each stage begins, in percent of the job; measured on two cores with a typed and a spoken command. */
const BEGINS: Record<Kind, Partial<Record<Progress['stage'], number>>> = {
  animation: { transcribe: 0, understand: 18, locate: 20, animate: 35, render: 50, store: 98, done: 100 },
  region: { transcribe: 0, understand: 40, locate: 45, store: 98, done: 100 },
  command: { transcribe: 0, understand: 95, store: 98, done: 100 },
};

export interface ProgressWriter {
  progress(stage: string, fraction: number): void;
  found(findings: Findings): void;
  /** Resolves once everything told so far is in the document. */
  flush(): Promise<void>;
}

/**
 * Writes what the stages tell into the job's document, in order, findings and new stages at once, progress within a
 * stage at most every 150 ms.
 * A write that fails ends up in `lost` and not in an exception: the job itself goes on, and its end is written anyway.
 */
export function createProgressWriter(
  { owner, id }: JobMessage,
  kind: Kind,
  repository: Repository,
  lost: (error: unknown) => void,
): ProgressWriter {
  const begun = performance.now();
  const begins = BEGINS[kind];
  let writes: Promise<unknown> = Promise.resolve();
  let latest: Pick<Progress, 'stage' | 'percent' | 'etaSeconds'> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let begunStage: string | undefined;

  const write = (transition: ReturnType<typeof advance>) => {
    writes = writes.then(() => repository.change(owner, id, transition)).catch(lost);
  };
  const writeLatest = () => {
    clearTimeout(timer);
    timer = undefined;
    if (latest) write(advance(latest));
    latest = undefined;
  };

  return {
    progress(stage, fraction) {
      const percent = percentOf(begins, stage as Progress['stage'], fraction);
      latest = { stage: stage as Progress['stage'], percent, etaSeconds: eta(begun, percent) };
      if (stage !== begunStage) writeLatest();
      else timer ??= setTimeout(writeLatest, INTERVAL_MS);
      begunStage = stage;
    },
    found(findings) {
      write(find(findings));
    },
    async flush() {
      writeLatest();
      await writes;
    },
  };
}

function percentOf(begins: (typeof BEGINS)[Kind], stage: Progress['stage'], fraction: number): number {
  const from = begins[stage]!;
  const to = Math.min(...Object.values(begins).filter((it) => it > from));
  return from + (to - from) * fraction;
}

/** Whole seconds left if the rest goes as fast as what is done; unknown before a tenth is done. */
function eta(begun: number, percent: number): number | null {
  if (percent < 10) return null;
  return Math.ceil((((performance.now() - begun) / 1000) * (100 - percent)) / percent);
}
