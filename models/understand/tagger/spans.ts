import { FAINT } from '../clauses.ts';
import { MANNERS } from '../lexicon/index.ts';
import type { Tag, Tagged } from './tagger.ts';

/** Words in a row with the same tag, by their place in the sentence. */
interface Placed {
  tag: Exclude<Tag, 'O'>;
  start: number;
  end: number;
}

/** What one command of a sentence is made of, in the words of the sentence. */
export interface Spoken {
  things: string[];
  action?: string;
  part?: string;
  direction?: string;
  strength?: string;
}

/** What may stand within a thing or an action: 左边的狗, 摇个尾巴, "wag that tail". */
const WITHIN: Partial<Record<Tag, RegExp>> = {
  T: /^(?:的|那个|那只)$/,
  A: /^(?:[个了着过一]{1,2}|\s+(?:its|his|her|their|that|the|a)\s+)$/,
};

function spansOf(text: string, tagged: Tagged[]): Placed[] {
  const spans: Placed[] = [];
  let before: Tag = 'O';
  for (const { tag, start, end } of tagged) {
    const last = spans.at(-1);
    const within = last?.tag === tag && WITHIN[tag]?.test(text.slice(last.end, start));
    if (last && tag !== 'O' && (tag === before || within)) last.end = end;
    else if (tag !== 'O') spans.push({ tag, start, end });
    before = tag;
  }
  return spans.map((span) => (span.tag === 'T' ? trimmed(text, span) : span));
}

/** A name does not end in "on the". */
function trimmed(text: string, span: Placed): Placed {
  const words = text.slice(span.start, span.end);
  const name = words.replace(/(?: (?:on|in|at|of|the|an?|with|by|from|to|for|and|near|behind))+$/, '');
  return { ...span, end: span.start + name.length };
}

/** What joins things of a list: "the dog, the cat and the bird", 狗和猫. Any other that is named later takes the place of the first. */
const JOINED =
  /^[\s,、]*(?:(?:and|plus|with|also|then|as well as|和|跟|与|同|还有|以及|再|又)?[\s,、]*(?:the|a|an|my|your|that|this|both|那只|那个|这只)?)[\s,、]*$/;

/** Between what somebody does by whom he is told, and him. */
const THAT = /^的[这那][个只位条头匹辆]$/;
const acts = (spans: Placed[]): boolean => spans.some(({ tag }) => tag === 'A');

/** 笑着跑, 昂着头走, 叼着球跑回来: what is done along with something else, and what with. */
function isByTheWay(text: string, spans: Placed[], i: number): boolean {
  const lasts = ({ start, end }: Placed) => /着/.test(text[start - 1] + text[end - 1] + text[end]);
  const [span, next, after] = spans.slice(i);
  const deed = span.tag === 'A' && next?.tag === 'T' ? after : next;
  const verb = span.tag === 'T' ? spans[i - 1] : span;
  if (!deed || !isDeed(text, deed) || /[，,。；]/.test(text.slice((verb ?? span).end, deed.start)))
    return false;
  return verb !== undefined && /^[AP]$/.test(verb.tag) && lasts(verb);
}

function isDeed(text: string, span: Placed): boolean {
  if (span.tag !== 'A') return false;
  const words = text.slice(span.start, span.end);
  const verb = [4, 3, 2, 1].map((length) => words.slice(0, length)).find((one) => MANNERS.zh.has(one));
  return verb !== undefined && !FAINT.has(MANNERS.zh.get(verb)!);
}

/** After a thing: it is only where somebody is who has no name. */
const THERE =
  /^(?:[里上下中边旁前后头]|[里上下旁外前后][面边头])的?(?:最.的)?[这那][个只位条头匹辆](?!\p{Script=Han}?[人])/u;

const WIND = /(?:风|\b(?:wind|breeze|gust|gale))$/;

/** "The steam from the mug" is the steam. */
const OF = /^ (?:from|of|in|on|with) (?:(?:the|a|an|my|your|that|this) )?$/;

/** "And so should the cat", 猫也一样: who is named after a command does the same. */
const SAME =
  /\b(?:so (?:does|do|did|should|shall|must|can|could|will|would|is|are)|too|also|as well|same|likewise|ditto|joins? in|follows? suit|along|both)\b|也|一样|同样|同上|照做|跟着|一起|一道|一块|还有|两个|[俩都]/;

function joinIn(commands: Spoken[], text: string): void {
  for (const [i, command] of commands.entries()) {
    const before = commands[i - 1];
    if (!before || (command.action ?? command.part) || !SAME.test(text)) continue;
    const { action, part } = before;
    Object.assign(command, {
      direction: before.direction,
      strength: before.strength,
      ...command,
      action,
      part,
    });
  }
}

/**
 * The commands of a tagged sentence. "dog jump cat dance" and "move the car, fly the kite" are two; "the dog and the cat
 * dance" is one with two things; what is said twice counts once.
 */
export function commandsIn(text: string, tagged: Tagged[]): Spoken[] {
  const spans = spansOf(text, tagged);
  const order = spans.filter(({ tag }) => tag === 'T' || tag === 'A').map(({ tag }) => tag);
  const verbFirst = order[0] === 'A' && order[1] === 'T';
  const commands: Spoken[] = [{ things: [] }];
  let named = 0;
  for (const [i, { tag, start, end }] of spans.entries()) {
    const words = text.slice(start, end);
    let current = commands.at(-1)!;
    const next = spans[i + 1]?.tag;
    // 桌子上那个转起来, 昂着头走
    if (tag === 'T' && next !== 'T' && THERE.test(text.slice(end))) continue;
    // 给花浇水的那个阿姨
    if (
      tag === 'A' &&
      next === 'T' &&
      THAT.test(text.slice(end, spans[i + 1].start)) &&
      acts(spans.slice(i + 1))
    ) {
      if (current.action === undefined) current.things = [];
      continue;
    }
    if (isByTheWay(text, spans, i)) continue;
    // "A breeze moves the curtains"
    if (tag === 'T' && current.action !== undefined && WIND.test(current.things.join())) {
      // 大风刮过来，旗子飘: what the wind does is not what the flag does.
      if (next === 'A') Object.assign(current, { action: undefined, direction: undefined });
      current.things = [words];
      named = end;
      continue;
    }
    const begins =
      tag === 'T'
        ? current.action !== undefined &&
          current.things.length > 0 &&
          !current.things.includes(words) &&
          !verbFirst
        : tag === 'A' && verbFirst && current.action !== undefined && current.things.length > 0;
    if (begins) {
      current = { things: [] };
      commands.push(current);
    }
    if (tag === 'T') {
      // "The puppy, that little puppy"
      const again = current.things.findIndex((one) => one.endsWith(words) || words.endsWith(one));
      if (again >= 0) current.things[again] = words;
      else if (current.things.length > 0 && OF.test(text.slice(named, start))) continue;
      else if (current.action === undefined && !JOINED.test(text.slice(named, start)))
        current.things = [words];
      else current.things.push(words);
      named = end;
    } else if (tag === 'A') current.action ??= words;
    else if (tag === 'P') current.part ??= words;
    else if (tag === 'D') current.direction ??= words;
    else current.strength ??= words;
  }
  joinIn(commands, text);
  const acting = commands.filter(({ action, part }) => action ?? part);
  // What is said again without a name belongs to the thing that has one.
  const about = acting.filter(({ things }) => things.length > 0);
  return about.length > 0 ? about : acting.slice(0, 1);
}
