import { kindOf } from '../animate/anatomy/kinds.ts';
import { findLabel } from '../labels.ts';
import type { Box, Command, Detection, Point } from '../types.ts';
import { distinct, overlap } from './detector.ts';
import { byPosition, tellsOne } from './position.ts';
import { absent, clicksDisagree, noneProminent, notAsNamed, severalProminent } from './refusals.ts';

export interface Choice {
  /** Absent: nothing was detected there; the clicks alone say what is meant. */
  detection?: Detection;
  /** Some click is on the thing but outside the box, which therefore is too small. */
  beyond?: boolean;
  /** More of the same that are meant too: "both birds". */
  others: Detection[];
  /** 0..1 */
  score: number;
  source: 'click' | 'words';
  alternatives: Detection[];
}

/** A name that fits is a mere doubt below this share of the surest detection under the click. */
const DOUBT = 0.35;
/** Detections that are surer than this contradict words of another kind (a dog is not a bus) ... */
const CONTRARY = 0.35;
/** ... and surer than this, words of their own kind: the network takes many a cat for a dog, but then not for sure. */
const CERTAIN = 0.45;
/** Boxes that share less than this are of two things. */
const APART = 0.1;
/** What a detection of a related label counts. */
const RELATED = 0.5;
/** Words alone accept a detection of their label from here on, one unsure related one from UNSURE on. */
const NAMED = 0.15;
const UNSURE = 0.2;
/** Where several are meant, all of them that are this sure move, at most MOST. */
const SURE_OF_MORE = 0.25;
const MOST = 6;

/**
 * Decides which thing is meant. A click wins over words, words break ties between things that overlap under the click,
 * and both must agree.
 * @param clicks pixels; @param object what the sentence named, undefined for "it"
 * @throws PipelineError `clicks_disagree`, `click_and_words_disagree`, `object_not_found`
 */
export function choose(
  detections: Detection[],
  clicks: Point[],
  object: Command['object'],
  size: { width: number; height: number },
): Choice {
  const choice =
    clicks.length > 0
      ? byClicks(detections, clicks, object)
      : object
        ? byWords(detections, object, size)
        : byProminence(detections, size);
  const { detection, others = [] } = choice;
  const chosen = detection ? [detection, ...others] : [];
  const alternatives = distinct(detections).filter((other) =>
    chosen.every(({ box }) => overlap(other.box, box) < 0.6),
  );
  return { ...choice, others, source: clicks.length > 0 ? 'click' : 'words', alternatives };
}

type Decision = Pick<Choice, 'detection' | 'score'> & Partial<Pick<Choice, 'others' | 'beyond'>>;

function byClicks(detections: Detection[], clicks: Point[], object: Command['object']): Decision {
  let shared = detections.filter(({ box }) => clicks.every((click) => holds(box, click)));
  if (shared.length === 0 && clicks.length > 1) {
    refuseDifferentThings(detections, clicks);
    shared = detections.filter(({ box }) => clicks.some((click) => holds(box, click)));
    return { ...atClicks(shared, clicks, object), beyond: true };
  }
  return atClicks(shared, clicks, object);
}

/** Which of the things at the clicks the words mean. */
function atClicks(shared: Detection[], clicks: Point[], object: Command['object']): Decision {
  const ranked = shared
    .map((detection) => ({ detection, fit: fitOf(detection, clicks) }))
    .sort((a, b) => b.fit - a.fit);
  if (!object) return best(ranked) ?? { score: 0.5 };
  const label = findLabel(object.label);
  // Sky, water, a balloon: the detector has no word for it, so what it saw there is something else or a mistake. But a
  // goldfish it takes for a bird, and draws the right box.
  if (!label) {
    const beasts = ranked.filter(({ detection }) => findLabel(detection.label)?.kind === 'animal');
    return (isCreature(object.text) ? best(beasts) : undefined) ?? { score: 0.5 };
  }
  // The detector lists its doubts too: a cat at .77 is also a dog at .15, and that does not make it a dog.
  const surest = Math.max(...ranked.map(({ detection }) => detection.score));
  const same = best(
    ranked.filter(({ detection: { label: seen, score } }) => seen === label.name && score >= DOUBT * surest),
  );
  if (same) return { ...same, score: Math.min(1, same.score + 0.2) };
  const contrary = ranked.filter(
    ({ detection }) => detection.score >= (isRelated(detection.label, label.name) ? CERTAIN : CONTRARY),
  );
  if (contrary.length > 0)
    throw notAsNamed(
      object,
      contrary.map(({ detection }) => detection),
    );
  const related = best(ranked.filter(({ detection }) => isRelated(detection.label, label.name)));
  return related ? { ...related, score: related.score * RELATED } : { score: 0.3 };
}

const CREATURES: ReadonlySet<string | undefined> = new Set(['animal', 'bird', 'fish']);
const isCreature = (name: string): boolean => CREATURES.has(kindOf(undefined, name));

function byWords(
  detections: Detection[],
  object: NonNullable<Command['object']>,
  size: { width: number; height: number },
): Decision {
  const same = detections.filter(({ label, score }) => label === object.label && score >= NAMED);
  if (same.length > 0) {
    const [detection, ...rest] = byPosition(same, object.text, size);
    const others =
      object.several && !tellsOne(object.text) ? rest.filter(({ score }) => score >= SURE_OF_MORE) : [];
    return { detection, others: others.slice(0, MOST - 1), score: Math.min(1, detection.score + 0.2) };
  }
  const related = distinct(detections).filter(
    ({ label, score }) => score >= UNSURE && score < CERTAIN && isRelated(label, object.label),
  );
  if (related.length === 1) return { detection: related[0], score: related[0].score * RELATED };
  throw absent(object, distinct(detections));
}

/** "Dance!": one thing must stand out. */
function byProminence(detections: Detection[], size: { width: number; height: number }): Decision {
  const ranked = distinct(detections)
    .map((detection) => ({ detection, fit: prominence(detection, size) }))
    .sort((a, b) => b.fit - a.fit);
  if (ranked.length === 0 || ranked[0].detection.score < NAMED) throw noneProminent();
  const rivals = ranked.filter(({ fit }) => fit > 0.6 * ranked[0].fit);
  if (rivals.length > 1) throw severalProminent(rivals.map(({ detection }) => detection));
  return { detection: ranked[0].detection, score: ranked[0].detection.score };
}

/** Two clear things that stand apart are not one; else a box is too small, or one of the two was a mistake. */
function refuseDifferentThings(detections: Detection[], clicks: Point[]): void {
  const picks = clicks.map((click) => best(rankedAt(detections, click))?.detection);
  const clear = picks.filter((pick) => pick !== undefined && pick.score >= CONTRARY) as Detection[];
  if (clear.some((one) => clear.some((other) => overlap(one.box, other.box) < APART)))
    throw clicksDisagree(picks);
}

const rankedAt = (detections: Detection[], click: Point) =>
  detections
    .filter(({ box }) => holds(box, click))
    .map((detection) => ({ detection, fit: fitOf(detection, [click]) }))
    .sort((a, b) => b.fit - a.fit);

const best = (
  ranked: { detection: Detection }[],
): (Decision & { detection: Detection; score: number }) | undefined =>
  ranked.length > 0 ? { detection: ranked[0].detection, score: ranked[0].detection.score } : undefined;

/** Inside the box or at most 4 % of its size beside it. */
function holds({ x, y, width, height }: Box, click: Point): boolean {
  const [dx, dy] = [0.04 * width, 0.04 * height];
  return click.x >= x - dx && click.x <= x + width + dx && click.y >= y - dy && click.y <= y + height + dy;
}

/** Sure things, clicked near their middle; of two equal ones the smaller, which lies in front of the larger. */
function fitOf({ box, score }: Detection, clicks: Point[]): number {
  const offset = clicks.reduce((sum, { x, y }) => {
    const u = (x - box.x - box.width / 2) / (box.width / 2);
    const v = (y - box.y - box.height / 2) / (box.height / 2);
    return sum + Math.max(Math.abs(u), Math.abs(v)) / clicks.length;
  }, 0);
  return (score * (1.3 - 0.6 * Math.min(1, offset))) / (box.width * box.height) ** 0.1;
}

/** Large, central and sure. */
function prominence({ box, score }: Detection, { width, height }: { width: number; height: number }): number {
  const u = Math.abs(box.x + box.width / 2 - width / 2) / (width / 2);
  const v = Math.abs(box.y + box.height / 2 - height / 2) / (height / 2);
  return score * Math.sqrt((box.width * box.height) / (width * height)) * (1 - 0.4 * Math.max(u, v));
}

/** Whether the detector may mean one by the other. */
function isRelated(one: string | undefined, other: string | undefined): boolean {
  const kind = findLabel(one)?.kind;
  return kind !== undefined && kind === findLabel(other)?.kind && (kind === 'animal' || kind === 'vehicle');
}
