import type { Tag, Tagged } from './tagger.ts';

/** Words in a row with the same tag. */
interface Span {
  tag: Exclude<Tag, 'O'>;
  text: string;
}

/** What one command of a sentence is made of, in the words of the sentence. */
export interface Spoken {
  things: string[];
  action?: string;
  part?: string;
  direction?: string;
  strength?: string;
}

function spansOf(text: string, tagged: Tagged[]): Span[] {
  const spans: (Span & { start: number; end: number })[] = [];
  let before: Tag = 'O';
  for (const { tag, start, end } of tagged) {
    const last = spans.at(-1);
    if (tag !== 'O' && tag === before && last) last.end = end;
    else if (tag !== 'O') spans.push({ tag, start, end, text: '' });
    before = tag;
  }
  return spans.map((span) => ({ tag: span.tag, text: text.slice(span.start, span.end) }));
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
  for (const { tag, text: words } of spans) {
    let current = commands.at(-1)!;
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
      else current.things.push(words);
    } else if (tag === 'A') current.action ??= words;
    else if (tag === 'P') current.part ??= words;
    else if (tag === 'D') current.direction ??= words;
    else current.strength ??= words;
  }
  const acting = commands.filter(({ action, part }) => action ?? part);
  // What is said again without a name belongs to the thing that has one.
  const named = acting.filter(({ things }) => things.length > 0);
  return named.length > 0 ? named : acting.slice(0, 1);
}
