/**
 * `npm run -s waggle -- VERB ...`: the stages by hand. JSON on stdout, one line per item; exit status 1 if any item failed.
 *
 *   parse FILE|-                 one command per line
 *   hear AUDIO...                transcript and command of each recording
 *   mask PHOTO X Y OUT.png [--click X,Y]... [--exclude X,Y]...
 *                                silhouette of what is at X Y (0..1); more points on it, points beside it
 *   mask --list FILE|-           many of them; a line of JSON each: {"photo", "x", "y", "out"}
 *   sheet PHOTO X Y TEXT OUT.png contact sheet: photo, mask, matte, plate, flow, six frames
 *   animate PHOTO [--click X,Y]... [--exclude X,Y]... [--mask FILE] (--say TEXT | --audio FILE) [--magnitude M] [--seed N] [--seconds S]
 *           [--fps F] [--size PX] [--format mp4|webm|gif|webp] [--loop] --out FILE
 */
import { readFile, writeFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { loadConfig } from '../infra/config.ts';
import { PipelineError } from '../models/errors.ts';
import { createPipeline, type Pipeline, type PipelineHooks } from '../models/pipeline.ts';
import type { Format } from '../models/render/index.ts';
import type { Click, Point } from '../models/types.ts';
import { createUnderstander } from '../models/understand/index.ts';
import type { Findings } from './pipeline-messages.ts';

const USAGE = `usage: waggle parse FILE|-
       waggle hear AUDIO...
       waggle mask PHOTO X Y OUT.png [--click X,Y]... [--exclude X,Y]...
       waggle mask --list FILE|-
       waggle sheet PHOTO X Y TEXT OUT.png
       waggle animate PHOTO [--click X,Y]... [--exclude X,Y]... [--mask FILE] (--say TEXT | --audio FILE) [--magnitude M] [--seed N]
                      [--seconds S] [--fps F] [--size PX] [--format mp4|webm|gif|webp] [--loop] --out FILE`;

class UsageError extends Error {}

const { cacheDir, speech, ffmpeg, openVocabulary } = loadConfig(process.env);
const openPipeline = () => createPipeline({ cacheDir, speech, ffmpeg, openVocabulary });

/** Prints one line and remembers a failure. */
async function item(subject: Record<string, unknown>, work: () => unknown): Promise<void> {
  try {
    console.log(JSON.stringify({ ...subject, ...((await work()) as object) }));
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    console.log(
      JSON.stringify({ ...subject, error: { code: error.code, detail: error.detail, ...error.seen } }),
    );
    process.exitCode = 1;
  }
}

/** Hooks that collect what the stages find. */
function collect(): PipelineHooks & { findings: Findings } {
  const findings: Findings = {};
  return {
    findings,
    progress: () => undefined,
    found: (more) =>
      Object.assign(findings, more, { notes: [...(findings.notes ?? []), ...(more.notes ?? [])] }),
    abort: new AbortController().signal,
  };
}

/** Lines with something in them; `-` is standard input. */
async function readLines(file: string): Promise<string[]> {
  const lines = file === '-' ? await readStream(process.stdin) : await readFile(file, 'utf8');
  return lines.split(/\r?\n/).filter((line) => line.trim());
}

async function parse([file]: string[]): Promise<void> {
  if (!file) throw new UsageError('parse needs a FILE');
  const understander = await createUnderstander();
  for (const text of await readLines(file)) {
    await item({ text }, () => understander.understand(text, {}));
  }
}

async function hear(files: string[]): Promise<void> {
  if (!files.length) throw new UsageError('hear needs AUDIO');
  const pipeline = await openPipeline();
  for (const file of files) {
    const hooks = collect();
    await item({ file }, async () => {
      const audio = await readRecording(file);
      try {
        const command = await pipeline.command({ audio }, hooks);
        return { ...hooks.findings.transcript, command };
      } catch (error) {
        // A recording that was heard but not understood still shows its transcript.
        if (!(error instanceof PipelineError) || !hooks.findings.transcript) throw error;
        process.exitCode = 1;
        return { ...hooks.findings.transcript, error: { code: error.code, detail: error.detail } };
      }
    });
  }
}

/** A file that is not there is a failure of its own, so that the others are still heard. */
async function readRecording(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const detail = { en: `The file cannot be read (${code}).`, zh: `无法读取文件（${code}）。` };
    throw new PipelineError('audio_unreadable', detail, { cause });
  }
}

interface MaskJob {
  photo: string;
  clicks: Click[];
  out: string;
}

async function mask(args: string[]): Promise<void> {
  const jobs = await maskJobs(args);
  const pipeline = await openPipeline();
  for (const { photo, clicks, out } of jobs) {
    const hooks = collect();
    await item({ photo }, async () => {
      const image = await readFile(photo);
      const png = await pipeline.region({ image, clicks, size: MASK_SIZE }, hooks);
      await writeFile(out, png);
      return { out, region: hooks.findings.region };
    });
  }
}

async function maskJobs(args: string[]): Promise<MaskJob[]> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { list: { type: 'string' }, ...pointing },
  });
  if (values.list !== undefined) return (await readLines(values.list)).map(maskJob);
  const [photo, x, y, out] = positionals;
  if (!out) throw new UsageError('mask needs PHOTO X Y OUT.png or --list FILE');
  return [{ photo, clicks: [point(`${x},${y}`), ...clicksOf(values)], out }];
}

/** Options that point at the picture. */
const pointing = {
  click: { type: 'string', multiple: true },
  exclude: { type: 'string', multiple: true },
} as const;

const clicksOf = ({ click = [], exclude = [] }: { click?: string[]; exclude?: string[] }): Click[] => [
  ...click.map(point),
  ...exclude.map((text) => ({ ...point(text), exclude: true })),
];

function maskJob(line: string): MaskJob {
  const wrong = () => new UsageError(`not {"photo", "x", "y", "out"}: ${line}`);
  let job: { photo?: unknown; x?: unknown; y?: unknown; out?: unknown } | null;
  try {
    job = JSON.parse(line);
  } catch {
    throw wrong();
  }
  if (typeof job?.photo !== 'string' || typeof job.out !== 'string') throw wrong();
  return { photo: job.photo, clicks: [point(`${job.x},${job.y}`)], out: job.out };
}

/** `mask` answers at the photo's own size up to this long side. */
const MASK_SIZE = 1920;

async function animate(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...pointing,
      mask: { type: 'string' },
      say: { type: 'string' },
      audio: { type: 'string' },
      magnitude: { type: 'string', default: '1' },
      seed: { type: 'string', default: '0' },
      seconds: { type: 'string', default: '2' },
      fps: { type: 'string', default: '24' },
      size: { type: 'string', default: '720' },
      format: { type: 'string' },
      loop: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  const [photo] = positionals;
  const { say, audio, out } = values;
  if (!photo || !out || (say === undefined) === (audio === undefined)) {
    throw new UsageError('animate needs PHOTO, --out and either --say or --audio');
  }
  const pipeline: Pipeline = await openPipeline();
  const hooks = collect();
  await item({ photo }, async () => {
    const result = await pipeline.animate(
      {
        image: await readFile(photo),
        clicks: clicksOf(values),
        mask: values.mask === undefined ? undefined : await readFile(values.mask),
        command: say,
        audio: audio === undefined ? undefined : await readFile(audio),
        magnitude: number('magnitude', values.magnitude),
        seed: number('seed', values.seed),
        seconds: number('seconds', values.seconds),
        fps: number('fps', values.fps),
        size: number('size', values.size),
        format: (values.format ?? out.split('.').pop()) as Format,
        loop: values.loop,
      },
      hooks,
    );
    await writeFile(out, result.rendered.video);
    return { out, ...hooks.findings, report: result.report };
  });
}

async function sheet([photo, x, y, say, out]: string[]): Promise<void> {
  if (!out) throw new UsageError('sheet needs PHOTO X Y TEXT OUT.png');
  const pipeline = await openPipeline();
  const hooks = collect();
  await item({ photo }, async () => {
    const { rendered, report } = await pipeline.animate(
      {
        image: await readFile(photo),
        clicks: [point(`${x},${y}`)],
        command: say,
        sheet: true,
        ...SHEET_CLIP,
      },
      hooks,
    );
    // The name says which kind of picture it is to be.
    await sharp(rendered.sheet).toFile(out);
    return { out, ...hooks.findings, report };
  });
}

/** What a sheet shows: the working size and length of a quick look. */
const SHEET_CLIP = {
  magnitude: 1,
  seed: 0,
  seconds: 2,
  fps: 12,
  size: 720,
  format: 'gif',
  loop: false,
} as const;

function number(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new UsageError(`${name} must be a number, not "${text}"`);
  return value;
}

function point(text: string): Point {
  const [x, y] = text.split(',').map((part) => number('a click coordinate', part));
  if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) throw new UsageError(`a click is X,Y in 0..1, not "${text}"`);
  return { x, y };
}

const verbs: Record<string, (args: string[]) => Promise<void>> = { parse, hear, mask, sheet, animate };
const [verb, ...args] = process.argv.slice(2);
try {
  if (!verbs[verb]) throw new UsageError(verb ? `no such verb: ${verb}` : 'a verb is needed');
  await verbs[verb](args);
} catch (error) {
  const code = (error as NodeJS.ErrnoException).code;
  if (!(error instanceof UsageError) && code !== 'ENOENT' && !code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(`${(error as Error).message}\n${USAGE}`);
  process.exitCode = 2;
}
