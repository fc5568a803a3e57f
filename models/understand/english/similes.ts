import { isNoun } from '../lexicon/nouns.ts';
import { verbAt } from '../lexicon/verbs.ts';

/** How fast or hard animals and things are that something is likened to. */
const FORCES: [likened: string, force: string][] = [
  ['snail|tortoise|turtle|sloth|slug|molasses|treacle|glacier', 'slowly'],
  ['mouse|feather|whisper|lamb|breath|butterfly|snowflake', 'gently'],
  [
    'rocket|bullet|shot|lightning|flash|cheetah|hare|racehorse|bolt|race ?car|maniac|madman|lunatic|beast|bull|tornado|whirlwind|hurricane|storm|thunder|tsunami|sledgehammer|freight train',
    'strongly',
  ],
];
const forceOf = (likened: string): string =>
  FORCES.find(([names]) => new RegExp(`\\b(?:${names})s?\\b`).test(likened))?.[1] ?? '';

/** "At a snail's pace", "at lightning speed" */
const PACE = /\b(?:at|with) (?:a |an |the )?([a-z ]{3,14}?)(?:'s|s')? (?:pace|speed|force|power)\b/g;
/** "As quick as a flash", "slow as molasses" */
const AS =
  /(?<!\b(?:so|be|is|are|was) )\b(?:as )?(?:slow|slowly|fast|quick|quickly|swift|hard|soft|softly|gentle|gently|light|lightly|quiet|quietly) as (?:an? |the )?(\w+(?: car| train)?)\b(?! (?:can|could|does|do|did|is)\b)/g;
/** "Shakes like a leaf" */
const LIKE =
  /(\b[a-z]+) like ((?:an? (?!(?:tiny |little |wee )?(?:bit|lot|tad|touch)\b)(?:\w+ )??|(?!(?:mad|crazy|hell|anything|nobody|lightning|this|that|it|so|a|an|the)\b))(\w+))(?= and\b| (?:in|on|to|up|down|left|right|across|around|now|please)\b|[,.;!?]|$)/g;

/** Without what a motion is likened to, which does nothing here: "stroll at a snail's pace" is "stroll slowly". */
export const withoutSimiles = (text: string): string =>
  text
    .replace(PACE, (whole, likened: string) => forceOf(likened) || whole)
    .replace(AS, (whole, likened: string) => forceOf(likened) || whole)
    .replace(LIKE, (whole, before: string, _, likened: string) =>
      moves(before) && isNoun(likened) ? `${before} ${forceOf(likened)}`.trim() : whole,
    );

/** "Looks like a bird" is no motion. */
const moves = (word: string): boolean =>
  !/^(?:look|seem|feel|sound)/.test(word) &&
  (verbAt([word], 0) !== undefined || /^(?:about|around|up|down|off|away|it|him|her|them)$/.test(word));
