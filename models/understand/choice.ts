import { FAINT, type Thing } from './clauses.ts';
import { isTold } from './english/told.ts';
import { actionOf } from './lexicon/index.ts';
import { isCreature, isNoun, isNounFirst, isPhysical } from './lexicon/nouns.ts';
import type { Parsed } from './parsed.ts';
import { isRotary } from './settled.ts';
import type { Reading } from './tagger/index.ts';

/** What a reading is worth that names no thing, and one whose thing may be none. */
const UNNAMED = 0.75;
const UNSEEN = 0.6;
/** And one that has a part but no verb. */
const UNSAID = 0.8;
/** From here on the tagger's reading counts where the rules find no command. */
const ENOUGH = 0.5;

/** How much surer than the tagger the rules must be: they are sure of themselves, and in long sentences know least. */
const MARGIN = { short: 0.05, long: 0.15 };
/** Words or characters. */
const LONG = 12;

/** Below these the tagger is sure that a verb is none, that a thing is none, and that a thing does nothing for which there is no verb. */
const DOUBT = { verb: 0.05, thing: 0.06, unsaid: 0.3 };
/** What a reading of the rules loses whose thing is none to the tagger. */
const UNMARKED = 0.15;

/** How sure the tagger must be of what is spelt like a question: "when will I get to see the sofa stretch?"; more, where it asks of all of a kind. */
const ASKED = { one: 0.8, kind: 0.9 };
const KIND = /^(?:do|does|did|is|are) (?!(?:the|my|your|our|this|that|these|those|it|he|she|they|you) )/i;

/** How sure the tagger must be that a sentence asks for nothing: one that has words for asking or showing, and any other. */
const IDLE = { asking: 0.95, other: 0.65, told: 0.35 };
/** What tells of another time. */
const TOLD =
  /\b(?:(?<!\bi )was|were|had|has|have|did|didn't|wasn't|used to|yesterday|ago|last (?:night|week|month|year|summer|winter|spring|autumn|time|monday|sunday|saturday))\b|昨[天晚]|去年|前[天年]|上[次周]|上个?月|那[天年次]|当时|后来|小时候|以前|刚才|结果/i;
const ASKING =
  /\b(?:make|let|have(?! (?:been|had|gone|seen|done|eaten|taken|come|\w+ed|\w\w+en)\b)|get|bring|animate|should|must|ought|want|wanna|like|please|can|could|would|may|send|show|tell|give|need|wish)\b|\b(?:is|are|'s) \w+ing\b|\bthere(?:'s| is| are)\b|让|请|帮|叫(?!做)|想看|想要|希望|能不能|可以|可不可以|不许|都别/i;
/** What the speaker has to do, and when things happen: "I have to run to the store", "the bus comes at nine". */
const OWN =
  /\bi(?:'ve| have)?(?: got)?(?: just| really)? (?:have|need|had|got|ought) to (?!see|have|make|watch|get\b)\w+|^i(?:'m| am) (?:going to|gonna) (?!see|have|make)|\brunning (?:late|low|out of)\b|\bat (?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midnight)\b|\b(?:on (?:mon|tues|wednes|thurs|fri|satur|sun)day|(?<!no )tomorrow|tonight|next week)\b|^let'?s go\b/i;
/** Asks all the same: "let the bus come at nine". */
const PLAIN = /\b(?:make|let(?!'s)|please|can you|could you|animate|want|show|should)\b/i;
const DETERMINER = /^(?:the|my|your|our|its|his|her|their|this|that|these|those|all|both|it|them)$/;
/** English words or Chinese characters; shorter sentences are captions rather than talk. */
const SHORT = 5;

/**
 * Of two readings the one that explains more: rules know our words best, the tagger knows how people talk. None where the
 * tagger hears talk that asks for nothing, in which rules find verbs all the same, or where what moves cannot be seen ("prices").
 * What is in the picture is no talk: "the horse gallops along the beach" is how people say what they want to see.
 * @param seen labels of what is in the picture
 */
export function choose(rules: Parsed[], reading: Reading, sentence: string, seen: string[]): Parsed[] {
  const { idle } = reading;
  const length = sentence.match(/\p{Script=Han}|[\w']+/gu)?.length ?? 0;
  // "Shake the tree" asks by its form.
  const [first, second] = sentence.toLowerCase().split(' ', 2);
  const begins = first === rules[0]?.verb && DETERMINER.test(second);
  const asking = begins || ASKING.test(sentence);
  const chosen = once(better(confirmed(rules, reading), reading, sentence, length));
  const shown = chosen.some(({ object }) => object?.label !== undefined && seen.includes(object.label));
  // 帆船向左, 人别动，就河水: no verb, so that the tagger hears none.
  const steered =
    chosen.length > 0 && chosen.every((one) => isUnsaid(one) && (one.direction || ONLY.test(sentence)));
  if (OWN.test(sentence) && !PLAIN.test(sentence)) return [];
  if (!shown && !PLAIN.test(sentence) && isTold(sentence, chosen, idle)) return [];
  if (length <= SHORT || shown || steered) return chosen;
  if (idle > (asking ? IDLE.asking : TOLD.test(sentence) ? IDLE.told : IDLE.other)) return [];
  return !asking && chosen.every(({ object }) => object && isIdea(object)) ? [] : chosen;
}

/**
 * Without what the tagger is sure of that nobody does it, or that it is no thing, where others remain: "the designer says that
 * the door should open".
 */
function confirmed(rules: Parsed[], { parsed, heard }: Reading): Parsed[] {
  const isDone = (one: Parsed) =>
    one.verb ? (heard(one.verb)?.acts ?? 1) >= DOUBT.verb : marked(one, heard) >= DOUBT.unsaid;
  const done = rules.filter(isDone);
  const named = done.filter((one) => marked(one, heard) >= DOUBT.thing);
  if (done.length > 0) return named.length > 0 ? named : done;
  return worth(parsed) >= ENOUGH ? [] : rules;
}

/** A thing that is known, and no verb. */
const isUnsaid = ({ object, verb, part }: Parsed): boolean =>
  object !== undefined && (object.label !== undefined || isThing(object)) && !verb && !part;
const ONLY = /\b(?:just|only|except|apart from|other than|everything|nothing)\b|[只就光仅单]|除了/i;

/** 0..1, how likely the tagger holds the name of what moves for a part of a command. */
function marked({ object }: Parsed, heard: Reading['heard']): number {
  const word = object && heard(object.text.split(' ').at(-1)!);
  return word ? Math.min(1, word.named + word.acts) : 1;
}

/** Each command once; of two that differ in that one names nothing the other: "steam, can the steam rise". */
const once = (parsed: Parsed[]): Parsed[] =>
  parsed.filter(({ object, manner, part }, i) => {
    const same = (other: Parsed) => actionOf(other.manner, other.part) === actionOf(manner, part);
    const named = (other: Parsed) => other.object && (!object || isSame(object, other.object));
    // "The wind blows and her scarf flies": nobody sees the wind.
    if (parsed.length > 1 && lastOf(object) === 'wind') return false;
    return !parsed.some((other, j) => j !== i && same(other) && named(other) && (!object || j < i));
  });

/** What a question asks to be done; nothing unless the tagger is sure. */
export const chooseAsked = ({ parsed }: Reading, sentence: string): Parsed[] =>
  worth(parsed) >= (KIND.test(sentence) ? ASKED.kind : ASKED.one) ? parsed : [];

function better(
  rules: Parsed[],
  { parsed: tagged, heard }: Reading,
  sentence: string,
  length: number,
): Parsed[] {
  const margin = length > LONG ? MARGIN.long : MARGIN.short;
  const weighed = rules.map((one) => ({
    ...one,
    confidence: one.confidence * (1 - UNMARKED * (1 - marked(one, heard))),
  }));
  const [a, b] = [worth(weighed), worth(tagged)];
  if (a > 0 && goesOn(tagged, rules)) return tagged;
  if (a > 0 && (actsMore(rules, tagged, heard) || saysMore(rules, tagged, heard))) return rules;
  if (
    (a === 0 && b < ENOUGH) ||
    a >= b + margin ||
    (a > 0 &&
      (agree(rules, tagged) ||
        namesMore(rules, tagged, sentence) ||
        standsBefore(rules, tagged, sentence) ||
        goesOn(rules, tagged)))
  )
    return rules;
  // How it is done is often said where the tagger does not look.
  const same = rules.length === tagged.length;
  return tagged.map((one, i) => ({
    ...one,
    object:
      one.object ??
      (same && actionOf(one.manner, one.part) === actionOf(rules[i].manner, rules[i].part)
        ? rules[i].object
        : undefined),
    direction: one.direction ?? (same ? rules[i].direction : undefined),
    strength: one.strength ?? (same ? rules[i].strength : undefined),
    where: same ? rules[i].where : undefined,
  }));
}

/** How sure a reading must be of what the other did not see: where they agree on the rest, and where they do not. */
const MORE = { agreed: 0.9, other: 0.97 };

/** One reading has more of the same kind: "the candle burns, the curtain sways and the cat sleeps". */
function goesOn(more: Parsed[], less: Parsed[]): boolean {
  const agreed = less.every((one) => more.some((other) => agree([one], [other])));
  const sure = agreed ? MORE.agreed : MORE.other;
  const certain = ({ object, confidence }: Parsed) =>
    object && (object.label || isThing(object)) && confidence >= sure;
  return less.length > 0 && more.length > less.length && more.every(certain);
}

/** "Let him shake his head and let her nod": all that the tagger read, and verbs that it heard but did not read. */
const actsMore = (rules: Parsed[], tagged: Parsed[], heard: Reading['heard']): boolean =>
  tagged.length > 0 &&
  rules.length > tagged.length &&
  tagged.every((one) => rules.some((other) => agree([other], [one]))) &&
  rules.every(({ object, verb }) => !object && verb && (heard(verb)?.acts ?? 0) >= MORE.agreed);

/** "Squeal and run away": to the tagger it squeals, though it heard both. */
const saysMore = (rules: Parsed[], tagged: Parsed[], heard: Reading['heard']): boolean =>
  rules.length === tagged.length &&
  rules.every(({ object, manner = '', verb = '' }, i) => {
    const other = tagged[i];
    const more = FAINT.has(other.manner ?? '') && !FAINT.has(manner) && !other.part;
    return more && isOne(object, other.object) && (heard(verb)?.acts ?? 0) >= HEARD;
  });
const HEARD = 0.5;
const isOne = (a?: Thing, b?: Thing): boolean => (a && b ? isSame(a, b) : a === b);

/**
 * They do the same, but the tagger saw less of who does it: "garden" of the "garden gnome", "floppy" where a dog is named, the
 * plane of its propeller, and the girl of "the girl's skirt".
 */
const namesMore = (rules: Parsed[], tagged: Parsed[], sentence: string): boolean =>
  rules.length === tagged.length &&
  rules.every(({ object, manner, part }, i) => {
    const other = tagged[i].object;
    if (actionOf(manner, part) !== actionOf(tagged[i].manner, tagged[i].part) || !object || !other)
      return false;
    const [name, less] = [object.text, other.text];
    const within =
      name !== less && name.startsWith(less) && /^ |^\p{Script=Han}/u.test(name.slice(less.length));
    const [, owned = ''] = sentence.toLowerCase().split(`${lastOf(other)}'s `);
    return (
      (within && isThing(object)) ||
      (isAlive(other) && isThing(object) && owned.split(' ').slice(0, 2).includes(lastOf(object))) ||
      name === less ||
      isRotary(lastOf(object)) ||
      (isAlive(object) && !isNounFirst(lastOf(other)))
    );
  });

const BEHIND = '(?:from|over|around|through|across|above|past|behind|into|under|down|up|of)';
/** "Let leaves fall from the tree": to the rules what stands right before the verb does it, to the tagger what comes after it. */
const standsBefore = (rules: Parsed[], tagged: Parsed[], sentence: string): boolean =>
  rules.length === 1 &&
  tagged.length === 1 &&
  rules[0].verb === tagged[0].verb &&
  new RegExp(
    `\\b(?:let|make|have|see) ${literal(rules[0].object)} \\w+ (?:\\w+ )?${BEHIND} (?:\\w+ ){0,2}${literal(tagged[0].object)}\\b`,
  ).test(sentence.toLowerCase());
/** A name as part of a pattern: people also type brackets. */
const literal = (thing?: Thing): string => `${thing?.text}`.replace(/[^\p{L}\p{N} ]/gu, '\\$&');

/** They mean the same; the rules know where it is, "the dog on the left". */
const agree = (rules: Parsed[], tagged: Parsed[]): boolean =>
  rules.length === tagged.length &&
  rules.every(({ object, manner, part }, i) => {
    const other = tagged[i];
    const same = object?.label === other.object?.label && lastOf(object) === lastOf(other.object);
    return same && actionOf(manner, part) === actionOf(other.manner, other.part);
  });

/** 0..1 */
function worth(parsed: Parsed[]): number {
  const of = ({ object, confidence, manner, part }: Parsed) => {
    if (!actionOf(manner, part)) return 0;
    // A part alone says little: "my knees hurt".
    if (!manner) return confidence * UNSAID * (object ? 1 : UNNAMED);
    // Weather is nobody's.
    if (!object) return confidence * (manner === 'storm' ? 1 : UNNAMED);
    // Nobody rains.
    if (manner === 'storm' && object.label) return confidence * UNSEEN;
    return confidence * (object.label || isThing(object) ? 1 : UNSEEN);
  };
  return parsed.reduce((sum, one) => sum + of(one), 0) / Math.max(1, parsed.length);
}

const lastOf = ({ english = '' }: Partial<Thing> = {}): string => english.split(' ').at(-1)!;
/** 河流 and 河水 are one, 男人 and 女人 are two persons, and so are 红色的气球 and 黄色的气球. */
const isSame = (a: Thing, b: Thing): boolean =>
  a.text === b.text ||
  (!a.label && !b.label && lastOf(a) === lastOf(b) && !(a.text.includes('的') && b.text.includes('的')));
const isAlive = ({ label, english = '' }: Thing): boolean => label !== undefined || isCreature(english);
const isThing = (object: Thing): boolean => isNoun(lastOf(object)) && isPhysical(lastOf(object));
const isIdea = (object: Thing): boolean =>
  !object.label && isNoun(lastOf(object)) && !isPhysical(lastOf(object));
