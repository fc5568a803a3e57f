import type { Action, Hooks, Note } from '../types.ts';
import { LIFELESS, WHOLE } from './actions.ts';
import type { Anatomist } from './anatomy/index.ts';
import { geometryOf } from './bones.ts';
import { bendingGeometry, bendingMotion, bendingSkin } from './chain.ts';
import type { Denoiser } from './denoiser.ts';
import { animateFluid } from './fluid.ts';
import type { Animated, AnimateInput, Animator } from './index.ts';
import { wholeMotion } from './lifeless.ts';
import { animateLiving } from './living.ts';
import { perform } from './perform.ts';
import { impossible } from './refuse.ts';
import type { Skeleton } from './skeleton.ts';

/** Below this confidence a skeleton is not used; the thing moves as a whole. */
const UNSURE = 0.35;

/**
 * The `flow` animator: latent flow diffusion whose latent is the motion of bones (design, 4-motion.md). The anatomy
 * network finds the bones, the denoiser moves them, skinning turns that into displacements. Things without bones move by
 * small seeded priors behind the same port.
 */
export function createFlowAnimator(anatomist: Anatomist, denoiser: Denoiser): Animator {
  return {
    async animate(input, hooks) {
      const named = input.command.object?.text;
      const skeleton = await anatomist.find(input.picture, input.region, {
        label: input.region.label,
        named,
      });
      hooks.progress(0.1);
      hooks.abort.throwIfAborted();
      return dispatch(input, skeleton, denoiser, {
        progress: (f) => hooks.progress(0.1 + 0.9 * f),
        abort: hooks.abort,
      });
    },
  };
}

/** Chooses the way of moving by the kind of thing and by how surely its bones are known. */
async function dispatch(
  input: AnimateInput,
  skeleton: Skeleton,
  denoiser: Denoiser,
  hooks: Hooks,
): Promise<Animated> {
  const { kind } = skeleton;
  if (kind === 'fluid') return fluid(input, skeleton);
  if (kind === 'rigid' || kind === 'chain' || kind === 'blob')
    return lifeless(input, skeleton, kind, [], hooks);
  if (skeleton.confidence >= UNSURE) return animateLiving(input, { ...skeleton, kind }, denoiser, hooks);
  const action = input.command.action;
  if (!WHOLE.has(action)) throw impossible(action, kind, 'part', LIFELESS.blob);
  return lifeless(input, skeleton, 'blob', [ANATOMY_UNSURE], hooks);
}

function fluid(input: AnimateInput, skeleton: Skeleton): Animated {
  const flow = animateFluid(input);
  if (!flow) throw impossible(input.command.action, 'fluid', 'kind', LIFELESS.fluid);
  const anatomy = { kind: 'fluid', parts: [], confidence: skeleton.confidence };
  return {
    motion: flow.motion,
    report: { magnitude: flow.magnitude, anatomy, model: 'prior-fluid-1', steps: 0 },
    notes: [],
  };
}

/** Things without bones: the whole moves, or bends along its axis. */
function lifeless(
  input: AnimateInput,
  skeleton: Skeleton,
  kind: 'rigid' | 'chain' | 'blob',
  notes: Note[],
  hooks: Hooks,
): Animated {
  const { command, region } = input;
  const { width, height, x, y } = region.box;
  const options = {
    seed: input.seed,
    direction: command.direction,
    loop: input.loop,
    round: Math.min(width, height) > 0.8 * Math.max(width, height),
  };
  const bare = geometryOf({ ...skeleton, ...NO_PARTS }, region.box);
  // A thing of unknown build stands on its lower edge.
  const standing: NonNullable<Skeleton['torso']> = [
    { x: x + width / 2, y: y + height },
    { x: x + width / 2, y },
  ];
  const axis = kind === 'chain' ? (skeleton.torso ?? standing) : standing;
  const bends = kind !== 'rigid' && LIFELESS[kind].includes(command.action);
  const bending = bends ? bendingMotion(command.action, axis, options) : undefined;
  const motion =
    bending ?? (LIFELESS[kind].includes(command.action) ? wholeMotion(command.action, options) : undefined);
  if (!motion) throw impossible(command.action, kind, 'kind', LIFELESS[kind] as readonly Action[]);
  const geometry = bending ? bendingGeometry(bare, axis) : bare;
  const performed = perform(
    { ...motion, input, geometry, bones: ['root'], size: 1, ...(bending ? { skin: bendingSkin } : {}) },
    notes,
    hooks,
  );
  const anatomy = { kind: skeleton.kind, parts: [], confidence: skeleton.confidence };
  const model = bending ? 'prior-bend-1' : 'prior-whole-1';
  return {
    motion: performed.motion,
    report: { magnitude: performed.magnitude, anatomy, model, steps: 0 },
    notes,
  };
}

const NO_PARTS = {
  head: undefined, neck: undefined, trunk: undefined, tail: undefined, torso: undefined,
  ears: [], frontLegs: [], backLegs: [], arms: [], wings: [],
}; // biome-ignore format: everything that a skeleton can lack

const ANATOMY_UNSURE: Note = {
  code: 'anatomy_unsure',
  detail: {
    en: 'How this thing is built could not be made out, so it moves as a whole.',
    zh: '看不清它的身体结构，所以整体移动。',
  },
};
