import { findLabel } from '../../labels.ts';
import { glossesOf, isWord, type Meaning, meaningOf } from '../lexicon/cedict.ts';
import { LABEL_WORDS, MANNERS, PARTS, THINGS_ZH } from '../lexicon/index.ts';
import { isCreature, labelOfEnglish } from '../lexicon/nouns.ts';
import { verbAt } from '../lexicon/verbs.ts';
import { isRotary } from '../settled.ts';
import { SoundTable } from './pinyin.ts';

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
  '它 他 她 其 这个 那个 此 它们 他们 她们 这 那 这些 那些 自己 人家 家伙 小家伙 大家伙 玩意 玩意儿 小东西 小可爱 小淘气 小可怜 小祖宗 大宝贝 我点的这个 我点的 东西 动物 物体 大家 这里 那里 这边 那边 俩 这俩 那俩',
);
const FUNCTION = set(
  '的 地 得 着 了 过 一 下 一下 一下子 几下 两下 起来 起 来 去 上 也 都 就 再 又 还 要 会 能 在 和 跟 与 是 只 只有 仅 开始 一直 不停 不断 不停地 持续 继续 马上 立刻 赶紧 随风 跟着 以 里 中 里面 上面 出 出来 进 回来 过来 过去 下来 下去 可以 应该 应当 想 个 并 你 我 我们 咱们 么 吧 呀 啊 自己 真 很 好 做 做出 动作 样子 照片 图片 画面 视频 图 中的 里的 边 吗 呢 啦 像 一样 那样 这样 它的 他的 她的 同时 先 然后 加油 从 到 小 大 老 左 右 旁边 那边 这边 还有 以及 您 忙 帮忙 该 应 好不好 麻烦 的话 要是 如果 动画 视频 镜头 左右 上下 前后 来回 天上 地上 水里 水上 空中 左边 右边 停 停下 停下来 顺流 逆流 倒着 底下 上方 下方 外面 外边 上边 下边 前边 后边 中间 一边 一面 沿着 顺着 绕着 围着 伴着 随着 想要 需要 路上 树上 岸上 海上 山上 远处 近处 一起 一块 一块儿 一道 一齐 通通 统统 轮流 家的 家里的 原地 许 只许 只准 准许 允许 并排 肩并肩 手拉手 手牵手 排着队 排队 挨着 结伴 成群 成群结队 成双成对 面对面 一个接一个 一定 必须 务必 比 斜着 斜 横着 竖着 围成一圈 围成圈 排成一排 站成一排 排成一行 穿着 戴着 窗外 屋外 门外 室外 户外 两步 三步 一步 同样 方向 力度 对象 幅度 效果 也好 也行',
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
  const still = whole.every(({ kind }) => kind !== 'verb' && kind !== 'part');
  return whole.map((token, i): Token => {
    const { text: word } = token;
    const animal = isAnimal(whole[i - 1]) && i === 1;
    if (word === '叫' && (animal || whole.slice(i + 1).every(({ kind }) => kind === 'function')))
      return { text: word, kind: 'verb', value: 'talk' };
    // 闪电!
    if (whole.length === 1 && MANNERS.zh.has(word))
      return { text: word, kind: 'verb', value: MANNERS.zh.get(word)! };
    return still && COMES.test(word) ? { text: word, kind: 'verb', value: goes(word, whole) } : token;
  });
}

/** 狗叫猫跳: no animal gives orders. */
const isAnimal = (token?: Token): boolean =>
  token?.kind === 'noun' && token.label !== 'person' && isCreature(token.english ?? '');

/** Said after other verbs, but motions of their own without one: 让狗过来. */
const COMES = /^[上下过出进回][来去]$/;

/** A lift that goes up rises; who is alive walks. */
const goes = (word: string, tokens: Token[]): string => {
  const alive = tokens.some(({ label, english = '' }) => label === 'person' || isCreature(english));
  return alive || !/^[上下]/.test(word) ? 'walk' : word.startsWith('上') ? 'rise' : 'fall';
};

/** What a word costs; of all ways to cut a clause the cheapest is taken: few words, and such as we know. */
const COST = { listed: 1, named: 1.3, covered: 2.2, heard: 2.3, unknown: 2, character: 2.2, elsewhere: 0.1 };

function cut(text: string, apart: boolean): Token[] {
  const boundaries = wordEnds(text);
  const best: { cost: number; token?: Token }[] = [{ cost: 0 }];
  for (let start = 0; start < text.length; start++) {
    if (!best[start]) continue;
    for (const { token, cost } of tokensAt(text, start, boundaries, apart)) {
      const end = start + token.text.length;
      const total = best[start].cost + cost + (boundaries.has(end) ? 0 : COST.elsewhere);
      if (!best[end] || total < best[end].cost) best[end] = { cost: total, token };
    }
  }
  const tokens: Token[] = [];
  for (let end = text.length; end > 0; end -= tokens[0].text.length) tokens.unshift(best[end].token!);
  return tokens.filter(({ text: word }) => word !== ' ' && word !== '，');
}

/** Where the words of the ICU dictionary end. */
const wordEnds = (text: string): Set<number> =>
  new Set(Array.from(segmenter.segment(text), ({ index, segment }) => index + segment.length));

function tokensAt(
  text: string,
  start: number,
  boundaries: Set<number>,
  apart: boolean,
): { token: Token; cost: number }[] {
  const latin = latinAt(text, start);
  if (latin) return [{ token: latin, cost: COST.listed }];
  const found: { token: Token; cost: number }[] = [];
  for (let length = 1; length <= Math.min(LONGEST, text.length - start); length++) {
    const word = text.slice(start, start + length);
    const listed = lookUp(word) ?? small(word);
    if (listed && !(apart && listed.kind === 'noun' && isNounAndVerb(word)))
      found.push({ token: listed, cost: COST.listed });
    else if (length === 1) found.push({ token: { text: word, kind: 'unknown' }, cost: COST.character });
    else {
      const token = joinsNames(word) ? undefined : named(word);
      const verb = token ? undefined : heardVerb(word);
      if (verb) found.push({ token: verb, cost: COST.heard });
      const covered = isCovered(word) && (token?.kind !== 'noun' || (apart && isNounAndVerb(word)));
      if (token) found.push({ token, cost: covered ? COST.covered : COST.named });
      else if (
        boundaries.has(start + length) &&
        isWord(word) &&
        !CAUSATIVES.has(word[0]) &&
        !joinsNames(word)
      )
        found.push({
          token: { text: word, kind: 'unknown' },
          cost: isNounAndVerb(word) ? COST.covered : COST.unknown,
        });
    }
  }
  return found;
}

/** 马和牛 are two animals and no 和牛, and 花都开 says nothing of Paris. */
const joinsNames = (word: string) =>
  (/^[和跟与同]/.test(word) && lookUp(word.slice(1))?.kind === 'noun') ||
  (/都$/.test(word) && lookUp(word.slice(0, -1))?.kind === 'noun');

/** 咗饭 is no 做饭: of what people do that moves nothing much only 动 and its like are heard. */
const isHeard = ([word, manner]: [string, string]) =>
  word.length <= 3 && (manner !== 'move' || word.includes('动'));

export const soundOfVerb = new SoundTable([...MANNERS.zh].filter(isHeard).map(([word]) => word));

/** A verb by its sound, 法射 for 发射; dearer than two words that we know (不要动 is no 摇动). */
function heardVerb(word: string): Token | undefined {
  if (word.length !== 2 || isWord(word) || !/^\p{Script=Han}+$/u.test(word)) return undefined;
  const found = soundOfVerb.find(word, () => false);
  return found?.likeness === 2 ? { text: word, kind: 'verb', value: MANNERS.zh.get(found.word)! } : undefined;
}

/** 女孩儿 is a 女孩. */
function small(word: string): Token | undefined {
  const token = word.length > 2 && word.endsWith('儿') ? lookUp(word.slice(0, -1)) : undefined;
  return token && { ...token, text: word };
}

/** 水流 and 落叶 are things, but where no other verb is found the water flows and leaves fall. */
const isNounAndVerb = (word: string) =>
  [...word].some((_, i) => {
    const [first, second] = [lookUp(word.slice(0, i))?.kind, lookUp(word.slice(i))?.kind];
    return (first === 'noun' && second === 'verb') || (/^[落飘]/.test(word) && i === 1 && second === 'noun');
  });

/** What our lists say of a word. */
export function lookUp(word: string): Token | undefined {
  const manner = MANNERS.zh.get(word);
  const label = LABEL_WORDS.zh.get(word);
  const thing = THINGS_ZH.get(word);
  const part = PARTS.zh.get(word);
  if (CAUSATIVES.has(word)) return { text: word, kind: 'causative' };
  if (label) return { text: word, kind: 'noun', label, english: label };
  if (thing) return { text: word, kind: 'noun', english: thing, label: labelOf(thing) };
  if (part) return { text: word, kind: 'part', value: part };
  if (PRONOUNS.has(word)) return { text: word, kind: 'pronoun' };
  if (manner) return { text: word, kind: 'verb', value: manner };
  return FUNCTION.has(word) ? { text: word, kind: 'function' } : undefined;
}

/** By the English name; looked up once. */
const labels = new Map<string, string | undefined>();
function labelOf(thing: string): string | undefined {
  if (!labels.has(thing)) labels.set(thing, labelOfEnglish(thing.split(' ')));
  return labels.get(thing);
}

/** Whether the lexicon cuts the word into pieces without a remainder. */
function isCovered(word: string): boolean {
  if (word === '') return true;
  for (let length = word.length; length > 0; length--) {
    if (lookUp(word.slice(0, length)) && isCovered(word.slice(length))) return true;
  }
  return false;
}

/**
 * A word outside the lexicon: the dictionary may know it, and Chinese names end in their head, so 雪纳瑞犬 is a 犬; but a
 * 海狗 is a seal and no dog.
 */
function named(word: string): Token | undefined {
  if (CAUSATIVES.has(word[0])) return undefined;
  const meaning = meaningOf(word) ?? offspring(word);
  if (meaning?.kind === 'verb') return { text: word, ...meaning };
  // A 懒猫 is a cat though the dictionary knows a "lazybones".
  const last = lookUp(word.slice(-1));
  // 敲门, "to knock on a door", is no door.
  if (!meaning && glossesOf(word)[0]?.startsWith('to ')) return undefined;
  if (isWord(word) && meaning?.label === 'person' && findLabel(last?.label)?.kind === 'animal')
    return { ...last!, text: word };
  const creature = meaning && (meaning.label || isCreature(meaning.english));
  if (creature) return { text: word, ...meaning };
  for (let start = 1; isWord(word) && start < word.length; start++) {
    const head = lookUp(word.slice(start));
    // 越野车 is a car though the dictionary calls it a vehicle; a 旋转木马 is no horse, a 纺车 no car.
    const general = findLabel(head?.label)?.kind === 'vehicle' && !isRotary(meaning?.english ?? '');
    if (head?.kind === 'noun' && (general || !meaning)) return { ...head, text: word };
  }
  return meaning && { text: word, ...meaning };
}

/** 母狮, 公孔雀: animals by sex and age. */
function offspring(word: string): Meaning | undefined {
  if (!/^[公母雌雄]/.test(word)) return undefined;
  const rest = word.slice(1);
  const listed = lookUp(rest) ?? lookUp(`${rest}子`);
  const animal =
    listed?.kind === 'noun' ? { ...listed, kind: listed.kind, english: listed.english! } : meaningOf(rest);
  return animal?.kind === 'noun' && isCreature(animal.english) ? animal : undefined;
}

/** Heads that name what the word before them, which nobody knows, is a kind of: 琵琶鱼, 唢呐手. */
const HEAD = /^[花树草鱼鸟虫蛇龟犬狗猫马牛羊鸡鸭鹅猴熊虎狮兔鼠蛙蝶蜂车船艇机人]$/;

/** Characters that are no word of ours, one after the other, are one name: 奥特曼. */
export function joined(tokens: Token[]): Token[] {
  const out: Token[] = [];
  for (const token of tokens) {
    const last = out.at(-1);
    const open = last?.kind === 'unknown' && !last.english && /^\p{Script=Han}{1,3}$/u.test(last.text);
    if (open && token.kind === 'unknown' && /^\p{Script=Han}$/u.test(token.text))
      out[out.length - 1] = { ...last, text: last.text + token.text };
    else if (open && HEAD.test(token.text) && token.kind === 'noun')
      out[out.length - 1] = { ...token, text: last.text + token.text };
    else if (open && token.text === '手')
      out[out.length - 1] = { text: `${last.text}手`, kind: 'noun', label: 'person', english: 'person' };
    else out.push(token);
  }
  return out;
}

/** Mixed languages: "让 dog 跳舞". */
function latinAt(text: string, start: number): Token | undefined {
  const word = text.slice(start).match(/^[a-z][a-z'-]*/)?.[0];
  if (!word) return undefined;
  const part = PARTS.en.get(word);
  if (part) return { text: word, kind: 'part', value: part };
  const verb = verbAt([word], 0);
  const label = labelOfEnglish([word]);
  if (label) return { text: word, kind: 'noun', label, english: word };
  return verb
    ? { text: word, kind: 'verb', value: verb.manner }
    : { text: word, kind: 'unknown', english: word };
}
