import { findLabel } from '../../labels.ts';
import type { Skeleton } from '../skeleton.ts';

type Kind = Skeleton['kind'];

/** A chain's fixed end: what grows is fixed below, what hangs above, a flag at its side. */
export type FixedEnd = 'bottom' | 'top' | 'side';

/** Words that say how a thing is built where the detector has no word for it, or a wrong one. English is whole words. */
const WORDS: [Kind, string][] = [
  [
    'fluid',
    'sky water cloud clouds smoke fire flame flames river sea ocean lake wave waves waterfall steam fog mist',
  ],
  ['fluid', 'coffee tea soup lava rain stream pond aurora'],
  ['fluid', '天空 水 云 烟 火 火焰 河 海 湖 浪 瀑布 蒸汽 雾 咖啡 茶 汤 雨 溪 极光'],
  [
    'chain',
    'tree plant flower grass leaf leaves branch flag curtain cloth scarf hair dress rope kite balloon vine',
  ],
  ['chain', '树 植物 花 草 叶 枝 旗 窗帘 布 围巾 头发 裙 绳 风筝 气球 藤 盆栽'],
  [
    'rigid',
    'rocket ship boat car bus truck train plane airplane bicycle motorcycle ball sun moon ufo spaceship',
  ],
  ['rigid', '火箭 船 汽车 车 飞机 球 太阳 月亮 飞船'],
  ['person', 'person man woman boy girl child baby people lady guy astronaut dancer'],
  ['person', '人 男 女 孩 宝宝 宇航员'],
  [
    'bird',
    'bird duck chicken hen rooster cock parrot penguin owl eagle flamingo emu ostrich swan goose pigeon',
  ],
  ['bird', '鸟 鸭 鸡 鹦鹉 企鹅 猫头鹰 鹰 火烈鸟 鸸鹋 鸵鸟 天鹅 鹅 鸽'],
  [
    'animal',
    'cat kitten dog puppy horse pony cow bull sheep goat elephant bear zebra giraffe rhino lion tiger fox wolf',
  ],
  ['animal', 'deer monkey rabbit bunny squirrel mouse pig panda camel kangaroo leopard hippo animal'],
  [
    'animal',
    '猫 狗 马 牛 羊 象 熊 斑马 长颈鹿 犀牛 狮 虎 狐 狼 鹿 猴 兔 松鼠 鼠 猪 熊猫 骆驼 袋鼠 豹 河马 动物',
  ],
];

/** Detector labels that are not what their group says. */
const LABELLED: Record<string, Kind> = {
  bird: 'bird',
  'teddy bear': 'blob',
  'potted plant': 'chain',
  kite: 'chain',
  umbrella: 'chain',
  tie: 'chain',
};

const HANGING = /curtain|cloth|scarf|hair|dress|rope|vine|tie|窗帘|布|围巾|头发|裙|绳|藤/;

/**
 * How a thing of this name is built. The words of the command come before the detector's label, which knows only eighty
 * things: asked for the coffee, it sees the cup.
 * @param label the detector's word
 * @param named the object as said in the command
 * @returns undefined where neither says anything
 */
export function kindOf(label: string | undefined, named: string | undefined): Kind | undefined {
  return kindOfWords(named) ?? (label === undefined ? undefined : (kindOfLabel(label) ?? kindOfWords(label)));
}

function kindOfLabel(label: string): Kind | undefined {
  if (LABELLED[label]) return LABELLED[label];
  const kind = findLabel(label)?.kind;
  return kind === 'vehicle' || kind === 'thing' ? 'rigid' : kind;
}

/** The last word that is known decides: "the water bird" is a bird. In Chinese the longest one, then the last. */
function kindOfWords(text: string | undefined): Kind | undefined {
  if (!text) return undefined;
  const lower = text.toLowerCase();
  let found: { kind: Kind; end: number; length: number } | undefined;
  for (const [kind, list] of WORDS) {
    for (const word of list.split(' ')) {
      const match = /^[a-z]/.test(word)
        ? new RegExp(`\\b${word}s?\\b`).exec(lower)
        : { index: lower.lastIndexOf(word) };
      if (!match || match.index < 0) continue;
      const end = match.index + word.length;
      if (!found || end > found.end || (end === found.end && word.length > found.length)) {
        found = { kind, end, length: word.length };
      }
    }
  }
  return found?.kind;
}

export function fixedEndOf(label: string | undefined, named: string | undefined): FixedEnd {
  const words = `${named ?? ''} ${label ?? ''}`.toLowerCase();
  if (/flag|旗/.test(words)) return 'side';
  return HANGING.test(words) ? 'top' : 'bottom';
}
