import sharp, { type OverlayOptions } from 'sharp';
import type { Picture, Region } from '../types.ts';
import type { MotionField } from './field.ts';
import type { Window } from './window.ts';

/** What the sheet shows of one thing that moves. */
export interface SheetLayer {
  field: MotionField;
  /** 0..1 over `alphaWindow`. */
  alpha: Float32Array;
  alphaWindow: Window;
  /** The picture with the hole filled; absent where nothing is uncovered. */
  plate?: Uint8Array;
  /** Of the frames, seconds of the motion. */
  times: Float64Array;
}

const FRAMES = 6;
const COLUMNS = 4;
/** Longest side of a cell, and the gap between two, pixels. */
const CELL = 360;
const GAP = 6;
/** Grey under the matte, so that its soft edge shows against black and white. */
const GROUND = [70, 70, 90];

/**
 * A contact sheet: photo, mask, matte, plate, flow where it is strongest, and six frames from first to last. Flow has the hue of its
 * direction (right red, down yellow-green, left cyan, up violet) and the saturation of its length.
 */
export function createSheet(picture: Picture, regions: Region[], layers: SheetLayer[], frames: number) {
  const shown = new Set(
    Array.from({ length: FRAMES }, (_, k) => Math.round((k * (frames - 1)) / (FRAMES - 1))),
  );
  const kept: Uint8Array[] = [];
  return {
    look(frame: Uint8Array, index: number): void {
      if (shown.has(index)) kept.push(frame.slice());
    },
    /** @returns JPEG */
    async draw(): Promise<Uint8Array> {
      const cells = [
        picture.data,
        maskPicture(picture, regions),
        mattePicture(picture, layers),
        platePicture(picture, layers),
        flowPicture(picture, layers),
        ...kept,
      ];
      return tile(picture, cells);
    },
  };
}

async function tile({ width, height }: Picture, cells: Uint8Array[]): Promise<Uint8Array> {
  const scale = Math.min(1, CELL / Math.max(width, height));
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const parts: OverlayOptions[] = await Promise.all(
    cells.map(async (data, k) => ({
      input: await sharp(data, { raw: { width, height, channels: 3 } })
        .resize(w, h, { fit: 'fill' })
        .raw()
        .toBuffer(),
      raw: { width: w, height: h, channels: 3 },
      left: GAP + (k % COLUMNS) * (w + GAP),
      top: GAP + Math.floor(k / COLUMNS) * (h + GAP),
    })),
  );
  const rows = Math.ceil(cells.length / COLUMNS);
  const sheet = sharp({
    create: {
      width: COLUMNS * (w + GAP) + GAP,
      height: rows * (h + GAP) + GAP,
      channels: 3,
      background: '#202020',
    },
  });
  return new Uint8Array(await sheet.composite(parts).jpeg({ quality: 92 }).toBuffer());
}

/** The photo, darkened outside the silhouettes. */
function maskPicture({ data }: Picture, regions: Region[]): Uint8Array {
  return data.map((value, o) => {
    const i = Math.floor(o / 3);
    const inside = Math.max(...regions.map(({ mask }) => mask.data[i])) / 255;
    return Math.min(255, value * (0.25 + 0.75 * inside) + (o % 3 === 0 ? 40 * inside : 0));
  });
}

/** The things alone, on plain ground. */
function mattePicture({ width, data }: Picture, layers: SheetLayer[]): Uint8Array {
  const out = data.map((_, o) => GROUND[o % 3]);
  for (const { alpha, alphaWindow: window } of layers) {
    for (let y = 0, i = 0; y < window.height; y++) {
      for (let x = 0; x < window.width; x++, i++) {
        if (alpha[i] <= 0) continue;
        const o = 3 * ((window.y + y) * width + window.x + x);
        for (let c = 0; c < 3; c++) out[o + c] += alpha[i] * (data[o + c] - out[o + c]);
      }
    }
  }
  return out;
}

/** The photo with every hole filled. */
function platePicture({ data }: Picture, layers: SheetLayer[]): Uint8Array {
  const out = data.slice();
  for (const { plate } of layers) {
    plate?.forEach((value, o) => {
      if (value !== data[o]) out[o] = value;
    });
  }
  return out;
}

/** Displacement at the frame that is farthest from the photo, as colours. */
function flowPicture({ width, height }: Picture, layers: SheetLayer[]): Uint8Array {
  const out = new Uint8Array(width * height * 3).fill(255);
  for (const { field, alpha, alphaWindow: window, times } of layers) {
    const { mesh } = field;
    const { at, most } = furthest(field, times);
    if (most === 0) continue;
    for (let y = 0, i = 0; y < window.height; y++) {
      for (let x = 0; x < window.width; x++, i++) {
        if (alpha[i] < 0.5) continue;
        const column = Math.round((window.x + x - mesh.x) / mesh.step);
        const row = Math.round((window.y + y - mesh.y) / mesh.step);
        const node =
          2 *
          (Math.min(mesh.rows - 1, Math.max(0, row)) * mesh.columns +
            Math.min(mesh.columns - 1, Math.max(0, column)));
        out.set(colourOf(at[node] / most, at[node + 1] / most), 3 * ((window.y + y) * width + window.x + x));
      }
    }
  }
  return out;
}

function furthest(field: MotionField, times: Float64Array): { at: Float32Array; most: number } {
  const map = new Float32Array(field.mesh.columns * field.mesh.rows * 2);
  let best = { at: map.slice(), most: 0, total: 0 };
  for (const time of times) {
    field.at(time, map);
    let [total, most] = [0, 0];
    for (let i = 0; i < map.length; i += 2) {
      const length = Math.hypot(map[i], map[i + 1]);
      total += length;
      if (length > most) most = length;
    }
    if (total > best.total) best = { at: map.slice(), most, total };
  }
  return best;
}

/** RGB of a displacement of at most length 1. */
function colourOf(x: number, y: number): [number, number, number] {
  const strength = Math.min(1, Math.hypot(x, y)) ** 0.7;
  const hue = ((Math.atan2(y, x) / (2 * Math.PI) + 1) % 1) * 6;
  const channel = (shift: number) => {
    const k = (shift + hue) % 6;
    return 255 * (1 - strength * Math.max(0, Math.min(k, 4 - k, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}
