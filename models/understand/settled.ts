import { findLabel } from '../labels.ts';
import type { Action } from '../types.ts';
import { actionOf } from './lexicon/index.ts';
import { isCreature, isNoun, isPlant } from './lexicon/nouns.ts';
import type { Parsed } from './parsed.ts';

/** English names of things by what they are like, their last word. */
const FLUID = /\b(?:water|sea|ocean|waves?|river|stream|lake|waterfall|fountain|surf)$/;

/** It pours, but has no thunder. */
const FALLING = /\b(?:waterfall|fountain|river|stream)$/;

/** What brooks and waves do as well as animals. */
const FLOWING: ReadonlySet<string> = new Set(['roll', 'run', 'fall', 'talk']);

const AIRBORNE = /\b(?:clouds?|balloons?|smoke|fog|mist|steam)$/;

const ROCKET = /\b(?:rocket|missile|space ?ship|shuttle)$/;

/** What hangs or stands on rockers. */
const ROCKING = /\b(?:rocking (?:chair|horse)|cradle|swing|hammock|seesaw|pendulum)$/;
const LIGHT = /\b(?:signs?|lights?|lamps?|stars?|sky|bulb|neon)$/;
const BUD = /\b(?:buds?|petals?)$/;

/** What has a body like ours though it is no creature. */
const FIGURE = /\b(?:robot|doll|snowman|statue|toy|teddy|bear|puppet|scarecrow|mannequin|figure|figurine)$/;

/** Doors open and lids walk nowhere, but they move. */
const MOVED: ReadonlySet<string> = new Set(['walk', 'talk', 'drive']);

/** The action that a verb means said of this thing: a few mean something else for things than for animals. */
export function settled({ manner, part, object, direction }: Parsed): Action | undefined {
  const action = actionOf(manner, part);
  if (!object) return action;
  const { label, english = '' } = object;
  if (part) return label === 'clock' ? 'spin' : action;
  // Words that no dictionary has are names.
  const named = !label && !isNoun(english.split(' ').at(-1)!);
  const creature = named || isCreature(english) || FIGURE.test(english);
  const kind = creature ? 'animal' : (findLabel(label)?.kind ?? 'thing');
  if (LIGHT.test(english) && manner === 'burn') return 'twinkle';
  if (
    (BUD.test(english) || isPlant(english)) &&
    (manner === 'talk' || manner === 'drive' || manner === 'unfurl')
  )
    return 'bloom';
  // Who rides, drives or pours tea does not run.
  if (label === 'person' && (manner === 'drive' || manner === 'flow')) return 'move';
  if (label === 'person' && (manner === 'glide' || (manner === 'drift' && direction !== 'down')))
    return 'slide';
  if (ROCKET.test(english) && direction === 'up' && (manner === 'move' || manner === 'drive'))
    return 'launch';
  if (kind === 'animal' && (manner === 'drive' || manner === 'flow')) return 'run';
  if (kind === 'vehicle' && (manner === 'storm' || (manner === 'fall' && direction === 'back')))
    return 'drive';
  if (kind === 'vehicle' && manner === 'turn') return direction ? 'drive' : 'spin';
  if (kind === 'vehicle' && (manner === 'run' || manner === 'walk' || manner === 'roll')) return 'drive';
  if (ROCKING.test(english) && manner === 'shake') return 'sway';
  if (ROCKING.test(english) && manner === 'move') return 'swing';
  if (label === 'person' && manner === 'flap') return 'move';
  if (label === 'person' && manner === 'roll' && (direction === 'left' || direction === 'right'))
    return 'slide';
  if (FLUID.test(english) && (manner === 'wave' || manner === 'flap')) return 'ripple';
  if (FALLING.test(english) && manner === 'storm') return 'flow';
  if (FLUID.test(english) && FLOWING.has(manner ?? '')) return 'flow';
  if (kind === 'thing' && MOVED.has(manner ?? '')) return 'move';
  if (kind === 'thing' && manner === 'raise') return 'rise';
  if (kind === 'thing' && manner === 'lower') return 'fall';
  if (kind === 'thing' && manner === 'turn') return 'spin';
  if (kind === 'thing' && (manner === 'flap' || manner === 'wave')) return 'blow';
  if (AIRBORNE.test(english) && manner === 'blow') return 'drift';
  if (manner === 'float' && (direction === 'left' || direction === 'right')) return 'drift';
  return action;
}
