/**
 * Animates a photo from the command line.
 *
 *     WAGGLE_URL=http://127.0.0.1:8080 node --import tsx animate.ts photo.jpg 'make the cat nod' cat.mp4
 *
 * WAGGLE_KEY is an API key, where the service wants one.
 */
import { openAsBlob } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createClient } from './client.ts';
import { Problem } from './problem.ts';

const [photo, command, output] = process.argv.slice(2);
const { WAGGLE_URL = 'http://127.0.0.1:8080', WAGGLE_KEY } = process.env;
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

try {
  const { job, video } = await createClient(WAGGLE_URL, { key: WAGGLE_KEY }).animate(
    await openAsBlob(photo),
    command,
    {
      onProgress: ({ stage, percent }) => console.log(`${stage} ${percent} %`),
      signal: interrupted.signal,
    },
  );
  await writeFile(output, video.stream());
  console.log(`${job.command?.prompt}: ${output}, ${video.size} bytes`);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(`${error.code}: ${error.message}`);
  for (const { pointer, detail } of error.details.errors ?? []) console.error(`  ${pointer} ${detail}`);
  process.exitCode = 1;
}
