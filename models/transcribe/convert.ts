/**
 * Carries Whisper's weights from a CTranslate2 model.bin over into the external-data file of our own ONNX graphs
 * (models/training/whisper/graph.py builds those, and layout.json, which says what goes where).
 */
import { copyFile, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { readCTranslate2, toFloats } from './ctranslate2.ts';

export interface Layout {
  size: {
    width: number;
    heads: number;
    layers: number;
    mels: number;
    audio_positions: number;
    text_positions: number;
    vocabulary: number;
  };
  precision: 'float32' | 'int8';
  /** Weights that share one scale. */
  block: number;
  /** Of the matrices in attuned.bin; 0 where there are none. */
  rank: number;
  tensors: {
    name: string;
    source: string;
    form: 'float' | 'codes' | 'scales';
    offset: number;
    bytes: number;
  }[];
}

/**
 * Writes weights.bin and copies the graphs beside it. The result is the same bit for bit on every machine.
 * @param model path of model.bin
 * @param graphs folder with encoder.onnx, decoder.onnx, layout.json and, where something was learnt on top, attuned.bin
 * @param folder where the model will be opened from
 */
export async function convertWhisper(model: string, graphs: string, folder: string): Promise<void> {
  const layout: Layout = JSON.parse(await readFile(join(graphs, 'layout.json'), 'utf8'));
  const variables = readCTranslate2(await readFile(model));
  const partial = join(folder, 'weights.bin.partial');
  const file = await open(partial, 'w');
  let quantised: { source: string; codes: Uint8Array; scales: Float32Array } | undefined;
  try {
    for (const { name, source, form, offset, bytes } of layout.tensors) {
      const variable = variables.get(source);
      if (!variable) throw new Error(`the model has no ${source}`);
      if (form !== 'float' && quantised?.source !== source)
        quantised = { source, ...quantise(toFloats(variable), layout.block) };
      const values = form === 'float' ? toFloats(variable) : quantised![form];
      if (values.byteLength !== bytes)
        throw new Error(`${name} holds ${values.byteLength} bytes, not ${bytes}`);
      await file.write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 0, bytes, offset);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  for (const graph of await readdir(graphs)) await copyFile(join(graphs, graph), join(folder, graph));
  await rename(partial, join(folder, 'weights.bin'));
}

/**
 * Symmetric 8-bit weights as ONNX Runtime's MatMulNBits reads them: code 128 is zero, each `block` neighbours of a row
 * share the scale that brings the largest of them to 127.
 */
export function quantise(values: Float32Array, block: number): { codes: Uint8Array; scales: Float32Array } {
  const codes = new Uint8Array(values.length);
  const scales = new Float32Array(values.length / block);
  for (let b = 0; b < scales.length; b++) {
    let largest = 0;
    for (let i = b * block; i < (b + 1) * block; i++) largest = Math.max(largest, Math.abs(values[i]));
    const scale = Math.fround(largest / 127) || 1;
    scales[b] = scale;
    for (let i = b * block; i < (b + 1) * block; i++) codes[i] = Math.round(values[i] / scale) + 128;
  }
  return { codes, scales };
}
