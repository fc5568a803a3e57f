/**
 * `npm run bench:hearing -- [--speech DIR] [--step N] [--threads N]`: how well the service hears. Word errors on read English,
 * character errors on read Mandarin, the share of spoken commands that are understood under each condition, false alarms,
 * and how long it takes. DIR holds en_ljspeech, zh_aishell3, zh_commands, en_jfk and wenet_test. English commands are
 * synthetic (espeak-ng, flite and pico2wave, Debian packages). Prints tables; nothing fails by them. What went wrong goes to stderr.
 */
import { parseArgs } from 'node:util';
import { loadConfig } from '../../../infra/config.ts';
import { PipelineError } from '../../../models/errors.ts';
import { likeliest } from '../../../models/likeliest.ts';
import { createTranscriber, wordsOf } from '../../../models/transcribe/index.ts';
import type { Command } from '../../../models/types.ts';
import { createUnderstander } from '../../../models/understand/index.ts';
import { ensureWeights } from '../../../models/weights.ts';
import { distance, median, units } from './score.ts';
import { type Recording, readChineseCommands, readTalk, readUntitled, synthesise } from './sets.ts';
import { CONDITIONS, SOUNDS } from './sounds.ts';

const { values } = parseArgs({
  options: {
    speech: { type: 'string', default: '../shared/speech' },
    step: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
  },
});
const { cacheDir, speech: model } = loadConfig(process.env);
const weightsDir = await ensureWeights(model, { cacheDir });
const threads = Number(values.threads);
const transcriber = await createTranscriber({ weightsDir, threads });
const unprompted = await createTranscriber({ weightsDir, threads, prompted: false });
const understander = await createUnderstander();
const { signal: abort } = new AbortController();

interface Outcome {
  text: string;
  command?: Command;
  /** Code of the refusal. */
  code?: string;
  ms: number;
}

/** transcribe -> understand, as the service does. @param seen what is in the picture */
async function hear(samples: Float32Array, listener = transcriber, seen: string[] = []): Promise<Outcome> {
  const begin = performance.now();
  let text = '';
  try {
    const seconds = samples.length / 16_000;
    const heard = await listener.transcribe({ samples, seconds }, { abort });
    const words = wordsOf(await likeliest(heard, seen, understander));
    text = words.text;
    const command = await understander.understand(text, { language: words.language, seen });
    return { text, command, ms: performance.now() - begin };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return { text, code: error.code, ms: performance.now() - begin };
  }
}

const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;

async function errors(name: string, recordings: Recording[]): Promise<void> {
  let [wrong, plain, all, exact] = [0, 0, 0, 0];
  for (const { name: file, samples, said, language } of recordings) {
    const { text } = await hear(samples);
    const truth = units(said, language);
    const off = distance(units(text, language), truth);
    wrong += off;
    plain += distance(units((await hear(samples, unprompted)).text, language), truth);
    all += truth.length;
    if (off === 0) exact++;
    else console.error(`${file}: ${said} -> ${text}`);
  }
  console.log(
    `| ${name} | ${recordings.length} | ${percent(wrong, all)} | ${percent(plain, all)} | ${exact} |`,
  );
}

/** Object and action as the words themselves give them. */
const gist = (command?: Command) =>
  command && `${command.action} ${command.object?.label ?? command.object?.text.toLowerCase() ?? ''}`;

async function understood(name: string, recordings: Recording[]): Promise<void> {
  const cells: string[] = [];
  const times: number[] = [];
  const meant = await Promise.all(recordings.map(({ said }) => understander.understand(said, {})));
  for (const [condition, change] of Object.entries(CONDITIONS)) {
    let right = 0;
    for (const [i, { name: file, samples }] of recordings.entries()) {
      // The picture shows what the command is about.
      const seen = [meant[i], ...(meant[i].also ?? [])].flatMap(({ object }) => object?.label ?? []);
      const { text, command, code, ms } = await hear(change(samples), transcriber, seen);
      times.push(ms);
      const want = gist(meant[i]);
      if (gist(command) === want) right++;
      else console.error(`${condition}, ${file}: heard "${text}" -> ${gist(command) ?? code}, not ${want}`);
    }
    cells.push(percent(right, recordings.length));
  }
  console.log(`| ${name} | ${recordings.length} | ${cells.join(' | ')} | ${Math.round(median(times))} |`);
}

async function alarms(name: string, recordings: Pick<Recording, 'name' | 'samples'>[]): Promise<void> {
  let taken = 0;
  for (const { name: file, samples } of recordings) {
    const { text, command, code } = await hear(samples);
    if (command) taken++;
    if (text || command) console.error(`${name}, ${file}: heard "${text}" -> ${gist(command) ?? code}`);
  }
  console.log(`| ${name} | ${recordings.length} | ${taken} |`);
}

const talk = await readTalk(values.speech);
const untitled = await readUntitled(values.speech, Object.values(talk).flat());
console.log('| read speech | recordings | word or character errors | without a prompt | exactly right |');
console.log('|---|---|---|---|---|');
for (const [name, recordings] of Object.entries(talk)) await errors(name, recordings);

console.log(`\n| commands understood | recordings | ${Object.keys(CONDITIONS).join(' | ')} | median ms |`);
console.log(`|---|---|${'---|'.repeat(Object.keys(CONDITIONS).length)}---|`);
await understood('Mandarin, recorded words', await readChineseCommands(values.speech));
for (const [program, recordings] of Object.entries(await synthesise(Number(values.step))))
  await understood(`English, synthetic (${program})`, recordings);

console.log('\n| no command | recordings | taken for one |\n|---|---|---|');
await alarms(
  'noises and tones',
  Object.entries(SOUNDS).map(([name, samples]) => ({ name, samples })),
);
for (const [name, recordings] of Object.entries(talk)) await alarms(name, recordings);
await alarms('other talk', untitled);
