/** `npm run -s weights`: fetches the speech weights into the cache, once, with a progress bar. */
import { loadConfig } from '../infra/config.ts';
import { PipelineError } from '../models/errors.ts';
import { ensureWeights } from '../models/weights.ts';
import { showProgress } from './terminal.ts';

const { cacheDir, speech } = loadConfig(process.env);
const bar = showProgress();
try {
  await ensureWeights(speech, {
    cacheDir,
    onProgress: ({ file, bytes, total }) =>
      bar.update(bytes / total, `${file}, ${Math.round(total / 1e6)} MB`),
  });
  bar.end();
} catch (error) {
  bar.end();
  if (!(error instanceof PipelineError)) throw error;
  console.error(`${error.detail.en}\n${error.detail.zh}`);
  process.exitCode = 1;
}
