/**
 * Writes training examples of the tagger: frames (frames/en.txt, frames/zh.txt) with their slots filled, and sentences that ask
 * for nothing, cut into the units that the product sees, one JSON array a line: [units, features of each, tags, frame].
 *
 *     npx tsx models/training/commands/examples.ts OUT.jsonl [--each 40] [--seed 1]
 */
import { createWriteStream, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { unitsOf } from '../../understand/tagger/units.ts';
import { createFiller, type Span } from './fill.ts';
import { createRandom } from './random.ts';
import { TALK } from './words.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { each: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' } },
});
const each = Number(values.each);
const { random } = createRandom(Number(values.seed));
/** How often a sentence has no marks, as some recognisers write it. */
const UNMARKED = 0.4;
/** Chatter without slots says the same each time, or a part of it. */
const CHATTER = 2;
const CUT = 0.4;

interface Filled {
  text: string;
  spans: Span[];
}

/** Marks become spaces, so that spans stay where they are. */
const unmarked = (text: string) => text.replace(/[,.;:!?"“”()…—、。]|(?<!\p{Script=Han})~/gu, ' ');

/** A part of a sentence that asks for nothing. */
function cut(text: string): string {
  const pieces = text.match(/\p{Script=Han}|[^\s\p{Script=Han}]+\s*/gu) ?? [];
  const least = Math.min(5, pieces.length);
  const length = least + Math.floor(random() * (pieces.length - least + 1));
  const start = Math.floor(random() * (pieces.length - length + 1));
  return pieces.slice(start, start + length).join('');
}

const out = createWriteStream(positionals[0]);

function write({ text, spans }: Filled, frame: string): void {
  const units = unitsOf(random() < UNMARKED ? unmarked(text) : text);
  if (units.length === 0) return;
  const tags = units.map(
    ({ start, end }) => spans.find((span) => start < span.end && end > span.start)?.tag ?? 0,
  );
  const [words, features] = [units.map((unit) => unit.text), units.map((unit) => unit.features)];
  out.write(`${JSON.stringify([words, features, tags, frame])}\n`);
}

for (const language of ['en', 'zh'] as const) {
  const fill = createFiller(language, createRandom(Number(values.seed) + 1));
  const lines = readFileSync(new URL(`./frames/${language}.txt`, import.meta.url), 'utf8')
    .split('\n')
    .filter(Boolean);
  for (const [index, line] of lines.entries()) {
    const frame = line.split('\t')[1];
    const empty = !frame.includes('{');
    const times = empty ? Math.ceil(each / CHATTER) : each;
    for (let i = 0; i < times; i++) {
      const filled = fill(frame);
      const text = empty && random() < CUT ? cut(filled.text) : filled.text;
      write({ ...filled, text }, `${language}${index}`);
    }
  }
  for (const [index, text] of TALK[language].entries())
    write({ text: random() < CUT ? cut(text) : text, spans: [] }, `${language}-talk${index}`);
}
out.end();
