import type { Abort, Detection, Mask, Point, Region } from '../types.ts';
import { apart } from './apart.ts';
import { choose } from './choose.ts';
import { createDetector, distinct, overlap } from './detector.ts';
import type { LocateInput, Locator } from './index.ts';
import { createMaskOf, type MaskOf } from './mask.ts';
import { boxOf, reachOf } from './reach.ts';
import { maskEmpty, nothingUnderClick } from './refusals.ts';

/** Silhouettes that cover less of the picture than SPECK are specks, and without a detection more than NEARLY_ALL are walls. */
const SPECK = 0.0005;
const NEARLY_ALL = 0.95;

/** Loads the detector (about 0.3 s); `detect` then takes some 0.25 s, `locate` as long for each thing. */
export async function createLocator(): Promise<Locator> {
  const [{ detect }, maskOf] = await Promise.all([createDetector(), createMaskOf()]);
  return {
    detect,
    async locate(input, { abort }) {
      abort.throwIfAborted();
      return input.mask ? [await fromMask(input, input.mask)] : fromPicture(input, maskOf, abort);
    },
  };
}

/** The caller's mask is the region; the detector only says what it is. */
async function fromMask(input: LocateInput, mask: Mask): Promise<Region> {
  const { detections } = input;
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
    clicks: pointed(input),
    alternatives: distinct(detections).filter((other) => overlap(other.box, box) < 0.6),
  };
}

async function fromPicture(input: LocateInput, maskOf: MaskOf, abort: Abort): Promise<Region[]> {
  const { picture, command, detections } = input;
  const clicks = pointed(input);
  const {
    detection: first,
    others,
    beyond,
    ...choice
  } = choose(detections, clicks, command?.object, picture);
  const regions: Region[] = [];
  for (const detection of [first, ...others]) {
    const mask = await maskOf(
      { picture, clicks: input.clicks, box: beyond ? undefined : detection?.box },
      abort,
    );
    const box = mask && boxOf(mask);
    if (!mask || !box || isNothing(mask, detection)) continue;
    regions.push({
      ...choice,
      mask,
      reach: await reachOf(mask, box),
      box,
      label: detection?.label ?? command?.object?.label,
      score: detection === first ? choice.score : detection!.score,
      clicks,
    });
    abort.throwIfAborted();
  }
  if (regions.length === 0) throw nothingUnderClick();
  return apart(regions);
}

/** The clicks on the thing. */
const pointed = ({ clicks }: LocateInput): Point[] => clicks.filter(({ exclude }) => !exclude);

/** A region of nearly the whole picture is a wall, not a thing. */
function isNothing(mask: Mask, detection: Detection | undefined): boolean {
  const share = mask.data.reduce((sum, value) => sum + value, 0) / (255 * mask.data.length);
  return share < SPECK || (!detection && share > NEARLY_ALL);
}
