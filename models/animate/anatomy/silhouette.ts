import type { Mask, Point } from '../../types.ts';
import { sweep } from '../grid.ts';

/** Questions that a mask's shape answers. Pixels of the picture; inside means 128 or more. */
export class Silhouette {
  readonly mask: Mask;
  /** The box's longest side in pixels. */
  readonly size: number;
  readonly extent: { x0: number; y0: number; x1: number; y1: number };

  constructor(mask: Mask, extent: { x0: number; y0: number; x1: number; y1: number }) {
    this.mask = mask;
    this.extent = extent;
    this.size = Math.max(extent.x1 - extent.x0, extent.y1 - extent.y0);
  }

  has(p: Point): boolean {
    const { width, height, data } = this.mask;
    const [x, y] = [Math.floor(p.x), Math.floor(p.y)];
    return x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] >= 128;
  }

  /** The nearest place inside, found ring by ring; undefined if it is farther than `reach` pixels. */
  nearest(p: Point, reach: number): Point | undefined {
    if (this.has(p)) return p;
    let best: Point | undefined;
    let near = reach;
    for (let r = 1; r <= near; r++) {
      for (let i = -r; i <= r; i++) {
        for (const [dx, dy] of [
          [i, -r],
          [i, r],
          [-r, i],
          [r, i],
        ]) {
          const far = Math.hypot(dx, dy);
          const q = { x: p.x + dx, y: p.y + dy };
          if (far <= near && this.has(q)) {
            near = far;
            best = q;
          }
        }
      }
    }
    return best;
  }

  /** Walks straight down while inside, at most `reach` pixels: from somewhere in a paw to the ground. */
  lowest(p: Point, reach: number): Point {
    let y = p.y;
    while (y - p.y < reach && this.has({ x: p.x, y: y + 1 })) y++;
    return { x: p.x, y };
  }

  /** Centre, the direction of the longest spread, and the two ends of the mask along it. */
  axis(): { from: Point; to: Point } {
    let [n, sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0, 0];
    this.#each((x, y) => {
      n++;
      sx += x;
      sy += y;
      sxx += x * x;
      sxy += x * y;
      syy += y * y;
    });
    const [cx, cy] = [sx / n, sy / n];
    const angle = Math.atan2(2 * (sxy / n - cx * cy), sxx / n - cx * cx - syy / n + cy * cy) / 2;
    const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
    let [low, high] = [0, 0];
    this.#each((x, y) => {
      const along = (x - cx) * ux + (y - cy) * uy;
      low = Math.min(low, along);
      high = Math.max(high, along);
    });
    return { from: { x: cx + low * ux, y: cy + low * uy }, to: { x: cx + high * ux, y: cy + high * uy } };
  }

  /** The place deepest inside, and how far it is from the outside (chamfer distance, pixels). */
  heart(): { middle: Point; radius: number } {
    const { x0, y0, x1, y1 } = this.extent;
    const [width, height] = [x1 - x0 + 2, y1 - y0 + 2];
    const inside = new Uint8Array(width * height);
    this.#each((x, y) => {
      inside[(Math.floor(y) - y0 + 1) * width + Math.floor(x) - x0 + 1] = 1;
    });
    const depth = sweep(width, height, 1, inside, (at) => inside[at] === 0).distance;
    let heart = depth.length - 1;
    for (let at = heart; at >= 0; at--) if (depth[at] > depth[heart]) heart = at;
    const middle = { x: x0 - 0.5 + (heart % width), y: y0 - 0.5 + Math.floor(heart / width) };
    return { middle, radius: depth[heart] };
  }

  /** The place inside that is farthest from `p` of those that are `wanted`. */
  farthest(p: Point, wanted: (place: Point) => boolean): Point | undefined {
    let best: Point | undefined;
    let most = 0;
    this.#each((x, y) => {
      const far = Math.hypot(x - p.x, y - p.y);
      if (far <= most || !wanted({ x, y })) return;
      most = far;
      best = { x, y };
    });
    return best;
  }

  #each(visit: (x: number, y: number) => void): void {
    const { x0, y0, x1, y1 } = this.extent;
    for (let y = y0; y < y1; y++) {
      for (let x = x0; x < x1; x++) {
        if (this.mask.data[y * this.mask.width + x] >= 128) visit(x + 0.5, y + 0.5);
      }
    }
  }
}
