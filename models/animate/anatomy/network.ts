import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { openSession, weightsFile } from '../../session.ts';
import type { Crop } from './crop.ts';
import { DENSE, FACINGS, GLOBALS, GRID, GROUPS, KINDS, PAIRS, POINTS, SINGLES, SIZE } from './tables.ts';

/** Raw answers for one crop. */
export interface Answers {
  /** [POINTS, GRID, GRID] logits of a softmax over the cells. */
  heat: Float32Array;
  /** [DENSE, GRID, GRID] in crop sizes. */
  dense: Float32Array;
  /** [GLOBALS] logits: SINGLES, PAIRS x 3, FACINGS, KINDS. */
  globals: Float32Array;
}

/** What looks at a crop first, and what makes a skeleton of the crop and what was seen. */
export interface Network {
  /** The encoder of the click-to-mask network, which sees edges and parts better than the anatomy network's own few layers. */
  eye: InferenceSession;
  skeleton: InferenceSession;
}

/** Opens the network that `models/training/anatomy` trains and exports. */
export async function openNetwork(): Promise<Network> {
  const [eye, skeleton] = await Promise.all(
    ['masks-encoder', 'anatomy'].map((name) => openSession(weightsFile(`${name}.onnx`))),
  );
  return { eye, skeleton };
}

/**
 * Runs the network on a crop and on its mirror image and takes the mean, which is worth several points of accuracy.
 * @param group index into GROUPS
 */
export async function ask(network: Network, crop: Crop, group: number): Promise<Answers> {
  const [straight, mirrored] = await answersTo(network, [crop, mirrorCrop(crop)], group);
  const back = mirrorAnswers(mirrored);
  const mean = (a: Float32Array, b: Float32Array) => a.map((value, i) => (value + b[i]) / 2);
  return {
    heat: mean(straight.heat, back.heat),
    dense: mean(straight.dense, back.dense),
    globals: mean(straight.globals, back.globals),
  };
}

/** Runs the network on each crop as it is. */
export async function answersTo(
  { eye, skeleton }: Network,
  crops: Crop[],
  group: number,
): Promise<Answers[]> {
  const count = crops.length;
  const word = new Float32Array(count * GROUPS.length);
  for (let i = 0; i < count; i++) word[i * GROUPS.length + group] = 1;
  const seen = [];
  for (const { image } of crops) seen.push(await look(eye, image));
  const planes = (of: (crop: Crop) => Float32Array) =>
    joined(crops.map((crop) => new Tensor('float32', of(crop), [1, 3, SIZE, SIZE])));
  const output = await skeleton.run({
    image: planes(({ image }) => image),
    embedding: joined(seen.map(({ embedding }) => embedding)),
    details: joined(seen.map(({ fine }) => fine)),
    hints: planes(({ hints }) => hints),
    group: new Tensor('float32', word, [count, GROUPS.length]),
  });
  const own = (name: string, i: number) => {
    const data = output[name].data as Float32Array;
    return data.slice((i * data.length) / count, ((i + 1) * data.length) / count);
  };
  return crops.map((_, i) => ({ heat: own('heat', i), dense: own('dense', i), globals: own('globals', i) }));
}

const look = (eye: InferenceSession, image: Float32Array) =>
  eye.run({ photo: new Tensor('float32', image, [1, 3, SIZE, SIZE]) });

/** Tensors [1, ...] as one [n, ...]. */
function joined(tensors: Tensor[]): Tensor {
  const [, ...dims] = tensors[0].dims;
  const data = new Float32Array(tensors.length * tensors[0].size);
  for (const [i, tensor] of tensors.entries()) data.set(tensor.data as Float32Array, i * tensor.size);
  return new Tensor('float32', data, [tensors.length, ...dims]);
}

const mirrorCrop = ({ image, hints }: Crop): Crop => ({
  image: mirrorRows(image, SIZE),
  hints: mirrorRows(hints, SIZE),
});

function mirrorRows(data: Float32Array, width: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let row = 0; row < data.length; row += width) {
    for (let x = 0; x < width; x++) result[row + x] = data[row + width - 1 - x];
  }
  return result;
}

/** Answers for a mirrored crop, as they would be for the crop itself: left is right, and dx changes its sign. */
export function mirrorAnswers({ heat, dense, globals }: Answers): Answers {
  const area = GRID * GRID;
  const turned = mirrorRows(dense, GRID);
  for (let channel = 2; channel < DENSE; channel += 2) {
    for (let i = channel * area; i < (channel + 1) * area; i++) turned[i] = -turned[i];
  }
  const swapped = globals.slice();
  const first = SINGLES.length + 3 * PAIRS.length;
  for (const [i, facing] of FACINGS.entries()) swapped[first + i] = globals[first + mirrorFacing(facing)];
  return { heat: mirrorRows(heat, GRID), dense: turned, globals: swapped };
}

function mirrorFacing(facing: (typeof FACINGS)[number]): number {
  const other = facing.replace(/left|right/, (side) => (side === 'left' ? 'right' : 'left'));
  return (FACINGS as readonly string[]).indexOf(other);
}

/** The parts of GLOBALS by name. */
export function splitGlobals(globals: Float32Array) {
  const pairs = SINGLES.length;
  const facing = pairs + 3 * PAIRS.length;
  const kind = facing + FACINGS.length;
  return {
    singles: globals.subarray(0, pairs),
    pairs: PAIRS.map((_, i) => globals.subarray(pairs + 3 * i, pairs + 3 * i + 3)),
    facing: globals.subarray(facing, kind),
    kind: globals.subarray(kind, kind + KINDS.length),
  };
}

/** Sizes of the outputs, for callers that make Answers by hand. */
export const SIZES = { heat: POINTS.length * GRID * GRID, dense: DENSE * GRID * GRID, globals: GLOBALS };
