import type { Mask, Region } from '../types.ts';
import { loadOpenCv } from './opencv.ts';
import { distanceTo } from './shape.ts';

/**
 * Several things that move in one picture, with disjoint silhouettes and reaches: a pixel that more than one could reach belongs to
 * the nearest, and one that more than one holds to the surest. Things that are mostly part of another are dropped (a
 * detector may see one bird twice).
 */
export async function apart<R extends Region>(regions: R[]): Promise<R[]> {
  if (regions.length < 2) return regions;
  const distinct = regions.filter((one, i) =>
    regions.slice(0, i).every((other) => shared(one.mask, other.mask) < 0.5),
  );
  const { cv } = await loadOpenCv();
  const away = distinct.map(({ mask }) => distanceTo(cv, mask, 128));
  return distinct.map((region, k) => {
    const nearest = (i: number) =>
      away.every((other, j) => (j < k ? other[i] > away[k][i] : other[i] >= away[k][i]));
    const own = ({ width, height, data }: Mask) => ({
      width,
      height,
      data: data.map((value, i) => (value > 0 && nearest(i) ? value : 0)),
    });
    return { ...region, mask: own(region.mask), reach: own(region.reach) };
  });
}

/** Share of the smaller mask that the other holds too. */
function shared(one: Mask, other: Mask): number {
  let [both, a, b] = [0, 0, 0];
  for (let i = 0; i < one.data.length; i++) {
    const [p, q] = [one.data[i] >= 128, other.data[i] >= 128];
    if (p) a++;
    if (q) b++;
    if (p && q) both++;
  }
  return both / Math.max(1, Math.min(a, b));
}
