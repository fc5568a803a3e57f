import type { LocateInput, Locator } from './locate/index.ts';
import { apart, holds } from './locate/index.ts';
import type { Abort, Click, Command, Detection, Region } from './types.ts';

/** A region and what it is asked to do; without words (a preview by click) nothing is asked. */
export type Subject = Region & { command?: Command };

/**
 * Finds what each command of a sentence is about; a thing that two of them mean does what it is first asked. Throws what the
 * locator throws, also where only one of several cannot be found.
 * @param command with those in `also`; @returns regions that share no pixel
 */
export async function subjectsOf(
  locator: Locator,
  input: Omit<LocateInput, 'command'>,
  command: Command | undefined,
  options: { abort: Abort },
): Promise<Subject[]> {
  const commands = command ? [command, ...(command.also ?? [])] : [undefined];
  const clicks = allot(input.clicks, commands, input.detections);
  const subjects: Subject[] = [];
  for (const [i, one] of commands.entries()) {
    // The caller's mask is one thing, the one that is named first.
    const mask = i === 0 ? input.mask : undefined;
    const regions = await locator.locate({ ...input, mask, clicks: clicks[i], command: one }, options);
    subjects.push(...regions.map((region) => ({ ...region, command: one })));
  }
  return apart(subjects);
}

/**
 * Whose click each is: that of the command which names the thing under it, else of the one that says "it", else of the first.
 * What does not belong to a thing (`exclude`) is told to all.
 */
function allot(clicks: Click[], commands: (Command | undefined)[], detections: Detection[]): Click[][] {
  const unnamed = commands.findIndex((one) => !one?.object);
  const ownerOf = (click: Click) => {
    const labels = detections.filter(({ box }) => holds(box, click)).map(({ label }) => label);
    const named = commands.findIndex((one) => one?.object?.label && labels.includes(one.object.label));
    return named >= 0 ? named : Math.max(0, unnamed);
  };
  const owners = clicks.map(ownerOf);
  return commands.map((_, i) => clicks.filter((click, k) => click.exclude || owners[k] === i));
}
