import type { Action, Hooks, Note } from '../types.ts';
import { IMPLIED, LIFELESS, LIVING, WHOLE } from './actions.ts';
import type { Wanted } from './anatomy/decode.ts';
import type { Anatomist } from './anatomy/index.ts';
import type { Denoiser } from './denoiser.ts';
import type { Animated, AnimateInput, Animator } from './index.ts';
import { animateLifeless } from './lifeless.ts';
import { animateLiving } from './living.ts';
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
        part: partOf(input.command.action),
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

const WANTED: readonly Wanted[] = ['head', 'tail', 'trunk', 'wings'];

/** A part that an action cannot do without. */
function partOf(action: Action): Wanted | undefined {
  const group = LIVING[action]?.group;
  return WANTED.find((part) => part === group);
}

/** Chooses the way of moving by the kind of thing and by how surely its bones are known. */
async function dispatch(
  input: AnimateInput,
  skeleton: Skeleton,
  denoiser: Denoiser,
  hooks: Hooks,
): Promise<Animated> {
  const { kind } = skeleton;
  const { action } = input.command;
  if (mustBeFluid(input)) return animateLifeless(input, { ...skeleton, kind: 'fluid' }, [], hooks);
  if (kind !== 'animal' && kind !== 'bird' && kind !== 'person') {
    return animateLifeless(input, { ...skeleton, kind }, [], hooks);
  }
  const asWhole = (notes: Note[]) => animateLifeless(input, { ...skeleton, kind: 'blob' }, notes, hooks);
  // Breath is seen in the trunk of the body. Where only a head is in the picture, all of it breathes.
  const headAlone = action === 'breathe' && !skeleton.torso;
  if (headAlone || (WHOLE.has(action) && !LIVING[action]?.kinds.includes(kind))) return asWhole([]);
  if (skeleton.confidence >= UNSURE) return animateLiving(input, { ...skeleton, kind }, denoiser, hooks);
  if (!WHOLE.has(action)) throw impossible(action, kind, 'part', [...WHOLE]);
  return asWhole([ANATOMY_UNSURE]);
}

/**
 * What nobody has a word for, and what flows or fills the picture from side to side, is water or sky: the anatomy network
 * has seen neither and takes them for animals.
 */
function mustBeFluid({ command: { action, object }, region, picture }: AnimateInput): boolean {
  if (object || region.label !== undefined || !LIFELESS.fluid.includes(action)) return false;
  const { x, width } = region.box;
  const near = 0.03 * picture.width;
  return IMPLIED[action] === 'fluid' || (x <= near && x + width >= picture.width - near);
}

const ANATOMY_UNSURE: Note = {
  code: 'anatomy_unsure',
  detail: {
    en: 'How this thing is built could not be made out, so it moves as a whole.',
    zh: '看不清它的身体结构，所以整体移动。',
  },
};
