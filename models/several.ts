import type { AnimateInput, Animator, MotionReport } from './animate/index.ts';
import { PipelineError } from './errors.ts';
import type { Moving } from './render/index.ts';
import type { Subject } from './subjects.ts';
import type { Hooks, Note } from './types.ts';

/** The first thing's report; those of the others, where several things move, are beside it. */
export type MotionReports = MotionReport & { others?: MotionReport[] };

export interface AllAnimated {
  moving: Moving[];
  report: MotionReports;
  notes: Note[];
}

/**
 * Animates each thing as it is asked, every one with a seed of its own. Of several things those that cannot do it stay still, and a note
 * says so. Throws what the animator throws where none can.
 */
export async function animateAll(
  animator: Animator,
  input: Omit<AnimateInput, 'region' | 'command'>,
  subjects: Subject[],
  hooks: Hooks,
): Promise<AllAnimated> {
  const moving: Moving[] = [];
  const reports: MotionReport[] = [];
  const notes: Note[] = [];
  let refusal: PipelineError | undefined;
  const refused = new Set<string>();
  for (const [i, subject] of subjects.entries()) {
    const progress = (fraction: number) => hooks.progress((i + fraction) / subjects.length);
    try {
      const seed = (input.seed + i) % 2 ** 32;
      const one = await animator.animate(
        { ...input, seed, region: subject, command: subject.command! },
        { ...hooks, progress },
      );
      moving.push({ region: subject, motion: one.motion });
      reports.push(one.report);
      for (const note of one.notes) if (!notes.some(({ code }) => code === note.code)) notes.push(note);
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'action_not_possible') throw error;
      refusal ??= error;
      if (subject.command) refused.add(subject.command.prompt);
    }
  }
  const [report, ...others] = reports;
  if (!report) throw refusal!;
  if (refusal)
    notes.push(someStayStill(subjects.length - moving.length, subjects.length, [...refused].join(', ')));
  return { moving, report: { ...report, ...(others.length > 0 && { others }) }, notes };
}

const someStayStill = (still: number, all: number, what: string): Note => ({
  code: 'some_stay_still',
  detail: {
    en: `${still} of ${all} stay still (${what}): as they are seen here they cannot do that.`,
    zh: `${all} 个中有 ${still} 个保持不动（${what}）：从画面看它们做不了这个动作。`,
  },
});
