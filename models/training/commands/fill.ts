import { plainOf } from '../../understand/chinese/words.ts';
import { formsOf } from '../../understand/lexicon/nouns.ts';
import type { Random } from './random.ts';
import {
  ACTS, ADJECTIVES, DIRECTIONS, MODIFIERS, OTHERS, PLACED, PLACES, partNames, pluralOf, RARE, SIMPLE_ZH, SOUNDS, STRENGTHS, soundOf, THINGS, VERBS, WITH_PARTS,
} from './words.ts'; // biome-ignore format: one list

export type Language = 'en' | 'zh';
/** Characters of a sentence with a tag. */
export interface Span {
  start: number;
  end: number;
  tag: number;
  /** Of the slot, {A2}; empty where it has none. */
  number: string;
}

/**
 * Slots: T thing, A action, N action as a noun, P part, D direction, S strength; those that are not meant, and have no tag:
 * X thing, B action, Q part, E direction. {A2-ing} is the second action in a form.
 */
const SLOT = /\{([TANPDSXBQE])-?(ing|s|ed)?(\d?)(?:-(ing|s|ed))?\}/g;
/** O other, T thing, A action, P part, D direction, S strength. */
const TAG: Record<string, number> = { T: 1, A: 2, N: 2, P: 3, D: 4, S: 5 };

/** How often "it" stands for a thing, and a character of its name is written by its sound. */
const PRONOUNS = 0.06;
const MISHEARD = 0.05;
/** How often a Chinese sentence has an English word: 让 dog 跳舞. */
const MIXED = 0.03;

/** A verb and what belongs to it: "wag its tail" is ['wag', 'its tail']. */
type Action = [verb: string, rest: string];

/**
 * Fills frames in one language.
 * @param known with words of our lists only, written right
 */
export function createFiller(language: Language, { random, pick }: Random, known = false) {
  const english = language === 'en';
  const odd = (share: number) => !known && random() < share;
  const bare = (text: string) => (english ? text : plainOf(text));

  function thing(after: string, many: boolean): string {
    const noun = odd(0.35) ? pick(RARE.nouns[language]) : pick(THINGS[language]);
    if (!english && odd(MIXED)) return ` ${pick(OTHERS)} `;
    if (!english) {
      const adjective = random() < 0.25 ? pick(ADJECTIVES.zh) : '';
      const said = odd(MISHEARD) ? misheard(noun) : noun;
      return /^[小大老]/.test(noun) && adjective.length === 1 ? said : adjective + said;
    }
    const list = /\bthe $/.test(after) && random() < 0.2 ? PLACED : ADJECTIVES.en;
    const where = random() < 0.06 && !many && /\b(?:the|that|this) $/.test(after) ? pick(PLACES) : '';
    const kind = random() < 0.08 ? pick(MODIFIERS) : '';
    const adjective = random() < 0.25 ? pick(list) : '';
    return [adjective, kind, many ? pluralOf(noun) : noun, where].filter(Boolean).join(' ');
  }

  /** 大象 -> 大像 */
  function misheard(noun: string): string {
    const at = Math.floor(random() * noun.length);
    const same = SOUNDS.get(soundOf(noun[at])) ?? [noun[at]];
    return noun.slice(0, at) + pick(same) + noun.slice(at + 1);
  }

  /** What a thing does; a part that the frame names has its own verbs, and the verb then holds none. */
  function action(part: string | undefined, single: boolean): Action {
    const verbs = part && random() < 0.7 ? WITH_PARTS[language][part] : undefined;
    if (verbs) return [repeated(pick(verbs)), ''];
    if (!part && random() < 0.2) {
      const own = pick(Object.keys(WITH_PARTS[language]));
      const name = pick(partNames(language, own));
      return [
        pick(WITH_PARTS[language][own]),
        english ? `${pick(['its', 'his', 'her', 'their', 'the'])} ${name}` : name,
      ];
    }
    const list = odd(0.3) ? RARE.verbs[language] : single && !english ? SIMPLE_ZH : VERBS[language];
    if (!english && odd(MIXED)) return [` ${pick(ACTS)} `, ''];
    const verb = pick(list);
    if (!english) return [repeated(verb), ''];
    const [first, ...rest] = verb.split(' ');
    return single && rest.length > 0 ? action(part, single) : [first, rest.join(' ')];
  }

  /** 跳跳, 晃一晃, 活动活动 */
  function repeated(verb: string): string {
    if (english || verb.length > 2 || random() > 0.1) return verb;
    return verb.length === 2 ? verb + verb : verb + pick(['', '', '一', '了']) + verb;
  }

  /** Whom a picture shows need not be named: "get him to laugh". Not in lists, nor where the name is said again. */
  function pronoun(frame: string, whole: string, text: string): string | undefined {
    if (!odd(PRONOUNS) || frame.split(whole).length > 2) return undefined;
    if (!english)
      return /[只个条匹头位]$/.test(text)
        ? undefined
        : pick(['它', '他', '她', '这个', '那个', '它们', '这家伙', '那家伙', '这俩']);
    const caused = /\b(?:make|let|have|get|see|want) (?:the|my|this|that|our) $/.test(text);
    if (!caused && !/(?:^|[,.;] )(?:the|my|this|that|our) $/.test(text)) return undefined;
    return pick(
      caused
        ? ['it', 'him', 'her', 'them', 'this one', 'that thing', 'both of them']
        : ['it', 'he', 'she', 'this one'],
    );
  }

  /** A frame with its slots filled; `spans` says which characters are which slot. */
  return function fill(frame: string): { text: string; spans: Span[] } {
    const spans: Span[] = [];
    // What a frame says twice is the same twice: "the dog, yes, the dog".
    const said = new Map<string, string>();
    const actions = new Map<string, Action>();
    const parts = new Map<string, string>();
    for (const [, name, , number] of frame.matchAll(SLOT))
      if (/[PQ]/.test(name) && !parts.has(name + number))
        parts.set(name + number, pick(Object.keys(WITH_PARTS[language])));
    const hasDirection = /\{D/.test(frame);
    let text = '';
    let last = 0;
    for (const match of frame.matchAll(SLOT)) {
      const [whole, name, before, number, behind] = match;
      text += bare(frame.slice(last, match.index)).toLowerCase();
      last = match.index + whole.length;
      const rest = frame.slice(last);
      const many = english && /^s\b/.test(rest);
      let word = said.get(whole);
      if (word === undefined && /[AB]/.test(name)) {
        const part = parts.get(`P${number}`) ?? (number ? undefined : parts.values().next().value);
        const single = english
          ? hasDirection
          : /^(?:起来|个不停|个没完|[一两几]下|着|了|得|一[会{])/.test(rest) || /[一在着]$/.test(text);
        const one = actions.get(name + number) ?? action(name === 'A' ? part : undefined, single);
        actions.set(name + number, one);
        word = english ? inflected(one, before ?? behind ?? '') : one.join('');
        // 摇起尾巴来
        if (!english && one[1] && rest.startsWith('起来')) {
          word = `${one[0]}起${one[1]}来`;
          last += 2;
        }
      } else if (word === undefined && /[PQ]/.test(name))
        word = partName(parts.get(name + number)!, text, many);
      else if (word === undefined && name === 'T' && !/^['s]/.test(rest)) {
        const it = pronoun(frame, whole, text);
        if (it) {
          text = english ? text.replace(/\S+ $/, '') + it : text + it;
          continue;
        }
        word = thing(text, many);
      } else word ??= name === 'T' || name === 'X' ? thing(text, many) : simple(name);
      if (!/[AB]/.test(name)) said.set(whole, word);
      if (many && /[TXPQ]/.test(name)) last += 1;
      if (english) text = text.replace(/\ban? $/, /^[aeiou]/.test(word) ? 'an ' : 'a ');
      word = bare(word);
      if (word.startsWith(' ')) {
        word = word.trim();
        if (!text.endsWith(' ')) text += ' ';
      }
      if (TAG[name])
        spans.push({ start: text.length, end: text.length + word.length, tag: TAG[name], number });
      text += word;
    }
    return { text: text + bare(frame.slice(last)).toLowerCase(), spans };
  };

  function partName(key: string, after: string, many: boolean): string {
    const names = partNames(language, key);
    if (!english) return pick(names);
    const name = pick(
      names.filter((one) => pluralOf(one) !== one && !/[^s]s$|^feet$|^hooves$|^antennae$/.test(one)),
    );
    const paired = !/^(?:tail|head|mouth|trunk)$/.test(key) && /\b(?:its|his|her|their|the) $/.test(after);
    return many || (paired && random() < 0.6) ? pluralOf(name) : name;
  }

  function simple(name: string): string {
    if (name === 'N') return pick(ACTS);
    if (name === 'S') return pick(STRENGTHS[language]);
    return pick(DIRECTIONS[language]);
  }
}

function inflected([verb, rest]: Action, form: string): string {
  const [base, third, gerund, past] = formsOf(verb).map((it) => it.form);
  return [{ '': base, ing: gerund, s: third, ed: past }[form] ?? base, rest].filter(Boolean).join(' ');
}
