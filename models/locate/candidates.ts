import { kindOf } from '../animate/anatomy/kinds.ts';
import { findLabel } from '../labels.ts';
import type { Box, Candidate, Command, Detection, Point, Which } from '../types.ts';
import { distinct } from './detector.ts';
import { measureOf, withoutPlace } from './which.ts';

/** A name that fits is a mere doubt below this share of the surest detection under the click. */
const DOUBT = 0.35;
/** Surer than this the detector contradicts words of its own kind: it takes many a cat for a dog, but then not for sure. */
export const CERTAIN = 0.45;
/** Without a click, what it takes for an animal of its own may be one that it has no word for, but not surer than this. */
const MISTAKEN = 0.6;
/** Words alone accept a detection of their label from here on, one unsure related one from UNSURE on. */
const NAMED = 0.15;
const UNSURE = 0.2;
/** From here on the aligner's word counts as the name. */
const ALIKE = 0.6;
/** What names count: the one that was said, the detector's word for it, one that the detector confuses with it. */
const SAID = 1;
export const GENERAL = 0.9;
export const RELATED = 0.5;
/** What an off-centre click loses. */
const AT_EDGE = 0.46;
/** Candidates that are told of. */
const MOST = 12;

/** What is asked of the things in a picture. */
export interface Question {
  /** On the thing, in pixels of the picture. */
  clicks: Point[];
  /** The clicks are not all on one thing that was seen: each counts alone. */
  scattered: boolean;
  object: Command['object'];
  /** Which of several. */
  which?: Which;
  size: { width: number; height: number };
  /** The aligner's opinion of each detection. */
  alike?: number[];
  /** How much of each detection has the colour that was said. */
  coloured?: number[];
}

/** A detection and how it answers to the question; see Candidate. */
export interface Weighed extends Pick<Candidate, 'words' | 'click' | 'alike' | 'coloured' | 'fit'> {
  detection: Detection;
}

/** Scores everything that was seen, in the order in which it came. */
export function weigh(detections: Detection[], question: Question): Weighed[] {
  const { clicks, object, which, size, alike, coloured } = question;
  const pointed = clicks.length > 0;
  const click = detections.map(({ box }) => (pointed ? clickOn(box, question) : undefined));
  const surest = Math.max(...detections.map(({ score }, i) => (click[i] === 0 ? 0 : score)));
  // Surer than it must be to be believed: under a click beside other things, elsewhere on its own.
  const least = pointed ? { named: DOUBT * surest, related: 0 } : { named: NAMED, related: UNSURE };
  const words = detections.map((one) => object && nameFits(one, object, least, pointed));
  // A table shows the mug on it, too: the aligner gives a name only where the detectors give it to nothing.
  const nameless = !words.some((fits = 0, i) => fits >= GENERAL && click[i] !== 0);
  const peers = distinct(detections.filter((_, i) => !object || (words[i] ?? 0) >= GENERAL));
  const landmarks = detections.filter(({ label, score }) => label === which?.near && score >= NAMED);
  const measure = measureOf(which, peers, landmarks, size);
  return detections.map((detection, i) => {
    const likeness = alike?.[i];
    const seen = pointed ? click[i]! * detection.score * inFront(detection.box) : measure(detection);
    return {
      detection,
      words: nameless && likeness !== undefined && likeness >= ALIKE ? SAID : words[i],
      click: click[i],
      alike: likeness,
      coloured: coloured?.[i],
      // Where the words tell one by its place, only the place ranks.
      fit: which ? seen : seen * (likeness ?? 1),
    };
  });
}

/** Best first: by name, then by everything else. */
export const ranked = (things: Weighed[]): Weighed[] =>
  [...things].sort((a, b) => (b.words ?? 1) - (a.words ?? 1) || b.fit - a.fit);

/** For the job: what was considered, best first. */
export function tell(
  things: Weighed[],
  chosen: Detection[],
  { width, height }: Question['size'],
): Candidate[] {
  const reasonOf = ({ detection, click, words }: Weighed): Candidate['reason'] => {
    if (chosen.includes(detection)) return 'chosen';
    if (click === 0) return 'not_under_click';
    return words === 0 ? 'other_name' : 'fits_less';
  };
  const order: Candidate['reason'][] = ['chosen', 'fits_less', 'other_name', 'not_under_click'];
  return ranked(things)
    .map((one) => {
      const { detection, ...scores } = one;
      const { x, y, width: w, height: h } = detection.box;
      const box = { x: x / width, y: y / height, width: w / width, height: h / height };
      return { ...detection, box, ...scores, reason: reasonOf(one) };
    })
    .sort((a, b) => order.indexOf(a.reason) - order.indexOf(b.reason))
    .slice(0, MOST);
}

/** What the words call the thing, in English and without its place; undefined where only Chinese names it. */
export const nounOf = (object: Command['object']): string | undefined =>
  object?.english && (withoutPlace(object.english) || undefined);

/** Whether a detection bears the name that was said, or the detector's word for it. */
export const bearsName = ({ label }: Detection, object: NonNullable<Command['object']>): boolean =>
  label === object.label || label === nounOf(object);

function nameFits(
  detection: Detection,
  object: NonNullable<Command['object']>,
  least: { named: number; related: number },
  pointed: boolean,
): number {
  const { label, score } = detection;
  if (bearsName(detection, object) && score >= least.named)
    return label === (nounOf(object) ?? label) ? SAID : GENERAL;
  if (!object.label) {
    // Sky, water, a balloon: the detector has no word for it, so what it saw there is something else or a mistake. But a
    // goldfish it takes for a bird, and draws the right box.
    const mistaken = isCreature(object.text) && findLabel(label)?.kind === 'animal';
    // Roses in a vase are a potted plant to it, or the vase.
    const grows = GROWING[label] && isPlant(object) && score >= least.related;
    if (grows) return GROWING[label];
    return mistaken && (pointed || (score >= least.related && score < MISTAKEN)) ? RELATED : 0;
  }
  return score >= least.related && score < CERTAIN && isRelated(label, object.label) ? RELATED : 0;
}

const CREATURES: ReadonlySet<string | undefined> = new Set(['animal', 'bird', 'fish']);
const isCreature = (name: string): boolean => CREATURES.has(kindOf(undefined, name));

const GROWING: Record<string, number> = { 'potted plant': GENERAL, vase: RELATED };
const isPlant = ({ text, english }: NonNullable<Command['object']>): boolean =>
  /\b(?:flower|rose|tulip|sunflower|lily|daisy|orchid|bouquet|blossom|leaf|leave|bush|fern|plant)(?:e?s|ies)?$|[花叶草]$|玫瑰|郁金香/i.test(
    english ?? text,
  );

/** Whether the detector may mean one by the other. */
export function isRelated(one: string, other: string): boolean {
  const kind = findLabel(one)?.kind;
  return kind !== undefined && kind === findLabel(other)?.kind && (kind === 'animal' || kind === 'vehicle');
}

/** Inside the box or at most 4 % of its size beside it. */
export function holds({ x, y, width, height }: Box, click: Point): boolean {
  const [dx, dy] = [0.04 * width, 0.04 * height];
  return click.x >= x - dx && click.x <= x + width + dx && click.y >= y - dy && click.y <= y + height + dy;
}

/** 1 in the middle of the box ... 0 where it does not hold the clicks. */
function clickOn(box: Box, { clicks, scattered }: Question): number {
  const held = (click: Point) => holds(box, click);
  if (!(scattered ? clicks.some(held) : clicks.every(held))) return 0;
  const offset = clicks.reduce((sum, { x, y }) => {
    const u = (x - box.x - box.width / 2) / (box.width / 2);
    const v = (y - box.y - box.height / 2) / (box.height / 2);
    return sum + Math.max(Math.abs(u), Math.abs(v)) / clicks.length;
  }, 0);
  return 1 - AT_EDGE * Math.min(1, offset);
}

/** Of two equal things the smaller lies in front of the larger. */
const inFront = ({ width, height }: Box): number => Math.max(1, width * height) ** -0.1;
