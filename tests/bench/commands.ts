/**
 * `npm run bench:commands -- FILE...`: how many sentences of test lists (tests/models/commands/score.ts has their shape) are
 * understood, by family, with the faults and the time.
 */
import { readFile } from 'node:fs/promises';
import { createUnderstander } from '../../models/understand/index.ts';
import { judge, type Sentence, type Verdict } from '../models/commands/score.ts';

const understander = await createUnderstander();
for (const warm of ['make the pony prance', '让小孩冲刺']) await understander.understand(warm, {});
for (const file of process.argv.slice(2)) {
  const sentences = JSON.parse(await readFile(file, 'utf8')) as Sentence[];
  const begin = performance.now();
  const verdicts: Verdict[] = [];
  for (const sentence of sentences) verdicts.push(await judge(understander, sentence));
  const ms = (performance.now() - begin) / sentences.length;
  for (const { sentence, entirely, right, answer } of verdicts.filter((it) => !it.entirely))
    console.log(
      `${right ? 'how ' : 'what'} ${sentence.family}: ${sentence.text} -> ${entirely ? '' : answer}`,
    );
  console.log(
    `\n${file}, ${ms.toFixed(1)} ms a sentence\n| family | count | object and action | all |\n|---|---|---|---|`,
  );
  const families = [...new Set(sentences.map(({ family }) => family))];
  for (const family of families)
    row(
      family,
      verdicts.filter((it) => it.sentence.family === family),
    );
  row('all', verdicts);
}

function row(name: string, verdicts: Verdict[]): void {
  const share = (key: 'right' | 'entirely') =>
    `${((100 * verdicts.filter((it) => it[key]).length) / verdicts.length).toFixed(1)} %`;
  console.log(`| ${name} | ${verdicts.length} | ${share('right')} | ${share('entirely')} |`);
}
