import { isDeepStrictEqual } from 'node:util';
import type { Which } from '../types.ts';
import type { Parsed } from './parsed.ts';

export type Thing = NonNullable<Parsed['object']>;

/** A part of a sentence, one thought: at most one thing acts, or several do the same. */
export interface Clause extends Omit<Parsed, 'confidence'> {
  /** More things that do the same: "the dog and the cat jump". */
  others: Thing[];
  /** How much of it was not understood, of `length` words or characters; less sure readings count in part. */
  missed: number;
  length: number;
  /** What tells the thing from others of its name, where the name itself does not: 第一只狗, 第二只狗. */
  which?: Which;
  /** 0..1, what makes the whole sentence doubtful: a guessed verb, a story told in the past. */
  trust: number;
  /** "him", 她: whom it is about, where nothing is named. */
  pronoun?: string;
  /** It takes the place of what it repeats: "the train, no wait, the car". */
  corrects?: boolean;
}

/** Say little of how it looks; another verb of the sentence says more ("purr and blink", "go and jump"). */
export const FAINT: ReadonlySet<string> = new Set(['move', 'talk']);

export const acts = ({ manner, part }: Pick<Clause, 'manner' | 'part'>): boolean =>
  manner !== undefined || part !== undefined;

/** How far it is believed that what is named alone shall move. */
const ALONE = 0.7;

/** "Hands off the house. Just the smoke.", 人别动，就河水: what is named alone after what shall not move. */
export const movesAlone = (clauses: Clause[]): Parsed[] =>
  clauses
    .filter(({ object, missed }) => object && missed === 0)
    .slice(0, 1)
    .map(({ object }) => ({ object, manner: 'move', confidence: ALONE }));

/**
 * Clauses to commands, one for each thing: "dog, jump" and "make the, the horse jump" are one, "the dog jumps, the cat
 * dances" are two.
 */
export function combine(clauses: Clause[]): Parsed[] {
  const groups: Clause[][] = [];
  for (const [i, clause] of clauses.entries()) {
    const group = groups.at(-1);
    if (group && clause.corrects)
      groups[groups.length - 1] = [...group.map((one) => without(one, clause)), clause];
    else if (group && !begins(clause, clauses[i + 1], group)) group.push(clause);
    else groups.push([clause]);
  }
  return groups.flatMap(merge).map(likewise);
}

/** "The car drives to the left and the truck to the right": where no verb is said, the one before holds. */
function likewise(one: Parsed, i: number, all: Parsed[]): Parsed {
  const before = all[i - 1];
  if (!before?.verb || !before.direction || !one.direction || one.verb || one.part || !one.object) return one;
  return { ...one, manner: before.manner, part: before.part };
}

/** A clause less what another says instead. */
const without = (clause: Clause, { object, manner, part, direction, strength }: Clause): Clause => ({
  ...clause,
  ...(object && { object: undefined, others: [] }),
  ...((manner || part) && { manner: undefined, part: undefined, verb: undefined }),
  // How it was to be done went with what was to be done.
  ...(manner && manner !== clause.manner && { strength: undefined }),
  ...(direction && { direction: undefined }),
  ...(strength && { strength: undefined }),
});

/** Whether a clause is about another thing than those before it, which have their verb already. */
function begins(clause: Clause, next: Clause | undefined, group: Clause[]): boolean {
  if (!clause.object) return isOther(clause, group);
  if (!group.some(acts)) return false;
  if (group.some((one) => isSameThing(one, clause))) return false;
  // "Breathe, that's all, the sleeping cat"
  if (group.every(({ object, manner }) => !object && manner === clause.manner)) return false;
  return acts(clause) || (next !== undefined && acts(next) && !next.object);
}

function isSameThing(one: Clause, other: Clause): boolean {
  if (!one.object || one.object.text !== other.object?.text) return false;
  return !one.which || !other.which || isDeepStrictEqual(one.which, other.which);
}

/** "Make him laugh and her cry" */
function isOther(clause: Clause, group: Clause[]): boolean {
  const before = group.findLast(acts);
  // "The left one jumps, the right one sits."
  if (before?.where && clause.where && acts(clause)) return before.where !== clause.where;
  if (!before?.pronoun || !clause.pronoun || group.some(({ object }) => object)) return false;
  return acts(clause) && before.pronoun !== clause.pronoun;
}

/** The first clause with a verb leads. */
function merge(clauses: Clause[]): Parsed[] {
  const lead = clauses.find((one) => acts(one) && !FAINT.has(one.manner ?? '')) ?? clauses.find(acts);
  if (!lead) return [];
  const first = <K extends 'direction' | 'strength'>(key: K) =>
    lead[key] ?? clauses.find((one) => one[key] !== undefined)?.[key];
  const named = lead.object ?? clauses.find(({ object }) => object)?.object;
  // "The dog, the cat and the bird dance": what stands before a list belongs to it.
  const listed = lead.others.length > 0 ? clauses.slice(0, clauses.indexOf(lead)) : [];
  const sum = (key: 'missed' | 'length') => clauses.reduce((total, one) => total + one[key], 0);
  const { manner, part, verb } = lead;
  const shared = {
    where: named ? undefined : clauses.find((one) => one.where)?.where,
    manner,
    part,
    verb,
    direction: first('direction'),
    strength: first('strength'),
    confidence: (1 - sum('missed') / sum('length')) * lead.trust,
  };
  const before = listed.flatMap(({ object }) => object ?? []);
  return [...before, named, ...lead.others].map((object) => ({ object, ...shared }));
}
