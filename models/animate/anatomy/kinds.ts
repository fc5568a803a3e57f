import { findLabel } from '../../labels.ts';
import type { Skeleton } from '../skeleton.ts';

type Kind = Skeleton['kind'];

/** A chain's fixed end: what grows is fixed below, what hangs above, a flag at its side. */
export type FixedEnd = 'bottom' | 'top' | 'side';

/** Words that say how a thing is built where the detector has no word for it, or a wrong one. English is whole words. */
const WORDS: Partial<Record<Kind, string>> = {
  fluid:
    'sky water cloud clouds smoke fire flame flames river sea ocean lake wave waves waterfall steam fog mist coffee tea ' +
    'soup lava rain stream pond aurora campfire bonfire fountain snow fireworks sparks ' +
    '天空 水 云 烟 火 火焰 河 海 湖 浪 浪花 水花 雪花 火花 烟花 瀑布 蒸汽 雾 咖啡 茶 汤 雨 溪 极光 热气 喷泉 雪',
  chain:
    'tree plant flower rose tulip sunflower grass leaf leaves branch flag banner curtain cloth scarf hair dress skirt rope ' +
    'ribbon towel kite sail vine wheat reed fern bush lily daisy poppy orchid blossom petal cactus umbrella ' +
    '树 植物 花 草 叶 枝 旗 窗帘 帘 帘子 布 围巾 头发 裙 绳 风筝 帆 藤 盆栽 玫瑰 向日葵 芦苇 麦子 麦浪 水稻 盆景 伞 海藻 海带 水草 仙人掌',
  rigid:
    'rocket ship boat car bus truck train plane airplane bicycle motorcycle ball sun moon ufo spaceship balloon cup mug ' +
    'bottle glass bowl box house lamp lantern door clock vase windmill fan wheel pendulum rocking_horse sled cart ' +
    'teapot kettle bucket tap chimney strawberry watermelon fruit engine globe ' +
    '火箭 船 汽车 车 飞机 球 太阳 月亮 飞船 气球 杯 杯子 瓶 瓶子 碗 箱子 盒子 房子 灯 灯笼 门 钟 花瓶 风车 风扇 轮子 摩天轮 钟摆 木马 ' +
    '壶 桶 锅 果 莓 盆 帽 橇 水龙头 烟囱 茶几 海报 雪糕 艇 泵 水管 洒水器 无人机 卫星 滑雪板 冲浪板 匙 槽 雨刷 雨刮 雨刷器 雨刮器 ' +
    '拨浪鼓 鸡蛋 爆米花 西兰花 热狗 鼠标 汽水 汤圆',
  blob: 'teddy_bear teddy toy doll robot snowman statue scarecrow candle jellyfish turtle 泰迪熊 玩具 娃娃 玩偶 机器人 雪人 雕像 稻草人 蜡烛 水母 海星 萤火虫 蜗牛 龟 公仔 布熊 玩具熊 毛绒熊 俑',
  fish:
    'fish goldfish koi carp shark whale dolphin salmon trout tuna eel stingray ray tadpole snake seahorse ' +
    '鱼 金鱼 锦鲤 鲨 鲸 海豚 鳗 蝌蚪 蛇 海马',
  person:
    'person man woman boy girl child baby people lady guy astronaut dancer 人 男 女 孩 宝宝 小娃娃 胖娃娃 宇航员',
  bird:
    'bird duck chicken hen rooster cock parrot penguin owl eagle flamingo emu ostrich swan goose pigeon gull seagull lark ' +
    'sparrow crow raven magpie peacock hummingbird heron stork pelican hawk falcon kingfisher ' +
    '鸟 鸟宝宝 鸭 鸡 鹦鹉 企鹅 猫头鹰 鹰 火烈鸟 鸸鹋 鸵鸟 天鹅 鹅 鸽 鸥 雀 鹤 鹭 燕 鸦 喜鹊 鹈鹕',
  animal:
    'cat kitten dog puppy horse pony cow bull sheep goat elephant bear zebra giraffe rhino lion tiger fox wolf deer monkey ' +
    'rabbit bunny squirrel mouse pig panda camel kangaroo leopard hippo crocodile buffalo bison donkey otter seal animal ' +
    '猫 狗 马 牛 羊 象 熊 斑马 长颈鹿 犀牛 狮 虎 狐 狼 鹿 猴 兔 松鼠 鼠 猪 熊猫 骆驼 袋鼠 豹 河马 鳄鱼 驴 獭 海豹 河狸 海狸 树懒 喵星人 汪星人 吉娃娃 狸花 三花 鸭嘴兽 动物',
};

/** Detector labels that are not what their group says. */
const LABELLED: Record<string, Kind> = {
  bird: 'bird',
  'teddy bear': 'blob',
  'potted plant': 'chain',
  kite: 'chain',
  umbrella: 'chain',
  tie: 'chain',
};

const ENDS: Partial<Record<FixedEnd, string>> = {
  side: 'flag banner sail 旗 帆',
  top: 'curtain cloth scarf hair dress skirt rope ribbon towel vine tie 窗帘 帘子 布 围巾 头发 裙 绳 藤',
};

/** Lower part of a potted plant that is its pot, as a share of the height. */
const POT = 0.4;

/**
 * How a thing of this name is built. The words of the command come before the detector's label, which knows only eighty
 * things: asked for the coffee, it sees the cup.
 * @param label the detector's word
 * @param named the object as said in the command
 * @returns undefined where neither says anything
 */
export function kindOf(label: string | undefined, named: string | undefined): Kind | undefined {
  const seen = label === undefined ? undefined : (kindOfLabel(label) ?? lastWord(WORDS, label));
  const word = wordIn(WORDS, named);
  const name = named?.replace(AFTER, '') ?? '';
  if (name.toLowerCase() === label) return seen;
  // "Rain boots" are no rain, nor is 云雀 a cloud where a bird was seen; but 水面 is water.
  const inside = word !== undefined && word.end < name.length;
  const other = !/\p{Script=Han}/u.test(name) || (seen !== undefined && LIVING.has(seen));
  return inside && other ? seen : (word?.what ?? seen);
}

/** Where it is, and endings that name nothing. */
const AFTER = /(?<=\p{Script=Han})[子儿朵]$| (?:on|from|in) the .*$/iu;
const LIVING: ReadonlySet<Kind> = new Set(['person', 'animal', 'bird']);

function kindOfLabel(label: string): Kind | undefined {
  if (LABELLED[label]) return LABELLED[label];
  const kind = findLabel(label)?.kind;
  return kind === 'vehicle' || kind === 'thing' ? 'rigid' : kind;
}

const lastWord = <T extends string>(
  lists: Partial<Record<T, string>>,
  text: string | undefined,
): T | undefined => wordIn(lists, text)?.what;

/** The last word that is known decides, of those that end there the longest: "the water bird" is a bird. */
function wordIn<T extends string>(
  lists: Partial<Record<T, string>>,
  text: string | undefined,
): { what: T; end: number } | undefined {
  if (!text) return undefined;
  const lower = text.toLowerCase();
  let found: { what: T; end: number; length: number } | undefined;
  for (const [what, list] of Object.entries(lists) as [T, string][]) {
    for (const word of list.split(' ').map((it) => it.replace('_', ' '))) {
      const end = endOf(word, lower);
      if (end < 0) continue;
      if (!found || end > found.end || (end === found.end && word.length > found.length)) {
        found = { what, end, length: word.length };
      }
    }
  }
  return found;
}

/** Where a word ends in a text, English in any number; -1 where it is not in it. */
function endOf(word: string, text: string): number {
  if (/^[a-z]/.test(word)) {
    const match = new RegExp(`\\b${word.replace(/y$/, '(?:y|ie)')}(?:e?s)?\\b`).exec(text);
    return match ? match.index + match[0].length : -1;
  }
  const at = text.lastIndexOf(word);
  return at < 0 ? -1 : at + word.length;
}

/** Where what bends is held; the command's word comes before the label. */
export function fixedEndOf(label: string | undefined, named: string | undefined): FixedEnd {
  return lastWord(ENDS, named) ?? lastWord(ENDS, label) ?? 'bottom';
}

/** Share of the thing at its fixed end that does not bend. */
export function stiffOf(label: string | undefined, named: string | undefined): number {
  return label === 'potted plant' || /pot(ted)?\b|盆/.test(named ?? '') ? POT : 0;
}

/** Fluids that fill the air: they are blown about where water heaves. */
const AIR = {
  air: 'sky cloud clouds smoke steam fog mist aurora fire flame flames 天空 云 烟 火 蒸汽 雾 极光 热气',
};

export const isAir = (label: string | undefined, named: string | undefined): boolean =>
  (lastWord(AIR, named) ?? lastWord(AIR, label)) !== undefined;

/** Whether a four-legged animal of this name has a trunk; the network sees one in many a foreleg. */
export const trunked = (label: string | undefined, named: string | undefined): boolean =>
  /elephant|mammoth|象|trunk/i.test(`${named ?? ''} ${label ?? ''}`);
