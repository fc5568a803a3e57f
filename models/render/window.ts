/** A rectangle of whole pixels in the picture's coordinates; may reach beyond the picture's edges. */
export interface Window {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function grow(window: Window, by: number): Window {
  return { x: window.x - by, y: window.y - by, width: window.width + 2 * by, height: window.height + 2 * by };
}

/** The common part; width or height 0 where there is none. */
export function intersect(a: Window, b: Window): Window {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x);
  const height = Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y);
  return { x, y, width, height };
}

/** The tight window of all values >= `least` in a [height, width] map, or undefined if there is none. */
export function boundsOf(
  map: ArrayLike<number>,
  width: number,
  height: number,
  least: number,
): Window | undefined {
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0, i = y * width; x < width; x++, i++) {
      if (map[i] < least) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Cuts a window out of a one-byte [height, width] map; beyond the map's edges the nearest edge value is repeated. */
export function cropMap(map: Uint8Array, width: number, height: number, window: Window): Uint8Array {
  const out = new Uint8Array(window.width * window.height);
  for (let y = 0, o = 0; y < window.height; y++) {
    const row = Math.min(height - 1, Math.max(0, window.y + y)) * width;
    for (let x = 0; x < window.width; x++, o++) {
      out[o] = map[row + Math.min(width - 1, Math.max(0, window.x + x))];
    }
  }
  return out;
}

/** The smallest window that holds all of them. */
export function around(windows: Window[]): Window {
  const x = Math.min(...windows.map((it) => it.x));
  const y = Math.min(...windows.map((it) => it.y));
  return {
    x,
    y,
    width: Math.max(...windows.map((it) => it.x + it.width)) - x,
    height: Math.max(...windows.map((it) => it.y + it.height)) - y,
  };
}
