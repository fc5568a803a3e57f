/** The recordings that hearing is measured on: read speech with its text, and spoken commands. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { decodeAudio } from '../../../models/transcribe/audio.ts';
import type { Language } from '../../../models/types.ts';
import { readCommands } from '../../models/commands/read.ts';

export interface Recording {
  name: string;
  samples: Float32Array;
  /** What is said in it. */
  said: string;
  language: Language;
}

async function load(path: string, said: string, language: Language): Promise<Recording> {
  const { samples } = await decodeAudio(await readFile(path));
  return { name: basename(path), samples, said, language };
}

/** Rows of a metadata.csv whose recording is there. */
async function readSet(
  folder: string,
  language: Language,
  read: (line: string) => { file: string; said: string },
): Promise<Recording[]> {
  const lines = (await readFile(join(folder, 'metadata.csv'), 'utf8')).split('\n').filter(Boolean);
  const rows = lines.map(read).filter(({ file }) => existsSync(join(folder, file)));
  return Promise.all(rows.map(({ file, said }) => load(join(folder, file), said, language)));
}

/** Read sentences of the two corpora by name; none is a command. */
export async function readTalk(speech: string): Promise<Record<string, Recording[]>> {
  const english = await readSet(join(speech, 'en_ljspeech'), 'en', (line) => {
    const [name, , said] = line.split('|');
    return { file: `${name}.flac`, said };
  });
  const mandarin = await readSet(join(speech, 'zh_aishell3'), 'zh', (line) => {
    const [path, said] = line.split('\t');
    return { file: basename(path), said };
  });
  return { 'LJ Speech': english, 'AISHELL-3': mandarin };
}

/** Recordings of talk without a text, for false alarms alone. */
export async function readUntitled(speech: string, known: Recording[]): Promise<Recording[]> {
  const names = new Set(known.map(({ name }) => name));
  const found: Recording[] = [];
  for (const [folder, language] of [
    ['en_ljspeech', 'en'],
    ['en_jfk', 'en'],
    ['wenet_test', 'en'],
  ] as const) {
    const files = (await readdir(join(speech, folder))).filter((file) => /\.(flac|wav)$/.test(file));
    for (const file of files)
      if (!names.has(file)) found.push(await load(join(speech, folder, file), '', language));
  }
  return found;
}

/** Where the words lie in the recordings of zh_commands, in seconds. */
const WORDS: Record<string, [string, number, number]> = {
  请: ['请让鱼游泳', 0.28, 1.24],
  让: ['让猫摇尾巴', 0.28, 0.74],
  狗: ['让狗动起来', 0.74, 1.32],
  猫: ['让猫摇尾巴', 0.74, 1.16],
  鱼: ['请让鱼游泳', 1.88, 2.4],
  动起来: ['让狗动起来', 1.32, 2.6],
  摇尾巴: ['让猫摇尾巴', 1.18, 2.36],
  游泳: ['请让鱼游泳', 2.5, 3.3],
};

/** Recorded commands, whose file name is what is said, and the others that their words make. */
export async function readChineseCommands(speech: string): Promise<Recording[]> {
  const folder = join(speech, 'zh_commands');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.wav'));
  const recorded = await Promise.all(
    files.map((file) => load(join(folder, file), file.replace('.wav', ''), 'zh')),
  );
  const pause = new Float32Array(16_000 * 0.3);
  const gap = new Float32Array(16_000 * 0.05);
  const word = (name: string) => {
    const [source, from, to] = WORDS[name];
    const { samples } = recorded.find(({ said }) => said === source)!;
    return samples.subarray(from * 16_000, to * 16_000);
  };
  const made: Recording[] = [];
  for (const thing of ['狗', '猫', '鱼'])
    for (const action of ['动起来', '摇尾巴', '游泳']) {
      const words = [...(action === '游泳' ? ['请'] : []), '让', thing, action];
      const said = words.join('');
      if (recorded.some((it) => it.said === said)) continue;
      const samples = Float32Array.from(
        [pause, ...words.flatMap((name) => [word(name), gap]), pause].flatMap((part) => [...part]),
      );
      made.push({ name: said, samples, said, language: 'zh' });
    }
  return [...recorded, ...made];
}

const run = promisify(execFile);
/** Synthetic voices, two for each program: espeak-ng speaks by rule, flite and pico2wave (libttspico-utils) from recorded speakers. */
const PROGRAMS: Record<
  string,
  { voices: [string, string]; say: (voice: string, text: string, file: string) => string[] }
> = {
  'espeak-ng': {
    voices: ['en-us', 'en-gb'],
    say: (voice, text, file) => ['-v', voice, '-s', '155', '-w', file, text],
  },
  flite: { voices: ['slt', 'rms'], say: (voice, text, file) => ['-voice', voice, '-t', text, '-o', file] },
  pico2wave: { voices: ['en-US', 'en-GB'], say: (voice, text, file) => ['-l', voice, '-w', file, text] },
};

/**
 * English commands of the parser's tests, spoken by each program.
 * @param step every so many-th of them
 */
export async function synthesise(step: number): Promise<Record<string, Recording[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'waggle-voices-'));
  const commands = readCommands('english').filter((_, i) => i % step === 0);
  const spoken: Record<string, Recording[]> = {};
  try {
    for (const [program, { voices, say }] of Object.entries(PROGRAMS)) {
      spoken[program] = [];
      for (const [i, { sentence }] of commands.entries()) {
        const [file, voice] = [join(folder, `${i}.wav`), voices[i % 2]];
        await run(program, say(voice, sentence, file));
        spoken[program].push({ ...(await load(file, sentence, 'en')), name: `${voice} ${sentence}` });
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return spoken;
}
