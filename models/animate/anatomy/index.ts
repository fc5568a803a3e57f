import type { Picture, Region } from '../../types.ts';
import type { Skeleton } from '../skeleton.ts';
import { confidenceOf } from './confidence.ts';
import { cut, extentOf, type Window, windowOf } from './crop.ts';
import { decode, type Reading, type Wanted } from './decode.ts';
import { fixedEndOf, kindOf, stiffOf, trunked } from './kinds.ts';
import { answersTo, ask, type Network, openNetwork } from './network.ts';
import { createPeople, person } from './people.ts';
import { Silhouette } from './silhouette.ts';
import { withSpreadWings } from './spread.ts';
import { groupOf } from './tables.ts';
import { isThing, thing } from './things.ts';
import { pointsDown, tidy, toPictureSkeleton } from './tidy.ts';

/** What is known of the thing in words. */
export interface Words {
  /** The detector's word; default: that of the region. */
  label?: string;
  /** The object as said in the command, in English or Chinese; it comes before the label. */
  named?: string;
  /** The part that the command wants to move. */
  part?: Wanted;
}

export interface Anatomist {
  /**
   * Finds how the thing in a region is built: limbs of animals, birds and people, the axis of other things. Never throws
   * for a picture it cannot read: the confidence is low then, and only whole-object motion should be used.
   * @param picture the working picture; `region.mask` has its size
   */
  find(picture: Picture, region: Region, words?: Words): Promise<Skeleton>;
}

/** How sure the network must be that an unnamed thing is an animal or a bird before it gets limbs. */
const SURE_OF_KIND = 0.75;
const UNREADABLE: Skeleton = {
  kind: 'blob',
  ears: [],
  frontLegs: [],
  backLegs: [],
  arms: [],
  wings: [],
  confidence: 0,
};

/** Loads the anatomy network (models/training/anatomy) and MoveNet. */
export async function createAnatomist(): Promise<Anatomist> {
  const [network, people] = await Promise.all([openNetwork(), createPeople()]);
  return {
    async find(picture, region, words = {}) {
      const extent = extentOf(region.mask);
      if (!extent) return UNREADABLE;
      const shape = new Silhouette(region.mask, extent);
      const label = words.label ?? region.label;
      const kind = kindOf(label, words.named);
      if (kind && isThing(kind)) {
        return thing(kind, shape, fixedEndOf(label, words.named), stiffOf(label, words.named));
      }
      if (kind === 'person') return tidy(person(await people.keypoints(picture, shape), shape), shape);

      const { reading, window } = await readBest(
        network,
        picture,
        region,
        extent,
        groupOf(label),
        words.part,
      );
      const limbed = tidy(toPictureSkeleton(reading.skeleton, window), shape);
      const confidence = confidenceOf(reading);
      if (kind === 'animal' && !trunked(label, words.named)) limbed.trunk = undefined;
      const found = (kind: Skeleton['kind']): Skeleton => {
        const backLegs = kind === 'bird' ? limbed.backLegs.filter(pointsDown) : limbed.backLegs;
        const whole = { ...limbed, backLegs, kind, confidence };
        return kind === 'bird' ? withSpreadWings(whole, shape) : whole;
      };
      if (kind) return found(kind);
      if (reading.kind.person > SURE_OF_KIND) {
        return tidy(person(await people.keypoints(picture, shape), shape), shape);
      }
      const creature = reading.kind.bird > reading.kind.animal ? 'bird' : 'animal';
      if (reading.kind.bird + reading.kind.animal > SURE_OF_KIND) return found(creature);
      return thing('blob', shape, 'bottom');
    },
  };
}

/** Below this share of its map in the head's peak wider windows are tried: a close-up looks to the network as a smaller animal would. */
const UNSURE_OF_HEAD = 0.5;
/**
 * Wider windows (in object sizes), and how much surer of the head than the best before each must be to be believed. Their mirror
 * images are not asked for: on 122 close-ups that costs .002 of head IoU, and takes half the time.
 */
const WIDER = [1.5, 1.9];
const SURER = 0.25;

async function readBest(
  network: Network,
  picture: Picture,
  region: Region,
  extent: NonNullable<ReturnType<typeof extentOf>>,
  group: number,
  part: Words['part'],
): Promise<{ reading: Reading; window: Window }> {
  const crop = (window: Window) => cut(picture, region.mask, window, region.clicks[0]);
  const usual = windowOf(extent);
  let best = { reading: decode(await ask(network, crop(usual), group), part), window: usual };
  if (best.reading.headShare >= UNSURE_OF_HEAD) return best;
  for (const margin of WIDER) {
    const window = windowOf(extent, margin);
    const [answers] = await answersTo(network, [crop(window)], group);
    const reading = decode(answers, part);
    if (reading.headShare > best.reading.headShare + SURER) best = { reading, window };
  }
  return best;
}
