import type { Action, Hooks, Note, Point, Region } from '../types.ts';
import { type Boneless, IMPLIED, LIFELESS, MEANS } from './actions.ts';
import { fixedEndOf, isAir } from './anatomy/kinds.ts';
import { bendingMotion } from './chain.ts';
import { type Deformation, deform } from './deform.ts';
import { streamingMotion } from './fluid.ts';
import type { Animated, AnimateInput } from './index.ts';
import { STRENGTH } from './magnitude.ts';
import { impossible } from './refuse.ts';
import type { Skeleton } from './skeleton.ts';
import { surfaceMotion } from './surface.ts';
import { type Build, type Wanted, wholeMotion } from './whole.ts';

/** Labels of plants that cover the ground behind everything else; see locate/stuff.ts. */
const COVER: ReadonlySet<string | undefined> = new Set(['grass', 'trees']);
/** A silhouette that fills this share of the circle round it is round: it can turn in the picture. */
const ROUND = 0.78;

/**
 * Things without bones move by small seeded priors: fluids stream or swing, plants, cloth and fish bend, everything can
 * move as a whole. Throws `action_not_possible` for all else and names what would work.
 */
export async function animateLifeless(
  input: AnimateInput,
  skeleton: Skeleton & { kind: Boneless },
  notes: Note[],
  hooks: Hooks,
): Promise<Animated> {
  const { command, region } = input;
  const asked = command.action;
  if (!LIFELESS[skeleton.kind].includes(asked)) {
    throw impossible(asked, skeleton.kind, 'kind', LIFELESS[skeleton.kind]);
  }
  const kind = skeleton.kind === 'blob' ? (IMPLIED[asked] ?? 'blob') : skeleton.kind;
  const build = buildOf(region);
  let action = MEANS[kind][asked] ?? asked;
  // Only what is round rolls over and over; other things roll on wheels.
  if (action === 'roll' && !build.round) action = 'drive';

  const anatomy = { kind: skeleton.kind, parts: [], confidence: skeleton.confidence };
  const heaves = action === 'storm' && !isAir(region.label, command.object?.text);
  const stream = kind === 'fluid' && !heaves ? streamingMotion(action, input) : undefined;
  if (stream) {
    hooks.progress(1);
    const report = { magnitude: stream.magnitude, anatomy, model: 'prior-fluid-2', steps: 0 };
    return { motion: stream.motion, report, notes };
  }
  const wanted: Wanted = {
    seed: input.seed,
    seconds: input.seconds,
    loop: input.loop,
    direction: command.direction,
    magnitude: input.magnitude * STRENGTH[command.strength],
  };
  const { motion, model } = motionOf(kind, action, input, skeleton, build, wanted);
  const { motion: warp, magnitude } = deform(motion, input, notes, hooks);
  return { motion: warp, report: { magnitude, anatomy, model, steps: 0 }, notes };
}

/** The first prior that knows the action; every action of LIFELESS has one. */
function motionOf(
  kind: Boneless,
  action: Action,
  { region, command }: AnimateInput,
  skeleton: Skeleton,
  build: Build,
  wanted: Wanted,
): { motion: Deformation; model: string } {
  const { width, height, x, y } = region.box;
  // A thing of unknown build stands on its lower edge.
  const standing: [Point, Point] = [{ x: x + width / 2, y: y + height }, { x: x + width / 2, y }]; // biome-ignore format: foot, top
  const axis = skeleton.torso ?? (kind === 'fish' ? [{ x, y: y + height / 2 }, { x: x + width, y: y + height / 2 }] : standing); // biome-ignore format: one choice
  const bends = {
    rigid: undefined,
    fluid: undefined,
    blob: 'plant' as const,
    fish: 'fish' as const,
    chain:
      fixedEndOf(region.label, command.object?.text) === 'bottom' ? ('plant' as const) : ('cloth' as const),
  }[kind];
  const swings = {
    rigid: undefined,
    fish: undefined,
    blob: undefined,
    fluid: 'fluid' as const,
    chain: COVER.has(region.label) ? ('meadow' as const) : ('flower' as const),
  }[kind];

  const foot =
    kind === 'chain'
      ? (Math.max(axis[0].y, axis[1].y) - y - height / 2) / Math.max(width, height, 1)
      : build.foot;
  const swinging = swings && surfaceMotion(action, swings, { ...build, foot }, wanted);
  if (swinging) return { motion: swinging, model: 'prior-surface-1' };
  const bending =
    bends && bendingMotion(action, bends, kind === 'blob' ? standing : axis, region.box, wanted);
  if (bending) return { motion: bending, model: 'prior-bend-2' };
  const whole = wholeMotion(action, build, wanted);
  if (!whole) throw new Error(`no prior moves a ${kind} for "${action}"`);
  return { motion: whole, model: 'prior-whole-2' };
}

/** Size of the box in object sizes, and roundness: the area over that of the circle round the box's middle. */
function buildOf({ box, mask }: Region): Build {
  const extent = Math.max(box.width, box.height, 1);
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  let [area, furthest] = [0, 1];
  for (let y = Math.max(0, Math.floor(box.y)); y < Math.min(mask.height, box.y + box.height); y++) {
    for (let x = Math.max(0, Math.floor(box.x)); x < Math.min(mask.width, box.x + box.width); x++) {
      if (mask.data[y * mask.width + x] < 128) continue;
      area++;
      furthest = Math.max(furthest, Math.hypot(x + 0.5 - cx, y + 0.5 - cy));
    }
  }
  return {
    width: box.width / extent,
    height: box.height / extent,
    foot: box.height / extent / 2,
    round: area / (Math.PI * furthest * furthest) > ROUND,
  };
}
