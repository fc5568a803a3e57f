import { meaningOf } from './cedict.ts';
import { LABEL_WORDS, MANNERS, PARTS, THINGS_ZH } from './lexicon.ts';
import { labelOfEnglish } from './nouns.ts';
import { verbAt } from './verbs.ts';

export interface Token {
  text: string;
  kind: 'verb' | 'part' | 'noun' | 'causative' | 'pronoun' | 'function' | 'unknown';
  /** Manner of a verb, name of a part. */
  value?: string;
  /** Of a noun. */
  label?: string;
  english?: string;
}

const set = (words: string) => new Set(words.split(' '));
const CAUSATIVES = set('让 叫 使 把 给 令 使得 请 将 帮');
const PRONOUNS = set(
  '它 他 她 这个 那个 此 它们 他们 她们 这 那 这些 那些 自己 东西 动物 物体 大家 这里 那里',
);
const FUNCTION = set(
  '的 地 得 着 了 过 一 下 一下 一下子 几下 两下 起来 起 来 去 上 也 都 就 再 又 还 要 会 能 在 和 跟 与 是 只 只有 仅 开始 一直 不停 不断 不停地 持续 继续 马上 立刻 赶紧 随风 跟着 以 里 中 里面 上面 出 出来 进 回来 过来 过去 下来 下去 可以 应该 应当 想 个 并 你 我 我们 咱们 么 吧 呀 啊 自己 真 很 好 做 做出 动作 样子 照片 图片 画面 视频 图 中的 里的 边 吗 呢 啦 像 一样 那样 这样 它的 他的 她的 同时 先 然后',
);
const LONGEST = 6;
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/**
 * Cuts a clause into words of the lexicon; dictionary words that are not in it stay whole and are names, unless no verb
 * is found that way (花开 is a word of the dictionary, but here flowers bloom).
 */
export function tokenize(text: string): Token[] {
  const tokens = cut(text, false);
  const whole = tokens.some(({ kind }) => kind === 'verb') ? tokens : cut(text, true);
  // 叫 is "make" before a verb, but at the end it is what dogs do.
  return whole.map((token, i) =>
    token.text === '叫' && !whole.slice(i + 1).some(({ kind }) => kind === 'verb' || kind === 'part')
      ? { text: token.text, kind: 'verb', value: 'talk' }
      : token,
  );
}

function cut(text: string, apart: boolean): Token[] {
  const ends = wordEnds(text);
  const boundaries = new Set(ends.values());
  const tokens: Token[] = [];
  for (let i = 0; i < text.length; ) {
    const token = latinAt(text, i) ?? wordAt(text, i, ends.get(i) ?? i + 1, boundaries, apart);
    tokens.push(token);
    i += token.text.length;
  }
  return tokens.filter(({ text: word }) => word !== ' ' && word !== '，');
}

/** Start of each word of the ICU dictionary -> its end. */
function wordEnds(text: string): Map<number, number> {
  return new Map(
    Array.from(segmenter.segment(text), ({ index, segment }) => [index, index + segment.length]),
  );
}

function wordAt(
  text: string,
  start: number,
  dictionaryEnd: number,
  boundaries: Set<number>,
  apart: boolean,
): Token {
  const found: Token[] = [];
  for (let length = Math.min(LONGEST, text.length - start); length > 0; length--) {
    const token = lookUp(text.slice(start, start + length));
    if (token) found.push(token);
  }
  // 水流动 is 水/流动, not 水流/动: a match that ends within a dictionary word gives way to a shorter one.
  const best = found.find((token) => boundaries.has(start + token.text.length)) ?? found[0];
  // 水流 is a thing, but where no other verb is found the water flows.
  const parts = apart
    ? found.find(
        ({ text: head, kind }) =>
          kind === 'noun' && best?.kind === 'noun' && lookUp(best.text.slice(head.length))?.kind === 'verb',
      )
    : undefined;
  if (parts) return parts;
  const word = text.slice(start, dictionaryEnd);
  // 跑车 is a car though 跑 alone would run: the dictionary's longer word wins unless we know all its pieces; 火烧 is 火 and 烧.
  if (!best || (word.length > best.text.length && !isCovered(word))) return named(word);
  if (word.length > best.text.length && best.kind === 'noun' && !apart) {
    const whole = named(word);
    return whole.kind === 'verb' ? best : whole;
  }
  return best;
}

/** What our lists say of a word. */
export function lookUp(word: string): Token | undefined {
  const manner = MANNERS.zh.get(word);
  const label = LABEL_WORDS.zh.get(word);
  const thing = THINGS_ZH.get(word);
  const part = PARTS.zh.get(word);
  if (CAUSATIVES.has(word)) return { text: word, kind: 'causative' };
  if (label) return { text: word, kind: 'noun', label, english: label };
  if (thing) return { text: word, kind: 'noun', english: thing };
  if (part) return { text: word, kind: 'part', value: part };
  if (PRONOUNS.has(word)) return { text: word, kind: 'pronoun' };
  if (manner) return { text: word, kind: 'verb', value: manner };
  return FUNCTION.has(word) ? { text: word, kind: 'function' } : undefined;
}

/** Whether the lexicon cuts the word into pieces without a remainder. */
function isCovered(word: string): boolean {
  if (word === '') return true;
  for (let length = word.length; length > 0; length--) {
    if (lookUp(word.slice(0, length)) && isCovered(word.slice(length))) return true;
  }
  return false;
}

/** A word outside the lexicon: the dictionary may know it, and Chinese names end in their head, so 雪纳瑞犬 is a 犬. */
function named(word: string): Token {
  const meaning = word.length > 1 ? meaningOf(word) : undefined;
  if (meaning) return { text: word, ...meaning };
  for (let start = 1; start < word.length; start++) {
    const head = word.slice(start);
    const label = LABEL_WORDS.zh.get(head);
    if (label) return { text: word, kind: 'noun', label, english: label };
    const english = THINGS_ZH.get(head);
    if (english) return { text: word, kind: 'noun', english };
  }
  return { text: word, kind: 'unknown' };
}

/** Mixed languages: "让 dog 跳舞". */
function latinAt(text: string, start: number): Token | undefined {
  const word = text.slice(start).match(/^[a-z][a-z'-]*/)?.[0];
  if (!word) return undefined;
  const verb = verbAt([word], 0);
  const label = labelOfEnglish([word]);
  if (label) return { text: word, kind: 'noun', label, english: word };
  return verb
    ? { text: word, kind: 'verb', value: verb.manner }
    : { text: word, kind: 'unknown', english: word };
}
