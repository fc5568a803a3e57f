import type { Abort, Box, Candidate, Command, Detection, Mask, Point, Region } from '../types.ts';
import { apart } from './apart.ts';
import { bearsName, isRelated, nounOf } from './candidates.ts';
import { choose } from './choose.ts';
import { type ColouredIn, createColouredIn } from './colour.ts';
import { createDetector, type Detector, distinct, type Find, overlap, SAME_THING } from './detector.ts';
import type { LocateInput, Locator } from './index.ts';
import { createMaskOf, type MaskOf } from './mask.ts';
import { openMaskNetwork } from './network.ts';
import { type Align, createClip } from './open-vocabulary/clip.ts';
import type { HubModel } from './open-vocabulary/hub.ts';
import { createOwlVit } from './open-vocabulary/owlvit.ts';
import { createSam } from './open-vocabulary/sam.ts';
import { boxOf, reachOf } from './reach.ts';
import { absent, maskEmpty, noneProminent, nothingUnderClick } from './refusals.ts';
import { openSee } from './see.ts';
import { createStuffIn, type StuffIn, stuffNamed } from './stuff.ts';

/** Silhouettes that cover less of the picture than SPECK are specks, and without a detection more than NEARLY_ALL are walls. */
const SPECK = 0.0005;
const NEARLY_ALL = 0.95;
/** Things whose colours are compared. */
const MOST_COLOURED = 12;

/** Optional models, by their names on the Hugging Face hub; weights.json names one for each. */
export interface OpenVocabulary {
  /** Folder that they are kept in. */
  cacheDir: string;
  /** Finds things that the detector has no word for. */
  owlvit?: string;
  /** Takes the place of our click-to-mask network. */
  sam?: string;
  /** Compares what was seen with the words. */
  clip?: string;
}

/**
 * Loads the detector (about 0.3 s); `detect` then takes some 0.25 s, `locate` as long for each thing.
 * @param options absent: nothing but what the repository and its packages contain
 */
export async function createLocator(options?: OpenVocabulary): Promise<Locator> {
  const from = <T>(create: (model: HubModel) => T, name: string | undefined) =>
    options && name ? create({ name, cacheDir: options.cacheDir }) : undefined;
  const [{ detect, sizeAt }, network] = await Promise.all([createDetector(), openMaskNetwork()]);
  const [maskOf, stuffIn] = await Promise.all([
    createMaskOf(from(createSam, options?.sam) ?? (await openSee(network))),
    createStuffIn(network),
  ]);
  const eyes = {
    maskOf,
    stuffIn,
    colouredIn: createColouredIn(network),
    sizeAt,
    find: from(createOwlVit, options?.owlvit),
    align: from(createClip, options?.clip),
  };
  return {
    detect,
    async locate(input, { abort }) {
      abort.throwIfAborted();
      return input.mask ? [await fromMask(input, input.mask)] : fromPicture(input, eyes, abort);
    },
  };
}

interface Eyes {
  maskOf: MaskOf;
  stuffIn: StuffIn;
  colouredIn: ColouredIn;
  sizeAt: Detector['sizeAt'];
  find?: Find;
  align?: Align;
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

async function fromPicture(input: LocateInput, eyes: Eyes, abort: Abort): Promise<Region[]> {
  const { picture, command } = input;
  const clicks = pointed(input);
  const { detections, alike } = await consider(input, eyes, abort);
  const stuff = await fromStuff(input, detections, eyes, abort);
  if (stuff) return [stuff];
  const which = command?.which;
  const coloured = await colours(input, detections, eyes, abort);
  const {
    detection: first,
    rivals,
    others,
    beyond,
    ...choice
  } = choose(detections, clicks, command?.object, picture, { alike, which, coloured });
  const around = clicks.length ? await eyes.sizeAt(picture, clicks[0]) : undefined;
  const size = around && holding(around, clicks);
  const regions: Region[] = [];
  for (const detection of [first, ...others]) {
    const seen = detection ? [detection, ...(detection === first ? rivals : [])] : [];
    const hints = beyond ? [] : seen;
    const mask = await eyes.maskOf({ picture, clicks: input.clicks, hints, size }, abort);
    const box = mask && boxOf(mask);
    if (!mask || !box || isNothing(mask, detection)) continue;
    // Where what was cut out is one of the rivals, it bears that one's name.
    const named = seen.find((one) => overlap(one.box, box) > SAME_THING) ?? detection;
    regions.push({
      ...choice,
      mask,
      reach: await reachOf(mask, box),
      box,
      label: named?.label ?? command?.object?.label,
      score: detection === first ? choice.score : detection!.score,
      clicks,
    });
    abort.throwIfAborted();
  }
  if (regions.length === 0) throw clicks.length ? nothingUnderClick() : notFound(command, choice.candidates);
  return apart(regions);
}

/** How much of each thing that may be meant has the colour that tells it from others, where words alone say which. */
async function colours(
  { picture, clicks, command }: LocateInput,
  detections: Detection[],
  { colouredIn }: Eyes,
  abort: Abort,
): Promise<number[] | undefined> {
  const colour = command?.which?.colour;
  const object = command?.object;
  if (!colour || clicks.length > 0) return undefined;
  const may = detections.filter((one) => !object || mayBear(one, object)).slice(0, MOST_COLOURED);
  if (distinct(may).length < 2) return undefined;
  const shares = await colouredIn(
    picture,
    may.map(({ box }) => box),
    colour,
    abort,
  );
  return detections.map((one) => shares[may.indexOf(one)] ?? 0);
}

const mayBear = (one: Detection, object: NonNullable<Command['object']>): boolean =>
  bearsName(one, object) || (object.label !== undefined && isRelated(one.label, object.label));

/** Sky, water and the like by their name alone, where nothing that was seen bears it. */
async function fromStuff(
  { picture, clicks, command }: LocateInput,
  detections: Detection[],
  { stuffIn }: Eyes,
  abort: Abort,
): Promise<Region | undefined> {
  const object = command?.object;
  const stuff = object && stuffNamed(object);
  if (!stuff || clicks.length > 0 || detections.some((one) => bearsName(one, object))) return undefined;
  const found = await stuffIn(picture, stuff, detections, abort);
  const box = found && boxOf(found.mask);
  if (!found || !box) return undefined;
  return {
    mask: found.mask,
    reach: await reachOf(found.mask, box),
    box,
    label: stuff,
    score: found.score,
    source: 'words',
    clicks: [],
    alternatives: distinct(detections),
  };
}

/** What the words mean was detected, but no silhouette was found in it. */
const notFound = (command: LocateInput['command'], candidates: Candidate[]) =>
  command?.object ? absent(command.object, [], candidates) : noneProminent(candidates);

/** What the detector saw and what the words name beyond its vocabulary; compared with the words where the name leaves it open. */
async function consider({ picture, command, detections }: LocateInput, { find, align }: Eyes, abort: Abort) {
  const object = command?.object;
  const noun = nounOf(object);
  if (!object || !noun) return { detections };
  const found = find && noun !== object.label ? await find(picture, noun) : [];
  const things = [...detections, ...found].sort((a, b) => b.score - a.score);
  abort.throwIfAborted();
  const settled = things.filter((one) => bearsName(one, object)).length === 1;
  if (!align || settled || things.length === 0) return { detections: things };
  // What is seen under several names is looked at once.
  const crops = distinct(things);
  const alike = await align(picture, crops, noun);
  abort.throwIfAborted();
  const cropOf = ({ box }: Detection) => crops.findIndex((crop) => overlap(crop.box, box) > SAME_THING);
  return { detections: things, alike: things.map((one) => alike[cropOf(one)]) };
}

/** A box, widened to hold points. */
function holding(box: Box, points: Point[]): Box {
  const xs = [box.x, box.x + box.width, ...points.map(({ x }) => x)];
  const ys = [box.y, box.y + box.height, ...points.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** The clicks on the thing. */
const pointed = ({ clicks }: LocateInput): Point[] => clicks.filter(({ exclude }) => !exclude);

/** A region of nearly the whole picture is a wall, not a thing. */
function isNothing(mask: Mask, detection: Detection | undefined): boolean {
  const share = mask.data.reduce((sum, value) => sum + value, 0) / (255 * mask.data.length);
  return share < SPECK || (!detection && share > NEARLY_ALL);
}
