import type { Abort, Mask, Region } from '../types.ts';
import { type Choice, choose } from './choose.ts';
import { createDetector, distinct, overlap } from './detector.ts';
import { NEARLY_ALL } from './grow.ts';
import type { LocateInput, Locator } from './index.ts';
import { maskOf } from './mask.ts';
import { boxOf, reachOf } from './reach.ts';
import { maskEmpty, nothingUnderClick } from './refusals.ts';

/** Smaller silhouettes than this share of the picture are specks. */
const SPECK = 0.0005;

/** Loads the detector (about 0.3 s); `detect` then takes some 0.25 s, `locate` 0.3 to 1 s. */
export async function createLocator(): Promise<Locator> {
  const { detect } = await createDetector();
  return {
    detect,
    async locate(input, { abort }) {
      abort.throwIfAborted();
      return input.mask ? fromMask(input, input.mask) : fromPicture(input, abort);
    },
  };
}

/** The caller's mask is the region; the detector only says what it is. */
async function fromMask({ detections, ...input }: LocateInput, mask: Mask): Promise<Region> {
  const box = boxOf(mask);
  if (!box) throw maskEmpty();
  const same = detections.find((detection) => overlap(detection.box, box) > 0.4);
  return {
    mask,
    reach: await reachOf(mask, box),
    box,
    label: input.command?.object?.label ?? same?.label,
    score: 1,
    source: 'mask',
    clicks: input.clicks,
    alternatives: distinct(detections).filter((other) => overlap(other.box, box) < 0.6),
  };
}

async function fromPicture(input: LocateInput, abort: Abort): Promise<Region> {
  const { picture, clicks, command, detections } = input;
  const choice = choose(detections, clicks, command?.object, picture);
  const mask = await maskOf({ picture, clicks, box: choice.detection?.box }, abort);
  const box = mask && boxOf(mask);
  if (!mask || !box || isNothing(mask, choice)) throw nothingUnderClick();
  abort.throwIfAborted();
  return {
    mask,
    reach: await reachOf(mask, box),
    box,
    label: choice.detection?.label ?? command?.object?.label,
    score: choice.score,
    source: choice.source,
    clicks,
    alternatives: choice.alternatives,
  };
}

/** A colour region of nearly the whole picture is a wall, not a thing. */
function isNothing(mask: Mask, { detection }: Choice): boolean {
  const share = mask.data.reduce((sum, value) => sum + value, 0) / (255 * mask.data.length);
  return share < SPECK || (!detection && share > NEARLY_ALL);
}
