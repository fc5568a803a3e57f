/**
 * `npm run bench`: how long each stage takes, as medians of five runs after one to warm up, on the embedded service with
 * a photo of 512 px, 2 s at 24 fps, over HTTP. Figures are for reading; nothing fails by them.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { startLocal } from '../../handlers/local.ts';
import { loadConfig } from '../../infra/config.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, size: { type: 'string', default: '512' } },
});
const runs = Number(values.runs);
const photo = await sharp('examples/photos/chelsea.jpg')
  .resize({ width: Number(values.size) })
  .jpeg({ quality: 92 })
  .toBuffer();
const spoken = await readFile('examples/audio/make-the-cat-turn-its-head.flac');

interface Sample {
  accept: number;
  firstEvent: number;
  total: number;
  health: number;
  stages: Record<string, number>;
}

const data = await mkdtemp(join(tmpdir(), 'waggle-bench-'));
const service = await startLocal(
  loadConfig({ ...process.env, WAGGLE_DATA: data, WAGGLE_PORT: '0', WAGGLE_LOG_LEVEL: 'warn' }),
);
try {
  await service.ready();
  const typed = await measure(() => ({ command: 'make the cat turn its head' }));
  const heard = await measure(() => ({ audio: spoken }));
  print({ typed, heard });
} finally {
  await service.stop();
  await rm(data, { recursive: true });
}

async function measure(words: () => { command?: string; audio?: Buffer }): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let run = 0; run <= runs; run++) {
    const sample = await once(words());
    if (run > 0) samples.push(sample);
  }
  return samples;
}

async function once({ command, audio }: { command?: string; audio?: Buffer }): Promise<Sample> {
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(photo)]), 'photo.jpg');
  if (command) form.set('command', command);
  if (audio) form.set('audio', new Blob([new Uint8Array(audio)]), 'command.flac');
  form.set('seed', '7');
  form.set('size', values.size);

  const begun = performance.now();
  const response = await fetch(`${service.url}/v1/animations`, { method: 'POST', body: form });
  const { id } = (await response.json()) as { id: string };
  const accept = performance.now() - begun;
  const events = await fetch(`${service.url}/v1/animations/${id}/events`);
  let firstEvent = 0;
  let health = 0;
  for await (const _ of events.body!) {
    firstEvent ||= performance.now() - begun;
    const asked = performance.now();
    await (await fetch(`${service.url}/healthz`)).arrayBuffer();
    health = Math.max(health, performance.now() - asked);
  }
  const total = performance.now() - begun;
  const job = (await (await fetch(`${service.url}/v1/animations/${id}`)).json()) as {
    status: string;
    error?: unknown;
    report: { msPerStage: Record<string, number> };
  };
  if (job.status !== 'succeeded') throw new Error(JSON.stringify(job.error));
  return { accept, firstEvent, health, total, stages: job.report.msPerStage };
}

function print(all: Record<string, Sample[]>): void {
  const names = Object.keys(all);
  console.log(`medians of ${runs}, ms (${values.size} px, 2 s at 24 fps)\n`);
  console.log(['stage'.padEnd(24), ...names.map((name) => name.padStart(8))].join(''));
  const row = (label: string, pick: (sample: Sample) => number) =>
    console.log(
      [
        label.padEnd(24),
        ...names.map((name) => String(Math.round(median(all[name].map(pick)))).padStart(8)),
      ].join(''),
    );
  row('accept', (it) => it.accept);
  row('first event', (it) => it.firstEvent);
  for (const stage of Object.keys(all.heard[0].stages)) row(stage, (it) => it.stages[stage] ?? 0);
  row('words to video', (it) => it.total);
  row('/healthz while it runs', (it) => it.health);
  console.log(`\nmemory of the process, peak: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
