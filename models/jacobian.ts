/**
 * How displacements change the cells of a regular grid: the Jacobian at a cell's middle, by differences over its corners.
 * @param d displacement of the nodes, [rows, columns, 2]
 * @param i the cell's upper left node
 * @param step between two nodes, in the unit of `d`
 */
function jacobianAt(d: Float32Array, i: number, columns: number, step: number) {
  const [a, c] = [2 * i, 2 * (i + columns)];
  const side = 2 * step;
  const xx = 1 + (d[a + 2] - d[a] + d[c + 2] - d[c]) / side;
  const yx = (d[a + 3] - d[a + 1] + d[c + 3] - d[c + 1]) / side;
  const xy = (d[c] - d[a] + d[c + 2] - d[a + 2]) / side;
  const yy = 1 + (d[c + 1] - d[a + 1] + d[c + 3] - d[a + 3]) / side;
  return { xx, yx, xy, yy };
}

/** Share of its area that a cell keeps; 0 or less where it turns over. */
export function areaOf(d: Float32Array, i: number, columns: number, step: number): number {
  const { xx, yx, xy, yy } = jacobianAt(d, i, columns, step);
  return xx * yy - xy * yx;
}

/** The same, and the largest and smallest factor by which the cell is stretched in any direction (singular values). */
export function stretchOf(d: Float32Array, i: number, columns: number, step: number) {
  const { xx, yx, xy, yy } = jacobianAt(d, i, columns, step);
  const area = xx * yy - xy * yx;
  const half = (xx * xx + xy * xy + yx * yx + yy * yy) / 2;
  const root = Math.sqrt(Math.max(0, half * half - area * area));
  return { area, longest: Math.sqrt(half + root), shortest: Math.sqrt(Math.max(0, half - root)) };
}
