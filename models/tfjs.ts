import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import { withoutNewListeners } from './locate/listeners.ts';

const require = createRequire(import.meta.url);
let started: Promise<void> | undefined;

/**
 * Opens a TensorFlow.js graph model of the package @vladmandic/human (MIT) from disk, to be run by the WASM backend.
 * @param name file name without its ending, e.g. `movenet-lightning`
 */
export async function openGraph(name: string): Promise<GraphModel> {
  started ??= start();
  await started;
  const folder = join(dirname(require.resolve('@vladmandic/human')), '..', 'models');
  const { modelTopology, weightsManifest } = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
  const weights = await readFile(join(folder, `${name}.bin`));
  return loadGraphModel({
    load: async () => ({
      modelTopology,
      weightSpecs: weightsManifest[0].weights,
      weightData: new Uint8Array(weights).buffer,
    }),
  });
}

async function start(): Promise<void> {
  setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  await withoutNewListeners(async () => {
    await setBackend('wasm');
    await ready();
  });
}
