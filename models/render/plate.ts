import { seededRandom } from '../random.ts';
import type { Abort } from '../types.ts';
import { boxBlur, gaussianBlur } from './blur.ts';
import { pushPull } from './push-pull.ts';
import { type Colours, quilt } from './quilt.ts';

/**
 * What is behind the thing: the hole filled by quilting where the surroundings have texture, by a smooth membrane with
 * their grain where they have none.
 * @param image the photo, changed in place where the hole is to be filled
 * @param hole [height, width], 0 = the photo's own background, 1 = hidden but never seen, 2 = to be filled
 * @param longSide of the whole picture in pixels
 */
export function fillPlate(image: Colours, hole: Uint8Array, longSide: number, abort: Abort): void {
  const { width, height } = image;
  const texture = textureLevel(image, hole, Math.round(longSide / 36));
  abort.throwIfAborted();
  const smooth = membrane(image, hole);
  addGrain(smooth, hole, texture);
  abort.throwIfAborted();
  // Quilting starts on the membrane, so that a picture with nothing to copy from still gets a sound plate.
  const wanted = hole.map((value) => (value === 2 ? 1 : 0));
  for (let i = 0; i < hole.length; i++)
    if (wanted[i]) for (let c = 0; c < 3; c++) image.data[3 * i + c] = smooth[3 * i + c];
  quilt(
    image,
    wanted,
    hole.map((value) => (value === 0 ? 1 : 0)),
    Math.max(6, Math.round(longSide / 36)),
    abort,
  );
  for (let i = 0; i < width * height; i++) {
    if (!wanted[i]) continue;
    const t = Math.min(1, Math.max(0, (texture[i] - 1.2) / 1.8));
    for (let c = 0; c < 3; c++)
      image.data[3 * i + c] = smooth[3 * i + c] + t * (image.data[3 * i + c] - smooth[3 * i + c]);
  }
}

/** Mean |I - G2*I| of the surroundings, spread over the hole; grey levels. */
function textureLevel({ data, width, height }: Colours, hole: Uint8Array, radius: number): Float32Array {
  const grey = new Float32Array(hole.length);
  const weight = new Float32Array(hole.length);
  for (let i = 0; i < hole.length; i++) {
    weight[i] = hole[i] ? 0 : 1;
    grey[i] = (data[3 * i] + data[3 * i + 1] + data[3 * i + 2]) / 3;
  }
  pushPull(grey, weight, width, height, 1);
  const blurred = gaussianBlur(grey, width, height, 2);
  for (let i = 0; i < hole.length; i++) blurred[i] = hole[i] ? 0 : Math.abs(grey[i] - blurred[i]);
  const sum = boxBlur(blurred, width, height, radius);
  const count = boxBlur(weight, width, height, radius);
  for (let i = 0; i < hole.length; i++) {
    weight[i] = Math.min(1, 4 * count[i]);
    sum[i] = count[i] > 0 ? sum[i] / count[i] : 0;
  }
  pushPull(sum, weight, width, height, 1);
  return sum;
}

/** The smoothest surface through the hole's rim: push-pull, then a few sweeps of Laplace's equation. */
function membrane({ data, width, height }: Colours, hole: Uint8Array): Float32Array {
  const out = data.slice();
  const weight = new Float32Array(hole.length);
  for (let i = 0; i < hole.length; i++) weight[i] = hole[i] ? 0 : 1;
  pushPull(out, weight, width, height, 3);
  for (let sweep = 0; sweep < 24; sweep++) {
    for (let y = 0; y < height; y++) {
      const up = y > 0 ? -3 * width : 0;
      const down = y < height - 1 ? 3 * width : 0;
      for (let x = 0; x < width; x++) {
        if (!hole[y * width + x]) continue;
        const i = 3 * (y * width + x);
        const left = x > 0 ? -3 : 0;
        const right = x < width - 1 ? 3 : 0;
        for (let c = i; c < i + 3; c++) {
          const mean = (out[c + up] + out[c + down] + out[c + left] + out[c + right]) / 4;
          out[c] += 1.6 * (mean - out[c]);
        }
      }
    }
  }
  return out;
}

/** Sensor noise as strong as the surroundings' finest detail; without it smooth fills look like plastic. */
function addGrain(colours: Float32Array, hole: Uint8Array, texture: Float32Array): void {
  const random = seededRandom(2);
  for (let i = 0; i < hole.length; i++) {
    if (!hole[i]) continue;
    // Three uniform numbers make a nearly normal one; 1.25 turns mean |x| into a standard deviation.
    const noise = (random() + random() + random() - 1.5) * 2 * 1.25 * Math.min(3, texture[i]);
    for (let c = 0; c < 3; c++) colours[3 * i + c] += noise;
  }
}
