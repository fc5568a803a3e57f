/**
 * `make demo`: starts the service and gives it the main job over HTTP: a photo, a spoken English command and a
 * Chinese one, with the progress as it streams. Leaves the videos in out/.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../infra/config.ts';
import { startLocal } from './local.ts';
import { showProgress } from './terminal.ts';

interface Take {
  out: string;
  image: string;
  fields: Record<string, string>;
  /** A recording, sent as a file. */
  audio?: string;
}

const CHELSEA = 'examples/photos/chelsea.jpg';
const TAKES: Take[] = [
  {
    out: 'cat-turns-head.mp4',
    image: CHELSEA,
    audio: 'examples/audio/make-the-cat-turn-its-head.flac',
    fields: { seed: '7' },
  },
  {
    out: 'cat-moves.mp4',
    image: CHELSEA,
    audio: 'examples/audio/rang-xiao-mao-dong-yi-dong.flac',
    fields: { seed: '3' },
  },
  {
    out: 'cat-tilts-head.gif',
    image: CHELSEA,
    fields: {
      command: '让这只猫歪歪头',
      clicks: '[{"x":0.5,"y":0.45}]',
      seed: '5',
      format: 'gif',
      size: '360',
      fps: '15',
    },
  },
];

/** The parts of a job that the demo shows. */
interface JobView {
  id: string;
  status: string;
  progress: { stage: string; percent: number; etaSeconds: number | null };
  transcript?: { text: string; language: string; confidence: number };
  command?: Record<string, unknown>;
  region?: Record<string, unknown>;
  report?: { outside: number; magnitude: Record<string, number>; msPerStage: Record<string, number> };
  error?: { code: string; detail: string };
}

const data = await mkdtemp(join(tmpdir(), 'waggle-demo-'));
const service = await startLocal(
  loadConfig({ ...process.env, WAGGLE_DATA: data, WAGGLE_PORT: '0', WAGGLE_LOG_LEVEL: 'warn' }),
);
console.log(`The service listens on ${service.url}\n`);
try {
  await mkdir('out', { recursive: true });
  for (const take of TAKES) await perform(service.url, take);
} finally {
  await service.stop();
  await rm(data, { recursive: true, force: true });
}

async function perform(url: string, take: Take): Promise<void> {
  const form = new FormData();
  form.set('image', new Blob([await readFile(take.image)]), 'photo.jpg');
  if (take.audio) form.set('audio', new Blob([await readFile(take.audio)]), 'command.flac');
  for (const [name, value] of Object.entries(take.fields)) form.set(name, value);

  const said = take.audio ? `(spoken) ${take.audio}` : take.fields.command;
  console.log(`POST /v1/animations  ${take.image}  ${said}`);
  const accepted = await fetch(`${url}/v1/animations`, { method: 'POST', body: form });
  const created = (await accepted.json()) as JobView;
  if (accepted.status !== 202) throw new Error(`Not accepted: ${JSON.stringify(created)}`);

  await follow(`${url}/v1/animations/${created.id}/events`);
  const job = (await (await fetch(`${url}/v1/animations/${created.id}`)).json()) as JobView;
  if (job.status !== 'succeeded')
    throw new Error(`The job ${job.status}: ${job.error?.code} ${job.error?.detail}`);

  const video = await fetch(`${url}/v1/animations/${created.id}/video`);
  await writeFile(join('out', take.out), Buffer.from(await video.arrayBuffer()));
  show(job, take.out);
}

/** Draws the progress bar from the event stream until the job has ended. */
async function follow(url: string): Promise<void> {
  const bar = showProgress();
  const response = await fetch(url, { headers: { accept: 'text/event-stream' } });
  let pending = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const events = (pending + chunk).split('\n\n');
    pending = events.pop()!;
    for (const event of events) {
      const data = event
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5))
        .join('\n');
      if (!data) continue;
      const seen = JSON.parse(data) as JobView | JobView['progress'];
      const { percent, stage } = 'progress' in seen ? seen.progress : seen; // the last event is the whole job
      bar.update(percent / 100, stage);
    }
  }
  bar.end();
}

function show(job: JobView, out: string): void {
  const report = job.report!;
  if (job.transcript)
    console.log(
      `  heard       ${job.transcript.text}  [${job.transcript.language}, ${job.transcript.confidence.toFixed(2)}]`,
    );
  console.log(`  understood  ${JSON.stringify(job.command)}`);
  console.log(`  region      ${JSON.stringify(job.region)}`);
  const { asked, measured } = report.magnitude;
  console.log(`  outside     largest change of any pixel: ${report.outside}`);
  console.log(
    `  magnitude   asked ${asked.toFixed(4)}, measured ${measured.toFixed(4)} of the object's size`,
  );
  console.log(
    `  ms          ${Object.entries(report.msPerStage)
      .map(([stage, ms]) => `${stage} ${ms}`)
      .join('  ')}`,
  );
  console.log(`  wrote       out/${out}\n`);
}
