import { findLabel } from '../labels.ts';
import type { Action } from '../types.ts';
import { actionOf } from './lexicon/index.ts';
import { isAquatic, isCreature, isFish, isNoun, isPlant, isVehicle } from './lexicon/nouns.ts';
import type { Parsed } from './parsed.ts';

/** English names of things by what they are like, their last word. */
const DROPS = /\b(?:rain ?drops?|water ?drops?|drops?|droplets?|tears?|sweat)$/;
/** It pours, but has no thunder. */
const FALLING =
  /\b(?:waterfall|fountain|geyser|spring|tap|faucet|sprinkler|hose|brook|creek|rapids|canal|torrent|river|stream)$/;
/** Has no bed to flow in. */
const STILL = /\b(?:sea|ocean|lake|pond|pool|puddle)$/;
const FLUID = new RegExp(
  `${FALLING.source}|${STILL.source}|\\b(?:tide|lava|milk|honey|syrup|sauce|water|waves?|surf)$`,
);

/** What brooks and waves do as well as animals. */
const FLOWING: ReadonlySet<string> = new Set(['roll', 'run', 'fall', 'talk', 'move']);

/** What glides on the ground. */
const SLIDING = /\b(?:sled|sledge|sleigh|toboggan|skis?|skates?|snowboard|skateboard|puck|stone)$/;

const AIRBORNE = /\b(?:clouds?|balloons?|smoke|fog|mist|steam)$/;

/** What machines turn when they run. */
export const isRotary = (english: string): boolean => ROTARY.test(english);
const ROTARY =
  /\b(?:fan|ventilator|propeller|rotor|turbine|windmill|mill|wheel|waterwheel|pinwheel|whirligig|carousel|merry-go-round|roundabout|top|globe|gyroscope|gear|cog|record|turntable|blades?|weather ?vane)$/;

const ROCKET = /\b(?:rocket|missile|space ?ship|shuttle)$/;

const HANGING = /\b(?:swing|pendulum)$/;
/** What hangs or stands on rockers. */
const ROCKING = /\b(?:rocking (?:chair|horse)|cradle|swing|hammock|seesaw|pendulum)$/;
const LIGHT = /\b(?:moon|screen|tv|television|monitor|display|signs?|lights?|lamps?|stars?|sky|bulb|neon)$/;
const BUD = /\b(?:buds?|petals?)$/;

/** What has a body like ours though it is no creature. */
const FIGURE = /\b(?:robot|doll|snowman|statue|toy|teddy|bear|puppet|scarecrow|mannequin|figure|figurine)$/;

const TRUNKED = /\b(?:elephant|mammoth|mastodon|tapir|anteater|toy|statue|doll|puppet|robot|balloon)$/;

/** What fire is said to do. */
const FLAMES = /\b(?:fire|flames?|campfire|bonfire|torch|fireplace|blaze|embers?|inferno|wildfire)$/;
const BURNING: ReadonlySet<string> = new Set([
  'run', 'walk', 'move', 'eat', 'talk', 'jump', 'dance', 'shiver', 'shake', 'sway', 'wave', 'flap', 'bounce', 'laugh', 'storm', 'wag', 'spout', 'twinkle',
]); // biome-ignore format: a list
/** What candles do with their flames. */
const DANCING: ReadonlySet<string> = new Set(['jump', 'dance', 'shiver', 'eat', 'talk']);

/** What flows in the wind. */
const CLOTH =
  /\b(?:hair|mane|beard|dress|skirt|scarf|scarves|cape|cloak|robes?|gown|veil|coat|shawl|sari|kimono|flags?|banners?|ribbons?|curtains?|sails?|sheets?|cloth|fabric|silk)$/;

/** What flies in circles. */
const WINGED =
  /\b(?:bat|bee|wasp|fly|moth|butterfly|dragonfly|insect|dragon|drone|helicopter|kite|ufo|plane|vulture|angel|fairy)$/;

/** Doors open and lids walk nowhere, but they move. */
const MOVED: ReadonlySet<string> = new Set(['walk', 'talk', 'drive', 'run']);

/** What rolls like the sea. */
const MEADOW = /\b(?:wheat|barley|rice|corn|grass|reeds?|crops?|meadow|fields?)$/;

/** What fish and whales do when they are said to circle, glide or dart. */
const AFLOAT: ReadonlySet<string> = new Set(['fly', 'glide', 'drive', 'circle']);

/** A "toy soldier" marches, a "toy car" drives. */
const isToy = (english: string): boolean =>
  /^(?:.* )?(?:toy|tin|wooden|plush|stuffed|clay|paper|wind-?up|lego|plastic|origami|gingerbread) \w+$/.test(
    english,
  ) && isCreature(english.split(' ').at(-1)!);

/** The action that a verb means said of this thing: a few mean something else for things than for animals. */
export function settled(parsed: Parsed): Action | undefined {
  const { manner, object, direction, verb = '' } = parsed;
  const { label, english = '' } = object ?? {};
  // Tears run down a face.
  const part = DROPS.test(english) ? undefined : parsed.part;
  const action = actionOf(manner, part);
  if (!object) return action;
  // A squirrel runs up the trunk.
  if (part === 'trunk' && !TRUNKED.test(english)) return actionOf(manner, undefined) ?? action;
  // "Chin up!"
  if (part === 'head' && !manner && direction === 'up') return 'raise-head';
  if (part === 'head' && !manner && direction === 'down') return 'lower-head';
  if (part) return label === 'clock' ? 'spin' : action;
  // Words that no dictionary has are names.
  const named = !label && !isNoun(english.split(' ').at(-1)!);
  const creature = named || isCreature(english) || FIGURE.test(english) || isToy(english);
  const kind = creature ? 'animal' : (findLabel(label)?.kind ?? (isVehicle(english) ? 'vehicle' : 'thing'));
  if (manner === 'circle' && (label === 'bird' || label === 'airplane' || WINGED.test(english))) return 'fly';
  if (LIGHT.test(english) && (manner === 'burn' || manner === 'blink' || manner === 'run')) return 'twinkle';
  if (/\b(?:sun|moon)$/.test(english) && /^(?:move|walk|turn)$/.test(manner ?? '')) return 'rise';
  if (AIRBORNE.test(english) && manner === 'launch') return 'rise';
  if (
    (BUD.test(english) || isPlant(english)) &&
    (manner === 'talk' || (manner === 'drive' && !/^[a-z]/.test(verb)) || manner === 'unfurl')
  )
    return 'bloom';
  if (label !== 'person' && isPlant(english) && (manner === 'nod' || manner === 'lower')) return 'sway';
  if (MEADOW.test(english) && manner === 'roll') return 'sway';
  if (SLIDING.test(english) && (manner === 'glide' || manner === 'drift')) return 'slide';
  if (label === 'boat' && manner === 'roll') return 'sway';
  if (label === 'person' && manner === 'spout') return 'move';
  if (label === 'elephant' && manner === 'spout') return 'swing';
  // Who rides, drives or pours tea does not run.
  if (label === 'person' && (manner === 'drive' || manner === 'flow')) return 'move';
  if (label === 'person' && (manner === 'glide' || (manner === 'drift' && direction !== 'down')))
    return 'slide';
  if (ROCKET.test(english) && direction === 'up' && (manner === 'move' || manner === 'drive'))
    return 'launch';
  if (ROCKET.test(english) && manner === 'run') return 'launch';
  if (kind === 'animal' && isAquatic(english) && AFLOAT.has(manner ?? '')) return 'swim';
  if (kind === 'animal' && isFish(english) && (manner === 'run' || manner === 'walk')) return 'swim';
  if (kind === 'animal' && (manner === 'drive' || manner === 'flow')) return 'run';
  if (kind === 'vehicle' && (manner === 'storm' || (manner === 'fall' && direction === 'back')))
    return 'drive';
  if (kind === 'vehicle' && manner === 'spin' && (direction === 'left' || direction === 'right'))
    return 'drive';
  if (kind === 'thing' && manner === 'cry') return 'flow';
  if (manner === 'smile' && (LIGHT.test(english) || /\bsun$/.test(english))) return 'twinkle';
  if (kind === 'thing' && manner === 'tilt') return 'sway';
  if (kind === 'vehicle' && manner === 'turn') return direction ? 'drive' : 'spin';
  if (kind === 'vehicle' && (manner === 'run' || manner === 'walk' || manner === 'roll')) return 'drive';
  if (HANGING.test(english) && (manner === 'shake' || manner === 'sway')) return 'swing';
  if (ROCKING.test(english) && manner === 'shake') return 'sway';
  if (ROCKING.test(english) && manner === 'move') return 'swing';
  if (label === 'person' && manner === 'flap') return 'move';
  if (label === 'person' && manner === 'roll' && (direction === 'left' || direction === 'right'))
    return 'slide';
  if (FLUID.test(english) && (manner === 'wave' || manner === 'flap')) return 'ripple';
  if (FALLING.test(english) && manner === 'storm') return 'flow';
  if (STILL.test(english) && manner === 'move') return 'ripple';
  if (FLUID.test(english) && FLOWING.has(manner ?? '')) return 'flow';
  if (FLAMES.test(english) && BURNING.has(manner ?? '')) return 'burn';
  if (/\bcandles?$/.test(english) && DANCING.has(manner ?? '')) return 'burn';
  if (DROPS.test(english) && (manner === 'run' || manner === 'roll')) return 'flow';
  if (isRotary(english) && (manner === 'run' || manner === 'walk')) return 'spin';
  if (kind === 'thing' && MOVED.has(manner ?? '')) return 'move';
  if (kind === 'thing' && manner === 'wag') return CLOTH.test(english) ? 'blow' : 'sway';
  if (kind === 'thing' && manner === 'raise') return 'rise';
  if (kind === 'thing' && manner === 'lower') return 'fall';
  if (kind === 'thing' && manner === 'turn') return 'spin';
  if (CLOTH.test(english) && manner === 'flow') return 'blow';
  if (kind === 'thing' && (manner === 'flap' || manner === 'wave')) return 'blow';
  if (AIRBORNE.test(english) && manner === 'lie-down') return 'rise';
  if (/\bkettle$/.test(english) && manner === 'talk') return 'smoke';
  if (/\b(?:phone|telephone|alarm)$/.test(english) && manner === 'swing') return 'shake';
  if (kind === 'thing' && manner === 'clap') return 'shake';
  if (AIRBORNE.test(english) && (manner === 'blow' || manner === 'move')) return 'drift';
  if (/\bbubbles?$/.test(english) && manner === 'smoke') return 'rise';
  if (manner === 'float' && (direction === 'left' || direction === 'right')) return 'drift';
  return action;
}
