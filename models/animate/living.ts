import type { Action, Hooks, Note } from '../types.ts';
import { abreast, inStep } from './abreast.ts';
import { ALONG, GROUPS, type Group, LIVING, type LivingAction } from './actions.ts';
import { type Geometry, geometryOf, slotOf } from './bones.ts';
import type { Denoiser } from './denoiser.ts';
import type { Animated, AnimateInput } from './index.ts';
import { partSize } from './magnitude.ts';
import { carried, swingOf } from './neck.ts';
import { perform } from './perform.ts';
import { periodOf } from './period.ts';
import { type Posture, postureOf } from './posture.ts';
import { impossible } from './refuse.ts';
import type { Skeleton } from './skeleton.ts';

type Living = 'animal' | 'bird' | 'person';

/** Mean displacement of small parts, in object sizes, that can be seen in a small video. */
const LEAST_SEEN: Partial<Record<Group, number>> = {
  head: 0.025,
  tail: 0.026,
  ears: 0.018,
  trunk: 0.035,
};
/**
 * Faces of people show every change: a nod of more than this share of it looks like a grimace. Birds have small heads on
 * long necks, whose motion is lost below this multiple.
 */
const SEEN_AS: Record<Living, number> = { person: 0.6, animal: 1, bird: 1.5 };

/** Folded wings lift from the back and no further: a full stroke would bend the back with them. */
const FOLDED = 0.4;

/** Parts of a skeleton that can be named in a report. */
const PARTS: readonly Group[] = ['head', 'ears', 'trunk', 'tail', 'legs', 'arms', 'wings'];

/** Animals, birds and people: the diffusion model moves their bones. */
export async function animateLiving(
  input: AnimateInput,
  skeleton: Skeleton & { kind: Living },
  denoiser: Denoiser,
  hooks: Hooks,
): Promise<Animated> {
  const { command, region } = input;
  const geometry = geometryOf(skeleton, region.box);
  const body = { kind: skeleton.kind, geometry, posture: postureOf(skeleton, geometry.size) };
  const along = alongOf(command.action, skeleton.kind);
  const { action, group } = chooseAction(along?.with ?? command.action, body);
  const spec = { ...LIVING[action]!, ...(along && { seconds: along.seconds }) };
  const cycles = cyclesOf(spec, input.seconds);
  const learned = denoiser.card.magnitudes[action]![skeleton.kind]!;
  const size = partSize(group, geometry);
  const open = group === 'wings' && body.posture.folded ? FOLDED : 1;
  const swing = group === 'head' ? swingOf(action, geometry) : 0;
  const usual = open * Math.max(usualOf(learned.usual, spec, size, skeleton.kind), swing / size);
  const directed = denoiser.card.directed[action]?.includes(command.direction ?? '');
  const notes: Note[] = [
    ...(command.direction && !directed ? [DIRECTION_UNUSED] : []),
    ...(along ? [MOUTH_SHUT] : []),
  ];
  const sampled = await denoiser.sample(
    {
      geometry,
      kind: skeleton.kind,
      facing: skeleton.facing,
      action,
      prompt: command.prompt,
      direction: directed ? command.direction : undefined,
      cycles,
      // Beyond what it has learned the model is asked for the most, and the motion is made larger afterwards.
      magnitude: Math.min(usual, learned.most),
      group,
    },
    input.seed,
    { progress: (f) => hooks.progress(f * 0.7), abort: hooks.abort },
  );
  const keys = JOINED[group]?.(sampled, geometry) ?? sampled;
  const { motion, magnitude } = perform(
    {
      input,
      geometry,
      bones: GROUPS[group],
      size,
      usual,
      headroom: spec.headroom,
      at: periodOf(keys),
      seconds: spec.seconds * cycles,
      returns: true,
      limbs: group === 'legs' || group === 'arms' || group === 'wings',
    },
    notes,
    hooks,
  );
  const parts = PARTS.filter((p) => GROUPS[p].some((name) => geometry.visible[slotOf(name)]));
  const anatomy = { kind: skeleton.kind, parts, confidence: skeleton.confidence };
  const { steps } = denoiser.card.sampling;
  return { motion, report: { magnitude, anatomy, model: denoiser.card.model, steps }, notes };
}

/** What the parts of a body do with one another. */
const JOINED: Partial<Record<Group, (keys: Float64Array[], g: Geometry) => Float64Array[]>> = {
  head: carried,
  legs: abreast,
  wings: inStep,
};

/**
 * The default size, in sizes of the acting part (`size` in object sizes): a small head or tail must still be seen to move,
 * a face that fills the picture must not shear.
 */
function usualOf(learned: number, spec: LivingAction, size: number, kind: Living): number {
  const least = (LEAST_SEEN[spec.group] ?? 0) * SEEN_AS[kind];
  const seen = Math.max(learned, least / size);
  return Math.min(seen, (spec.most ?? 1) / size);
}

/** Fewer repetitions per period where the clip is too short for them. */
function cyclesOf(spec: LivingAction, seconds: number): number {
  return Math.max(1, Math.min(spec.cycles, Math.round(seconds / spec.seconds)));
}

function shows(group: Group, g: Geometry): boolean {
  return group === 'body' || GROUPS[group].some((name) => g.visible[slotOf(name)]);
}

/** The acting part of an action on this body; a `swing` without a trunk is the tail's. */
function groupFor(action: Action, g: Geometry): Group {
  const { group } = LIVING[action]!;
  return group === 'trunk' && !shows('trunk', g) ? 'tail' : group;
}

/** What is asked to act. */
interface Body {
  kind: Living;
  geometry: Geometry;
  posture: Posture;
}

const ON_FOUR_FEET = new Set<Action>(['walk', 'run', 'kick']);
const canStep = (action: Action, { posture }: Body): boolean => !(posture.sits && ON_FOUR_FEET.has(action));

/** The learned action by which a body of this kind does what has not been learned. */
const alongOf = (action: Action, kind: Living) =>
  ALONG[action]?.kinds.includes(kind) ? ALONG[action] : undefined;

/** Actions that this body can do as far as it shows: one of each part first, since only the first are named. */
function possibleFor(body: Body): Action[] {
  const { kind, geometry: g } = body;
  const names = Object.keys(LIVING) as Action[];
  const shown = names.filter(
    (a) => LIVING[a]!.kinds.includes(kind) && shows(groupFor(a, g), g) && canStep(a, body),
  );
  const told = new Map<Group, number>();
  const turns = shown.map((action) => {
    const turn = told.get(groupFor(action, g)) ?? 0;
    told.set(groupFor(action, g), turn + 1);
    return { action, turn };
  });
  return turns.sort((a, b) => a.turn - b.turn).map(({ action }) => action);
}

/** Checks that the action suits the body; `move` without a visible head becomes what the body can show. */
function chooseAction(wanted: Action, body: Body): { action: Action; group: Group } {
  const { kind, geometry } = body;
  let action = wanted;
  if (action === 'move' && !shows('head', geometry))
    action = shows('tail', geometry) ? 'wag-tail' : 'breathe';
  const spec = LIVING[action];
  if (!spec?.kinds.includes(kind)) throw impossible(action, kind, 'kind', possibleFor(body));
  const group = groupFor(action, geometry);
  if (!shows(group, geometry)) throw impossible(action, kind, 'part', possibleFor(body));
  if (!canStep(action, body)) throw impossible(action, kind, 'posture', possibleFor(body));
  return { action, group };
}

const DIRECTION_UNUSED: Note = {
  code: 'direction_unused',
  detail: {
    en: 'This action has no direction of its own here, so the one that was asked for is not used.',
    zh: '这个动作在这里没有方向之分，所以没有使用所说的方向。',
  },
};

const MOUTH_SHUT: Note = {
  code: 'mouth_shut',
  detail: {
    en: 'Mouths are not opened; the head moves as it does with a call.',
    zh: '嘴不会张开；头部会像叫的时候那样动。',
  },
};
