import { actionOf } from './lexicon/index.ts';
import { isNoun, isPhysical } from './lexicon/nouns.ts';
import type { Parsed } from './parsed.ts';
import type { Reading } from './tagger/index.ts';

/** What a reading is worth that names no thing, and one whose thing may be none. */
const UNNAMED = 0.75;
const UNSEEN = 0.6;
/** From here on the tagger's reading counts where the rules find no command. */
const ENOUGH = 0.5;

/** How sure the tagger must be that a sentence asks for nothing: one that has a word for asking, any other, a short one. */
const IDLE = { asking: 0.9, other: 0.7 };
const ASKING =
  /\b(?:make|let|have|get|should|must|ought|want|wanna|like|please|can|could|would|may|send|show|tell|give|need|wish)\b|[让把叫帮请想要给能令]|使(?!劲)|可以/i;
/** English words or Chinese characters; shorter sentences are captions rather than talk. */
const SHORT = 5;

/**
 * Of two readings the one that explains more: rules know our words best, the tagger knows how people talk. None where the
 * tagger hears talk that asks for nothing, in which rules find verbs all the same.
 */
export function choose(rules: Parsed[], { parsed: tagged, idle }: Reading, sentence: string): Parsed[] {
  const length = sentence.match(/\p{Script=Han}|[\w']+/gu)?.length ?? 0;
  if (length > SHORT && idle > (ASKING.test(sentence) ? IDLE.asking : IDLE.other)) return [];
  const [a, b] = [worth(rules), worth(tagged)];
  if ((a === 0 && b < ENOUGH) || a >= b) return rules;
  // How it is done is often said where the tagger does not look.
  const same = rules.length === tagged.length;
  return tagged.map((one, i) => ({
    ...one,
    direction: one.direction ?? (same ? rules[i].direction : undefined),
    strength: one.strength ?? (same ? rules[i].strength : undefined),
  }));
}

/** 0..1 */
function worth(parsed: Parsed[]): number {
  const of = ({ object, confidence, manner, part }: Parsed) => {
    if (!actionOf(manner, part)) return 0;
    const last = object?.english?.split(' ').at(-1);
    const seen = object?.label || (last && isNoun(last) && isPhysical(last));
    return confidence * (seen ? 1 : object ? UNSEEN : UNNAMED);
  };
  return parsed.reduce((sum, one) => sum + of(one), 0) / Math.max(1, parsed.length);
}
