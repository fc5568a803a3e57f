import { findLabel } from '../labels.ts';
import type { Candidate, Command, Detection, Point } from '../types.ts';
import {
  CERTAIN,
  GENERAL,
  holds,
  isRelated,
  type Question,
  RELATED,
  ranked,
  tell,
  type Weighed,
  weigh,
} from './candidates.ts';
import { distinct, overlap, SAME_THING } from './detector.ts';
import { absent, clicksDisagree, noneProminent, notAsNamed, severalProminent } from './refusals.ts';
import { allOf, counted } from './which.ts';

export interface Choice {
  /** Absent: nothing was detected there; the clicks alone say what is meant. */
  detection?: Detection;
  /** Some click is on the thing but outside the box, which therefore is too small. */
  beyond?: boolean;
  /** Other things under all clicks that bear a name as good: the one that is meant may be any of them. */
  rivals: Detection[];
  /** More of the same that are meant too: "both birds". */
  others: Detection[];
  /** 0..1 */
  score: number;
  source: 'click' | 'words';
  alternatives: Detection[];
  /** Why: everything that was considered. */
  candidates: Candidate[];
}

/** Detections that are surer than this contradict words of another kind: a dog is not a bus. */
const CONTRARY = 0.35;
/** Boxes that share less than this are of two things. */
const APART = 0.1;
/** What stands out stands out by this much. */
const RIVAL = 0.6;
/** Without a name and a click, what is less sure than this is nothing. */
const SOMETHING = 0.15;
/** Where one is told by its place, what is less sure than this share of the surest is not counted: the leftmost is soon a mistake. */
const AS_SURE = 0.5;
/** What is likelier another animal by more than this is one. */
const CONFUSED = 0.4;
/** Where several are meant, all of them that are this sure move, at most MOST. */
const SURE_OF_MORE = 0.25;
const MOST = 6;
/** As many boxes are tried beside the chosen one. */
const MOST_RIVALS = 3;

/**
 * Decides which thing is meant: the one place where words, clicks and picture come together. Every detection is weighed
 * (candidates.ts); a click wins over words, words break ties between things that overlap under the click, and both must agree.
 * @param clicks pixels; @param object what the sentence named, undefined for "it"
 * @param more.alike how well each detection shows what was said, by the aligner; `more.which` which of several, `more.coloured` how much of
 * each has the colour that was said
 * @throws PipelineError `clicks_disagree`, `click_and_words_disagree`, `object_not_found`; `seen` has the candidates
 */
export function choose(
  detections: Detection[],
  clicks: Point[],
  object: Command['object'],
  size: { width: number; height: number },
  more: Pick<Question, 'alike' | 'which' | 'coloured'> = {},
): Choice {
  const scattered = clicks.length > 1 && !detections.some(({ box }) => clicks.every((it) => holds(box, it)));
  if (scattered) refuseDifferentThings(clicks.map((click) => under(click, detections, size)));
  const question = { clicks, scattered, object, size, ...more };
  const things = weigh(detections, question);
  const decide = clicks.length > 0 ? byClicks : object ? byWords : byProminence;
  const { detection, rivals = [], others = [], score } = decide(things, question);
  const chosen = detection ? [detection, ...others] : [];
  return {
    detection,
    rivals,
    others,
    score,
    ...(scattered && { beyond: true }),
    source: clicks.length > 0 ? 'click' : 'words',
    alternatives: distinct(detections).filter((one) =>
      chosen.every(({ box }) => overlap(one.box, box) < 0.6),
    ),
    candidates: tell(things, chosen, size),
  };
}

type Decision = Pick<Choice, 'detection' | 'score'> & Partial<Pick<Choice, 'rivals' | 'others'>>;

/** What is under the clicks and bears the name, if there is one. */
function byClicks(things: Weighed[], { object, size }: Question): Decision {
  const clicked = ranked(things.filter(({ click }) => click !== 0));
  const [best] = clicked.filter(({ words }) => words !== 0);
  if (object?.label && !isNamed(best)) {
    const contrary = clicked.filter(({ words, detection }) => words === 0 && detection.score >= CONTRARY);
    if (contrary.length > 0)
      throw notAsNamed(
        object,
        contrary.map((one) => one.detection),
        tell(things, [], size),
      );
  }
  if (!best) return { score: object?.label ? 0.3 : 0.5 };
  const equal = clicked.filter(({ words }) => words === best.words).map(({ detection }) => detection);
  return { ...decided(best), rivals: apartFrom(best.detection, equal).slice(0, MOST_RIVALS) };
}

function byWords(things: Weighed[], question: Question): Decision {
  const { object, size } = question;
  const [first, ...rest] = toldOf(things, question);
  if (first) {
    const others = rest.map(({ detection }) => detection).filter(({ score }) => score >= SURE_OF_MORE);
    return { ...decided(first), others: others.slice(0, MOST - 1) };
  }
  const related = distinctOf(things).filter(({ words }) => words !== 0);
  if (related.length === 1) return decided(related[0]);
  throw absent(
    object!,
    distinctOf(things).map((one) => one.detection),
    tell(things, [], size),
  );
}

/** Of the things that bear the name all, best first, where several are meant; else the one that is meant. */
function toldOf(things: Weighed[], { object, which }: Question): Weighed[] {
  const named = ranked(things.filter(isNamed));
  if (!which) return object!.several ? distinctOf(named) : named.slice(0, 1);
  const sure = asSure(mayBe(named, things), things);
  return object!.several ? allOf(sure, which) : counted(sure, which).slice(0, 1);
}

/**
 * Of which one is told: what bears the best of the names and, where none does surely, what is as surely something that it is
 * confused with: in a pile of cats some are dogs to the detector.
 */
function mayBe(named: Weighed[], things: Weighed[]): Weighed[] {
  const best = named.filter(({ words }) => words === named[0].words);
  const surest = Math.max(0, ...best.map(({ detection }) => detection.score));
  if (surest >= CERTAIN) return best;
  const apart = ({ box }: Detection) =>
    best.every(({ detection: one }) => overlap(one.box, box) <= SAME_THING);
  const confused = things.filter(
    ({ words, detection }) => words === RELATED && detection.score >= surest && apart(detection),
  );
  return [...best, ...confused];
}

/** "Dance!": one thing must stand out, or be the one on the left. */
function byProminence(things: Weighed[], { which, size }: Question): Decision {
  const clear = distinctOf(things).filter(({ detection }) => detection.score >= SOMETHING);
  const [first, ...others] = ranked(clear);
  if (!first) throw noneProminent(tell(things, [], size));
  if (which) {
    const sure = asSure(clear, clear);
    const lively = sure.filter(({ detection }) => findLabel(detection.label)?.kind !== 'thing');
    return decided(counted(lively.length > 0 ? lively : sure, which)[0]);
  }
  const rivals = others.filter(({ fit }) => fit > RIVAL * first.fit);
  if (rivals.length > 0)
    throw severalProminent(
      [first, ...rivals].map(({ detection }) => detection),
      tell(things, [], size),
    );
  return decided(first);
}

/**
 * Those that are sure enough to be counted, each once. A cat that the detector takes for a dog, too, is as sure as the dog is, unless
 * that is far surer.
 */
function asSure(named: Weighed[], all: Weighed[]): Weighed[] {
  const likeliest = ({ label, box }: Detection) =>
    all
      .filter(({ detection: other }) => label === other.label || isRelated(label, other.label))
      .filter(({ detection: other }) => overlap(other.box, box) > SAME_THING)
      .reduce((most, { detection: other }) => Math.max(most, other.score), 0);
  const sure = distinctOf(named).map((one) => ({ one, likely: likeliest(one.detection) }));
  const least = AS_SURE * Math.max(...sure.map(({ likely }) => likely));
  return sure
    .filter(({ one, likely }) => likely >= least && one.detection.score >= CONFUSED * likely)
    .map(({ one }) => one);
}

/** What one click is on. */
function under(click: Point, detections: Detection[], size: Question['size']): Detection | undefined {
  const question = { clicks: [click], scattered: false, object: undefined, size };
  return ranked(weigh(detections, question)).find((one) => one.click !== 0)?.detection;
}

/** Two clear things that stand apart are not one; else a box is too small, or one of the two was a mistake. */
function refuseDifferentThings(picks: (Detection | undefined)[]): void {
  const clear = picks.filter((pick) => pick !== undefined && pick.score >= CONTRARY) as Detection[];
  if (clear.some((one) => clear.some((other) => overlap(one.box, other.box) < APART)))
    throw clicksDisagree(picks);
}

const isNamed = (one: Weighed | undefined): boolean => (one?.words ?? 0) >= GENERAL;

/** A name that fits makes it surer, one that nearly fits less sure. */
function decided(one: Weighed): Decision & { detection: Detection } {
  const { detection, words = 1 } = one;
  const { score } = detection;
  return { detection, score: isNamed(one) ? Math.min(1, score + 0.2) : score * words };
}

/** Those that are other things than `one` and each other, the first of each, in the order given. */
function apartFrom(one: Detection, others: Detection[]): Detection[] {
  const kept = [one];
  for (const other of others)
    if (kept.every(({ box }) => overlap(box, other.box) <= SAME_THING)) kept.push(other);
  return kept.slice(1);
}

/** One entry for each thing, in the order given. */
function distinctOf(things: Weighed[]): Weighed[] {
  const kept = new Set(distinct(things.map(({ detection }) => detection)));
  return things.filter(({ detection }) => kept.has(detection));
}
