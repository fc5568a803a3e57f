/**
 * `npm run looks -- LIST.json OUTDIR`: contact sheets of many clips, to look at the motion with one's own eyes.
 *
 * LIST.json is a list of looks (row.ts) with their commands and seeds; paths in it are relative to where the command is
 * run. OUTDIR gets sheet-NN.jpg, a row for each photo, command and seed (the found skeleton, then frames from first to
 * last), and results.jsonl, a line for each with its report or its typed error. Nothing fails by what is seen.
 */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '../../infra/config.ts';
import { createAnatomist } from '../../models/animate/anatomy/index.ts';
import { createPipeline } from '../../models/pipeline.ts';
import { type Look, rowOf } from './row.ts';
import { type Row, sheetOf } from './sheet.ts';

const ROWS_PER_SHEET = 10;

const [listFile, out] = process.argv.slice(2);
if (!listFile || !out) throw new Error('usage: npm run looks -- LIST.json OUTDIR');
const looks = JSON.parse(await readFile(listFile, 'utf8')) as (Look & {
  commands: string[];
  seeds: number[];
})[];
await mkdir(out, { recursive: true });
const results = join(out, 'results.jsonl');
await writeFile(results, '');

const pipeline = await createPipeline(loadConfig(process.env));
const anatomist = await createAnatomist();
let rows: Row[] = [];
let sheets = 0;
for (const look of looks) {
  for (const command of look.commands) {
    for (const seed of look.seeds) {
      const { row, result } = await rowOf(pipeline, anatomist, look, command, seed);
      await appendFile(results, `${JSON.stringify(result)}\n`);
      rows.push(row);
      if (rows.length === ROWS_PER_SHEET) await writeSheet();
    }
  }
}
if (rows.length) await writeSheet();

async function writeSheet(): Promise<void> {
  const file = join(out, `sheet-${String(++sheets).padStart(2, '0')}.jpg`);
  await writeFile(file, await sheetOf(rows));
  rows = [];
  console.log(file);
}
