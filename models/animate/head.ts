import { type Geometry, HEAD } from './bones.ts';

/**
 * Depth of a head towards the viewer, in object units, at an offset from the middle of its box: a round skull and a
 * muzzle. Turning by `yaw` moves a point sideways by depth * sin(yaw), by `pitch` down by depth * sin(pitch): the
 * parallax that one affine map cannot give (same formula as models/training/motion/bones.py).
 */
export function headDepth(dx: number, dy: number, g: Geometry): number {
  const width = 0.5 * (g.half.x + g.half.y);
  const r2 = (dx / Math.max(1e-6, g.half.x)) ** 2 + (dy / Math.max(1e-6, g.half.y)) ** 2;
  return width * (0.9 * Math.exp(-r2 / 1.8) + 0.25 * Math.exp(-r2 / 0.18));
}

/** Depth at every node, weighted by how much of the node belongs to the head (ears included). */
export function headRelief(
  g: Geometry,
  nodes: { x: Float32Array; y: Float32Array },
  weights: Float32Array,
): Float32Array | undefined {
  if (!g.visible[HEAD]) return undefined;
  const count = nodes.x.length;
  const relief = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const own = weights[HEAD * count + i] + weights[(HEAD + 1) * count + i] + weights[(HEAD + 2) * count + i];
    if (own > 1e-3)
      relief[i] = own * headDepth(nodes.x[i] - g.end[HEAD * 2], nodes.y[i] - g.end[HEAD * 2 + 1], g);
  }
  return relief;
}
