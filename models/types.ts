/**
 * The glossary: every noun that travels between the stages of the pipeline, defined once.
 * Pixels are counted from the top left corner, x to the right, y down. Fractions are of the picture's width and height.
 */

/** Languages that a command may be spoken or typed in. */
export type Language = 'en' | 'zh';

/** A place in the picture. In requests 0..1 of width and height; inside the stages pixels of the working picture. */
export interface Point {
  x: number;
  y: number;
}

/** A place that a person pointed at: on the thing or, with `exclude`, on what does not belong to it. */
export interface Click extends Point {
  exclude?: boolean;
}

/** An axis-parallel rectangle in pixels: left, top, and size. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Mono sound at 16 kHz, samples -1..1. */
export interface Audio {
  samples: Float32Array;
  seconds: number;
}

/** An upright sRGB photo at working size: `data` holds width*height*3 bytes, RGB interleaved, alpha flattened on white. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

/** One byte a pixel, 0 = outside, 255 = inside; values between are coverage. Same size as the picture it belongs to. */
export interface Mask {
  width: number;
  height: number;
  data: Uint8Array;
}

/** What was said, as the speech model heard it. `confidence` 0..1 is the mean token probability. */
export interface Transcript {
  text: string;
  /** Code of the language that was spoken, "en", "zh", "fr". */
  language: string;
  /** `text` in English, where it is neither English nor Chinese. */
  translation?: string;
  confidence: number;
  /** What may have been said instead of `text`, most probable first, where that was not heard surely: see likeliest.ts. */
  alternatives?: string[];
}

/** Every action that a command can ask for; ids are used in captions, training labels, reports and the API. */
export const ACTIONS = [
  'move', 'walk', 'run', 'jump', 'bounce', 'dance', 'spin', 'sway', 'shake', 'shiver', 'breathe', 'roll', 'sit-down',
  'lie-down', 'stand-up', 'stretch', 'fall', 'rise', 'float', 'drift', 'drive', 'launch', 'fly', 'swim', 'swing',
  'slide', 'turn-head', 'nod', 'shake-head', 'tilt-head', 'raise-head', 'lower-head', 'eat', 'talk', 'smile', 'laugh',
  'cry', 'blink', 'wag-tail', 'wave', 'flap-wings', 'kick', 'clap', 'wiggle-ears', 'flow', 'ripple', 'blow', 'burn',
  'smoke', 'storm', 'bloom', 'twinkle',
] as const; // biome-ignore format: one vocabulary, read as a list
export type Action = (typeof ACTIONS)[number];

/** Directions are the viewer's: left is the left side of the picture, forward comes towards the viewer. */
export const DIRECTIONS = ['left', 'right', 'up', 'down', 'forward', 'back'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const STRENGTHS = ['gentle', 'normal', 'strong'] as const;
export type Strength = (typeof STRENGTHS)[number];

/** Colours that tell things apart: the basic terms of Berlin and Kay (1969). */
export const COLOURS = [
  'black', 'white', 'grey', 'brown', 'red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink',
] as const; // biome-ignore format: one vocabulary, read as a list
export type Colour = (typeof COLOURS)[number];

export const SIDES = ['left', 'right', 'top', 'bottom', 'middle'] as const;

/** What tells one of several things: "the second red car from the left", 最大的. */
export interface Which {
  side?: (typeof SIDES)[number];
  /** 1 is the first, counted from `side`. */
  nth?: number;
  size?: 'large' | 'small';
  /** Its own, or that of what it wears. */
  colour?: Colour;
  /** The detector's word for a thing that it is on, in or beside, or that it holds: "the man on the bench", 骑马的人. */
  near?: string;
}

/** What a sentence asks for. */
export interface Command {
  language: Language;
  /** The sentence as typed or heard. */
  text: string;
  /**
   * What is to move. `text` as said, `english` its name in English where it is known, `label` the detector's word for it,
   * `several` where all of that name are meant ("both birds"); absent for "it", "this", 它.
   */
  object?: { text: string; english?: string; label?: string; several?: boolean };
  /** Which of several, where that is said: of those that `object` names, else of all things ("the one on the left", 右边那个). */
  which?: Which;
  action: Action;
  direction?: Direction;
  strength: Strength;
  /** The short motion prompt in English, "dog wags its tail". */
  prompt: string;
  /** 0..1; below `understand`'s threshold the job fails and says what was understood. */
  confidence: number;
  /** What the sentence asks of other things: "make the dog jump and the cat dance". */
  also?: Command[];
}

/** One thing that the detector saw. `score` 0..1. */
export interface Detection {
  label: string;
  score: number;
  box: Box;
}

/** Something that was seen, and how it answers to words and clicks: why it was chosen, or was not. Scores are 0..1. */
export interface Candidate {
  label: string;
  /** Fractions of the picture. */
  box: Box;
  /** How sure the detector is. */
  score: number;
  /** Name: 1 the one that was said, 0.9 the detector's word for it, 0.5 one that the detector confuses with it, 0 another. */
  words?: number;
  /** Clicks: 1 in the middle, less towards the edge, 0 beside it. */
  click?: number;
  /** The aligner's opinion whether the picture shows there what was said. */
  alike?: number;
  /** How much of it has the colour that was said; where words alone tell it from others. */
  coloured?: number;
  /** Sureness, clicks, place and size together: what candidates whose names count the same are ranked by. */
  fit: number;
  reason: 'chosen' | 'not_under_click' | 'other_name' | 'fits_less';
}

/** The part of the picture that is to move. */
export interface Region {
  /** Silhouette of the thing. */
  mask: Mask;
  /** Everywhere the thing may move to; outside it the video shows the photo's own pixels. */
  reach: Mask;
  /** Tight box of the silhouette. */
  box: Box;
  /** The detector's word ("cat"), or undefined where only a click or a mask says what it is. */
  label?: string;
  /** 0..1, how sure the choice is. */
  score: number;
  /** What decided: the caller's mask, a click, or the words. */
  source: 'mask' | 'click' | 'words';
  /** Those on the thing, in pixels of the working picture. */
  clicks: Point[];
  /** The other things in the picture, for "did you mean". */
  alternatives: Detection[];
  /** Everything that was considered, best first; absent where the caller's mask decided. */
  candidates?: Candidate[];
}

/** Shared by the two kinds of motion: a regular grid of nodes laid over `box`, corners included. */
interface Grid {
  columns: number;
  rows: number;
  /** Pixels of the working picture; may reach beyond its edges. */
  box: Box;
  /** Length of the clip, or of one period where `periodic`. */
  seconds: number;
  /** Whether the motion returns to its start and may be repeated without a seam. */
  periodic: boolean;
}

/** Solid things: how far each grid node has moved at each key time. */
export interface WarpMotion extends Grid {
  kind: 'warp';
  /** Key times, evenly spaced: step k is at k/steps*seconds where periodic, else at k/(steps-1)*seconds. */
  steps: number;
  /** [steps, rows, columns, 2] = (dx, dy) in pixels; step 0 is all zero: the clip starts as the photo. */
  displacement: Float32Array;
  /** [rows, columns] drawing order where parts overlap, larger is in front; absent: one sheet that never folds. */
  order?: Float32Array;
}

/** Fluids: a stationary velocity that the renderer integrates (Holynski et al., Eulerian motion, CVPR 2021). */
export interface FlowMotion extends Grid {
  kind: 'flow';
  /** [rows, columns, 2] pixels per second. */
  velocity: Float32Array;
}

export type Motion = WarpMotion | FlowMotion;

/** Stages in the order in which they run; also the words of progress events. */
export const STAGES = ['transcribe', 'understand', 'locate', 'animate', 'render'] as const;
export type Stage = (typeof STAGES)[number];

/** The part of AbortSignal that long work looks at; a worker thread's flag in shared memory fits too. */
export type Abort = Pick<AbortSignal, 'aborted' | 'throwIfAborted'>;

/** Passed to slow stages: `progress` takes 0..1 of the stage, `abort` is checked at least every 300 ms. */
export interface Hooks {
  progress(fraction: number): void;
  abort: Abort;
}

/** Something the caller should know though nothing failed, e.g. that only the first frame of a gif was used. */
export interface Note {
  code: string;
  detail: Bilingual;
}

/** Every text that a person may read comes in both languages. */
export interface Bilingual {
  en: string;
  zh: string;
}
