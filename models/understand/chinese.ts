import { type Token, tokenize } from './chinese-tokens.ts';
import { direction, normalize, place, strength, withoutMeasures } from './chinese-words.ts';
import { LABEL_WORDS, MANNERS } from './lexicon.ts';
import type { Parsed } from './parsed.ts';
import { SoundTable } from './pinyin.ts';

const QUESTION = /什么|怎么|哪[里儿个只]?|几点|多少|谁|为何|是不是|有没有|几[只个]/;
/** 我喜欢… tells of the speaker; 我想让… has lost its 我想 by now. */
const ABOUT_ME = /^我/;
const ASKED_TO_ACT = /让|把|使|帮/;
const NEGATIVE =
  /(?<![特分告区离])别(?!致)|不要|不许|不准|不能|不用|不让|勿|除了|不是|其他|其它|其余|背景|保持|不动|不变|静止|禁止/;
const BREAK = /，|(?=但是?|不过|而且|并且|而是)/;

/** Parses a Chinese sentence; undefined for questions and for talk that asks for no motion. */
export function parseChinese(sentence: string, seen: string[]): Parsed | undefined {
  const { text } = normalize(sentence);
  if ((QUESTION.test(text) || ABOUT_ME.test(text)) && !ASKED_TO_ACT.test(text)) return undefined;
  const wanted = text.split(BREAK).filter((clause) => clause !== '' && !NEGATIVE.test(clause));
  return merge(wanted.map((clause) => parseClause(clause, seen)));
}

interface Clause extends Omit<Parsed, 'confidence'> {
  /** Characters that were not understood, of how many; and those that were understood by their sound only. */
  unknown: number;
  heard: number;
  length: number;
}

function parseClause(clause: string, seen: string[]): Clause {
  const located = place(withoutMeasures(clause));
  const led = direction(located.rest);
  const strong = strength(led.rest);
  const tokens = tokenize(strong.rest);
  const heard = listen(tokens, seen);
  const verbs = tokens.filter(({ kind }) => kind === 'verb').map(({ value }) => value!);
  const part = tokens.find(({ kind }) => kind === 'part')?.value;
  const manner = verbs.find((verb) => !FAINT.has(verb)) ?? verbs[0];
  const thing = objectOf(tokens);
  const vertical = part === undefined && /看|望/.test(strong.rest) && led.direction;
  const looked = vertical === 'up' ? 'raise' : vertical === 'down' ? 'lower' : undefined;
  return {
    object: thing && { text: (located.place ?? '') + thing.text, label: thing.label },
    english: thing?.english,
    manner: looked ?? manner,
    part: looked ? 'head' : part,
    direction: looked ? undefined : led.direction,
    strength: strong.strength,
    unknown: tokens
      .filter((token) => token.kind === 'unknown' && token !== thing)
      .reduce((n, { text }) => n + text.length, 0),
    heard,
    length: clause.length,
  };
}

/** Say little of how it looks where another verb says more. */
const FAINT = new Set(['move', 'talk']);

/** The first name; a name before 的 belongs to what follows it unless that is a part of the body. */
function objectOf(tokens: Token[]): Token | undefined {
  const names = tokens.filter((token, i) => {
    if (token.kind === 'unknown') return isSubject(tokens, i);
    if (token.kind !== 'noun') return false;
    const owned = tokens[i + 1]?.text === '的' ? tokens[i + 2] : undefined;
    return !(owned && (owned.kind === 'noun' || owned.kind === 'unknown'));
  });
  const noun = names.find(({ kind }) => kind === 'noun');
  const pronoun = tokens.some(({ kind, text }) => kind === 'pronoun' && text !== '此');
  return noun ?? (pronoun ? undefined : names.at(-1));
}

/** An unknown word is a name where it stands between "让" and the verb, or before a verb at the start. */
function isSubject(tokens: Token[], i: number): boolean {
  if (tokens[i + 1]?.text === '的' || tokens[i].text.length > 5) return false;
  const before = tokens.slice(0, i);
  const after = tokens.slice(i + 1);
  const acts = ({ kind }: Token) => kind === 'verb' || kind === 'part';
  const caused = before.some(({ kind }) => kind === 'causative');
  return (
    (caused || before.every(({ kind }) => kind === 'function' || kind === 'pronoun')) &&
    !before.some(acts) &&
    after.some(acts)
  );
}

const soundOf = {
  noun: new SoundTable([...LABEL_WORDS.zh.keys()].filter((word) => word.length <= 3)),
  verb: new SoundTable([...MANNERS.zh.keys()].filter((word) => word.length <= 3)),
};

/**
 * Speech recognition writes 购 for 狗 and 洞 for 动. Unknown words are read by their sound: as a name before the verb, as
 * a verb where none was found. Changes the tokens; returns how many characters were read so.
 */
function listen(tokens: Token[], seen: string[]): number {
  const inPicture = (word: string) => seen.includes(LABEL_WORDS.zh.get(word) ?? '');
  let heard = 0;
  const has = (kind: Token['kind']) => tokens.some((token) => token.kind === kind);
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'unknown') continue;
    const before = tokens.slice(0, i);
    const verb = has('verb') ? undefined : soundOf.verb.find(token.text, () => false);
    const subject =
      !has('noun') &&
      !before.some(({ kind }) => kind === 'verb') &&
      before.some(({ kind }) => kind === 'causative');
    const noun = subject ? soundOf.noun.find(token.text, inPicture) : undefined;
    if (noun) {
      const label = LABEL_WORDS.zh.get(noun.word)!;
      tokens[i] = { text: noun.word, kind: 'noun', label, english: label };
    } else if (verb) {
      tokens[i] = { text: verb.word, kind: 'verb', value: MANNERS.zh.get(verb.word)! };
    } else continue;
    heard += token.text.length;
  }
  return heard;
}

function merge(clauses: Clause[]): Parsed | undefined {
  const lead = clauses.find(({ manner, part }) => manner || part);
  if (!lead) return undefined;
  const first = <K extends keyof Clause>(key: K): Clause[K] =>
    lead[key] ?? (clauses.find((one) => one[key] !== undefined)?.[key] as Clause[K]);
  const named = lead.object ? lead : clauses.find(({ object }) => object);
  const sum = (key: 'unknown' | 'heard' | 'length') => clauses.reduce((total, one) => total + one[key], 0);
  return {
    object: named?.object,
    english: named?.english,
    manner: lead.manner,
    part: lead.part,
    direction: first('direction'),
    strength: first('strength'),
    confidence: 1 - (0.8 * sum('unknown') + 0.25 * sum('heard')) / sum('length'),
  };
}
