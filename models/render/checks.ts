import { stretchOf } from '../jacobian.ts';
import type { Mask, Picture } from '../types.ts';
import type { MotionField } from './field.ts';
import type { ClipPainter } from './stack.ts';

/** What the motion itself says, before anything is drawn. */
export interface FieldChecks {
  folds: number;
  stretch: { max: number; min: number };
  kink: number;
  motion: number;
}

/** @param times of the frames in seconds of the motion */
export function checkField(field: MotionField, mask: Mask, times: Float64Array): FieldChecks {
  const { mesh, keys } = field;
  const inside = insideCells(field, mask);
  const [largest, smallest]: [number[], number[]] = [[], []];
  let folded = 0;
  for (const key of keys) {
    for (const node of inside) {
      const { area, longest, shortest } = stretchOf(key, node, mesh.columns, mesh.step);
      if (area <= 0) folded++;
      largest.push(longest);
      smallest.push(shortest);
    }
  }
  return {
    folds: largest.length ? folded / largest.length : 0,
    stretch: { max: percentile(largest, 0.99), min: percentile(smallest, 0.01) },
    kink: kinkOf(field, inside),
    motion: meanMotion(field, inside, times),
  };
}

/** First nodes of the cells whose middle lies on the thing. */
function insideCells({ mesh }: MotionField, mask: Mask): number[] {
  const found: number[] = [];
  for (let j = 0; j < mesh.rows - 1; j++) {
    for (let i = 0; i < mesh.columns - 1; i++) {
      const x = Math.floor(mesh.x + (i + 0.5) * mesh.step);
      const y = Math.floor(mesh.y + (j + 0.5) * mesh.step);
      if (x < 0 || y < 0 || x >= mask.width || y >= mask.height) continue;
      if (mask.data[y * mask.width + x] >= 128) found.push(j * mesh.columns + i);
    }
  }
  return found;
}

function percentile(values: number[], share: number): number {
  if (values.length === 0) return 1;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** Mean |second time difference| at key times over that half way between them; 1 where nothing bends, at most 100. */
function kinkOf(field: MotionField, inside: number[]): number {
  const size = field.mesh.columns * field.mesh.rows * 2;
  const maps = [new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  const bend = (time: number) => {
    const h = field.interval / 4;
    maps.forEach((map, k) => {
      field.at(time + (k - 1) * h, map);
    });
    let sum = 0;
    for (const node of inside) {
      const i = 2 * node;
      sum += Math.hypot(
        maps[0][i] - 2 * maps[1][i] + maps[2][i],
        maps[0][i + 1] - 2 * maps[1][i + 1] + maps[2][i + 1],
      );
    }
    return sum;
  };
  let [atKeys, between] = [0, 0];
  for (let k = 1; k < field.keys.length - 1; k++) {
    atKeys += bend(k * field.interval);
    between += bend((k + 0.5) * field.interval);
  }
  // Where nothing bends between the keys, all of it bends at them: the ratio is kept finite.
  return atKeys > 1e-6 ? atKeys / (between + 0.01 * atKeys) : 1;
}

function meanMotion(field: MotionField, inside: number[], times: Float64Array): number {
  const at = new Float32Array(field.mesh.columns * field.mesh.rows * 2);
  let sum = 0;
  for (const time of times) {
    field.at(time, at);
    for (const node of inside) sum += Math.hypot(at[2 * node], at[2 * node + 1]);
  }
  return inside.length ? sum / (inside.length * times.length) : 0;
}

/** Looks at every frame before it is encoded. */
export interface Inspector {
  look(frame: Uint8Array, index: number): void;
  result(): { outside: number; firstFrame: number; sharpness: number; flicker: number };
}

/** @param sharpAt frames whose sharpness is measured, and whose plate is compared with that of the frame before */
export function createInspector(
  picture: Picture,
  painter: Omit<ClipPainter, 'paint'>,
  reach: Mask,
  sharpAt: Set<number>,
): Inspector {
  const { window } = painter;
  const photo = Buffer.from(picture.data.buffer, picture.data.byteOffset, picture.data.byteLength);
  const stride = 3 * picture.width;
  const largest = new Uint8Array(window.width * window.height);
  let [beyond, firstFrame, detail, original] = [0, 0, 0, 0];
  const plate = { frame: new Uint8Array(0), bare: new Uint8Array(0), change: 0, count: 0 };

  /** Largest difference in a run of bytes; the native comparison makes the usual case, none, nearly free. */
  const difference = (frame: Uint8Array, from: number, to: number) => {
    if (to <= from || photo.compare(frame, from, to, from, to) === 0) return 0;
    let most = 0;
    for (let i = from; i < to; i++) most = Math.max(most, Math.abs(frame[i] - photo[i]));
    return most;
  };

  /** How much what is behind the thing has changed since the frame before. */
  const comparePlate = (frame: Uint8Array) => {
    for (let y = 0, i = 0; y < (plate.bare.length ? window.height : 0); y++) {
      for (let x = 0, o = (window.y + y) * stride + 3 * window.x; x < window.width; x++, i++, o += 3) {
        if (!plate.bare[i] || !painter.bare[i]) continue;
        for (let c = 0; c < 3; c++) plate.change += Math.abs(frame[o + c] - plate.frame[o + c]) / 3;
        plate.count++;
      }
    }
  };

  return {
    look(frame, index) {
      if (index === 0) firstFrame = difference(frame, 0, frame.length);
      beyond = Math.max(beyond, difference(frame, 0, window.y * stride));
      beyond = Math.max(beyond, difference(frame, (window.y + window.height) * stride, frame.length));
      for (let y = 0, i = 0; y < window.height; y++) {
        const row = (window.y + y) * stride;
        beyond = Math.max(beyond, difference(frame, row, row + 3 * window.x));
        beyond = Math.max(beyond, difference(frame, row + 3 * (window.x + window.width), row + stride));
        for (let x = 0, o = row + 3 * window.x; x < window.width; x++, i++, o += 3) {
          const change = Math.max(
            Math.abs(frame[o] - photo[o]),
            Math.abs(frame[o + 1] - photo[o + 1]),
            Math.abs(frame[o + 2] - photo[o + 2]),
          );
          if (change > largest[i]) largest[i] = change;
        }
      }
      if (sharpAt.has(index + 1)) Object.assign(plate, { frame: frame.slice(), bare: painter.bare.slice() });
      if (!sharpAt.has(index)) return;
      comparePlate(frame);
      for (let y = 1; y < window.height - 1; y++) {
        for (let x = 1, i = y * window.width + 1; x < window.width - 1; x++, i++) {
          const d = painter.displaced;
          if (!d[i] || !d[i - 1] || !d[i + 1] || !d[i - window.width] || !d[i + window.width]) continue;
          const o = (window.y + y) * stride + 3 * (window.x + x) + 1;
          detail += Math.abs(
            4 * frame[o] - frame[o - 3] - frame[o + 3] - frame[o - stride] - frame[o + stride],
          );
          original += Math.abs(
            4 * photo[o] - photo[o - 3] - photo[o + 3] - photo[o - stride] - photo[o + stride],
          );
        }
      }
    },
    result() {
      let outside = beyond;
      for (let y = 0, i = 0; y < window.height; y++) {
        for (let x = 0; x < window.width; x++, i++) {
          const pixel = (window.y + y) * picture.width + window.x + x;
          if ((!painter.path[i] || reach.data[pixel] < 128) && largest[i] > outside) outside = largest[i];
        }
      }
      return {
        outside,
        firstFrame,
        sharpness: original > 0 ? detail / original : 1,
        flicker: plate.count > 0 ? plate.change / plate.count : 0,
      };
    },
  };
}
