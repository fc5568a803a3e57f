/**
 * Writes spoken English commands to train on, by synthetic voices (Debian packages flite, festival, festvox-kallpc16k,
 * festvox-kdlpc16k, espeak-ng, libttspico-utils). `--of frames`: frames of the tagger's training with their slots filled, a few
 * simple ones more often than the others, and talk that asks for nothing; `--of lists`: what the parser is tested with. The sentences
 * that hearing is measured with are not among them. `--voices two`: flite's slt and pico's en-US, else many others. In
 * FOLDER: sound.s16 (16 kHz, little-endian) and rows.json, a row each: text, voice, offset and length in samples, tokens
 * with the end.
 *
 *     npx tsx models/training/hearing/say.ts TOKENIZER.json FOLDER --of frames|lists --voices many|two [--count 3200] [--seed 11]
 */
import { execFile } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { decodeAudio } from '../../transcribe/audio.ts';
import { loadTokenizer } from '../../transcribe/tokenizer.ts';
import { createFiller } from '../commands/fill.ts';
import { createRandom } from '../commands/random.ts';
import { TALK } from '../commands/words.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    of: { type: 'string', default: 'frames' },
    voices: { type: 'string', default: 'many' },
    count: { type: 'string', default: '3200' },
    seed: { type: 'string', default: '11' },
  },
});
const [tokens, folder] = positionals;
const { random, pick } = createRandom(Number(values.seed));
const run = promisify(execFile);

const SIMPLE = readFileSync(new URL('./simple.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter(Boolean);
/** Of the tagger's, those that can be said in one breath. */
const FRAMES = readFileSync(new URL('../commands/frames/en.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => line.split('\t')[1])
  .filter((frame) => frame.split(' ').length <= 11);
/** How many sentences are of the simple frames, and of both kinds of frames; the others are talk. */
const SHARES = { simple: 0.5, frames: 0.85 };
/** How many slots are filled with words of our own lists only. */
const KNOWN = { simple: 0.8, frames: 0.7 };
const LONGEST = { letters: 90, samples: 16_000 * 6 };
const LISTS =
  'en second-en third-en fourth-en fifth-en sixth-en seventh-en eighth-en ninth-en everyday-en'.split(' ');

const draw = { random, pick };
const [known, any] = [createFiller('en', draw, true), createFiller('en', draw)];
const fill = (frames: string[], share: number) => (random() < share ? known : any)(pick(frames)).text;

function sentence(): string {
  const kind = random();
  if (kind < SHARES.simple) return written(fill(SIMPLE, KNOWN.simple));
  if (kind < SHARES.frames) return written(fill(FRAMES, KNOWN.frames));
  const words = pick(TALK.en).split(' ');
  const start = Math.floor(random() * Math.max(1, words.length - 2));
  return written(words.slice(start, start + 2 + Math.floor(random() * 9)).join(' '));
}

/** As Whisper writes. */
function written(text: string): string {
  const plain = text
    .replace(/\bi\b/g, 'I')
    .replace(/[“”"();:…]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const begun = plain.charAt(0).toUpperCase() + plain.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun.replace(/[,-]+$/, '')}.`;
}

const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z' ]/g, '')
    .trim();

const readTest = (name: string) =>
  readFileSync(new URL(`../../../tests/models/commands/${name}`, import.meta.url), 'utf8');

/** Those of the lists, or frames without end. */
function* drawn(): Generator<string> {
  if (values.of === 'frames') for (;;) yield sentence();
  const texts = LISTS.flatMap((list) =>
    (JSON.parse(readTest(`${list}.json`)) as { text: string }[]).map(({ text }) => text),
  );
  while (texts.length) yield written(texts.splice(Math.floor(random() * texts.length), 1)[0]);
}

function sentences(count: number): string[] {
  const kept = ['english.txt', 'english-later.txt'].flatMap((list) => readTest(list).split('\n'));
  const measured = new Set(kept.map((line) => wordsOf(line.split('|')[0])));
  const made = new Set<string>();
  for (const text of drawn()) {
    const fits = text.length >= 4 && text.length <= LONGEST.letters && !/\d/.test(text);
    if (fits && !measured.has(wordsOf(text))) made.add(text);
    if (made.size === count) break;
  }
  return [...made];
}

const words = (list: string) => list.split(' ');
const FLITE = words('awb awb kal16 kal');
const FESTIVAL = words('kal_diphone ked_diphone');
const ACCENTS = words(
  'en-us en-us en-gb en-gb-x-rp en-gb-scotland en-gb-x-gbcwmd en-gb-x-gbclan en-us-nyc en-029',
);
const VARIANTS = words(
  'f1 f2 f3 f4 f5 m1 m2 m3 m4 m5 m6 m7 m8 Alex Andrea Annie adam anika aunty belinda benjamin boris caleb david ed edward john klatt klatt2 klatt4 linda max michael paul quincy rob shelby steph travis victor grandpa Gene Denis Andy',
);
const between = (low: number, high: number) => low + random() * (high - low);

/** Speaks into a file. @returns the voice */
type Speaker = (text: string, file: string) => Promise<string>;

const flite =
  (voices: string[], pitches: [number, number]): Speaker =>
  async (text, file) => {
    const voice = pick(voices);
    const pitch = random() < 0.5 ? ['--setf', `int_f0_target_mean=${between(...pitches)}`] : [];
    const speed = ['--setf', `duration_stretch=${between(0.8, 1.3)}`];
    await run('flite', ['-voice', voice, ...speed, ...pitch, '-t', text, '-o', file]);
    return voice;
  };

const espeak: Speaker = async (text, file) => {
  const voice = `${pick(ACCENTS)}+${pick(VARIANTS)}`;
  const [speed, pitch] = [between(120, 190), between(25, 75)].map((value) => String(Math.round(value)));
  await run('espeak-ng', ['-v', voice, '-s', speed, '-p', pitch, '-w', file, text]);
  return voice;
};

const festival: Speaker = async (text, file) => {
  const voice = pick(FESTIVAL);
  const said = `(utt.synth (Utterance Text "${text}"))`;
  const speed = `(Parameter.set 'Duration_Stretch ${between(0.85, 1.25)})`;
  await run('festival', ['-b', `(voice_${voice})`, speed, `(utt.save.wave ${said} "${file}" 'riff)`]);
  return voice;
};

const pico: Speaker = async (text, file) => {
  const [pitch, speed] = [between(80, 130), between(80, 125)].map(Math.round);
  const spoken = `<pitch level="${pitch}"><speed level="${speed}">${text}</speed></pitch>`;
  await run('pico2wave', ['-l', 'en-US', '-w', file, spoken]);
  return 'pico en-US';
};

/** Each with the share of sentences that it or one before it speaks. */
const SPEAKERS: Record<string, [Speaker, number][]> = {
  many: [
    [flite(FLITE, [80, 200]), 0.5],
    [espeak, 0.84],
    [festival, 1],
  ],
  two: [
    [flite(['slt'], [140, 230]), 0.45],
    [pico, 1],
  ],
};

const { encode, special } = await loadTokenizer(tokens);
mkdirSync(folder, { recursive: true });
const out = openSync(join(folder, 'sound.s16'), 'w');
const file = join(folder, 'said.wav');
const rows: object[] = [];
let offset = 0;
for (const text of sentences(Number(values.count))) {
  const kind = random();
  const [speak] = SPEAKERS[values.voices].find(([, share]) => kind < share)!;
  const voice = await speak(text, file);
  const { samples } = await decodeAudio(await readFile(file));
  if (samples.length > LONGEST.samples) continue;
  const whole = Int16Array.from(samples, (value) => Math.round(Math.max(-1, Math.min(1, value)) * 32_767));
  writeSync(out, new Uint8Array(whole.buffer));
  rows.push({ text, voice, offset, length: whole.length, tokens: [...encode(` ${text}`), special.end] });
  offset += whole.length;
}
await rm(file);
writeFileSync(join(folder, 'rows.json'), JSON.stringify(rows));
console.log(`${rows.length} sentences, ${(offset / 16_000 / 3600).toFixed(1)} h`);
