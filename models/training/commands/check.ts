/**
 * Fills frames with words of our lists and compares what the whole understander answers with what the slots ask for: what
 * fails often shows what rules, tagger and choice lack, without anybody's test list.
 *
 *     npx tsx models/training/commands/check.ts en|zh [--each 1] [--seed 1] [--file FRAMES.txt]
 *
 * Frames of `frames/held` were never trained on.
 *
 * Prints the faults, and by family how many sentences are right (object and action of everything, nothing else).
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Command } from '../../types.ts';
import { createUnderstander } from '../../understand/index.ts';
import type { Parsed } from '../../understand/parsed.ts';
import { settled } from '../../understand/settled.ts';
import { read } from '../../understand/tagger/index.ts';
import { createFiller, type Language, type Span } from './fill.ts';
import { createRandom } from './random.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    each: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string' },
  },
});
const language = positionals[0] as Language;
const SLOTS = { things: 1, action: 2, part: 3, direction: 4, strength: 5 };

/** Each thing and the actions that a sentence leaves open for it; undefined where its slots do not say who does what. */
function wanted(text: string, spans: Span[]): Parsed[][] | undefined {
  const words = (slot: keyof typeof SLOTS, number: string) => [
    ...new Set(spans.filter((span) => span.tag === SLOTS[slot] && span.number === number).map(said)),
  ];
  const said = ({ start, end }: Span) => text.slice(start, end);
  const of = (tags: number[]) => [
    ...new Set(spans.filter(({ tag }) => tags.includes(tag)).map(({ number }) => number)),
  ];
  const [named, acting] = [of([SLOTS.things]), of([SLOTS.action, SLOTS.part])];
  const pairs = named.length === 0 ? acting.map((number) => ['', number]) : named.map((one) => [one, one]);
  if (acting.length === 1) for (const pair of pairs) pair[1] = acting[0];
  else if (named.length === 1 || acting.some((one) => !named.includes(one))) return undefined;
  const commands = pairs.flatMap(([thing, number]) =>
    (named.length === 0 ? [''] : words('things', thing)).map((name) => {
      const [part] = words('part', number);
      const [direction] = words('direction', number);
      const [strength] = words('strength', number);
      const actions = words('action', number);
      return (actions.length > 0 ? actions : [undefined]).flatMap((action) =>
        read({ things: name ? [name] : [], action, part, direction, strength }, language, []),
      );
    }),
  );
  return commands.every((open) => open.some(settled)) ? commands : undefined;
}

const lastOf = (english = '') => english.split(' ').at(-1);
const does = ({ object, action }: Command, open: Parsed[]): boolean =>
  open.some(
    (one) =>
      settled(one) === action &&
      (object?.label ?? lastOf(object?.english)) === (one.object?.label ?? lastOf(one.object?.english)),
  );
const show = (open: Parsed[]) =>
  `${open[0].object?.english ?? 'it'} ${[...new Set(open.map(settled))].join('/')}`;

const understander = await createUnderstander();
async function answer(text: string): Promise<Command[]> {
  try {
    const command = await understander.understand(text, { language });
    return [command, ...(command.also ?? [])];
  } catch {
    return [];
  }
}

const scores = new Map<string, { right: number; count: number }>();
const fill = createFiller(language, createRandom(Number(values.seed)), true);
const file = values.file ?? new URL(`./frames/${language}.txt`, import.meta.url);
for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
  const [family, frame] = line.split('\t');
  for (let i = 0; i < Number(values.each); i++) {
    const { text, spans } = fill(frame);
    const asked = wanted(text, spans);
    if (!asked) continue;
    const commands = await answer(text);
    const right =
      asked.length === commands.length && asked.every((open) => commands.some((one) => does(one, open)));
    const score = scores.get(family) ?? { right: 0, count: 0 };
    scores.set(family, { right: score.right + Number(right), count: score.count + 1 });
    if (!right)
      console.log(
        [
          family,
          text,
          commands.map(({ prompt }) => prompt).join('; ') || '-',
          asked.map(show).join('; ') || '-',
          frame,
        ].join('\t'),
      );
  }
}
for (const [family, { right, count }] of scores)
  console.log(`${family} ${count} ${((100 * right) / count).toFixed(1)} %`);
