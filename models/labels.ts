/**
 * The detector's eighty words (COCO 2017, in the order of its class numbers) with the Chinese that messages use, and the
 * kind of thing each is. Kinds tell which labels a detector may confuse: a dog for a cat, but not a dog for a bus.
 */
export type Kind = 'person' | 'animal' | 'vehicle' | 'thing';

const NAMES: [Kind, string][] = [
  ['person', 'person 人'],
  [
    'vehicle',
    'bicycle 自行车, car 汽车, motorcycle 摩托车, airplane 飞机, bus 公交车, train 火车, truck 卡车, boat 船',
  ],
  [
    'thing',
    'traffic light 红绿灯, fire hydrant 消防栓, stop sign 停车标志, parking meter 停车计时器, bench 长椅',
  ],
  [
    'animal',
    'bird 鸟, cat 猫, dog 狗, horse 马, sheep 羊, cow 牛, elephant 大象, bear 熊, zebra 斑马, giraffe 长颈鹿',
  ],
  [
    'thing',
    'backpack 背包, umbrella 雨伞, handbag 手提包, tie 领带, suitcase 行李箱, frisbee 飞盘, skis 滑雪板',
  ],
  ['thing', 'snowboard 单板滑雪板, sports ball 球, kite 风筝, baseball bat 棒球棒, baseball glove 棒球手套'],
  [
    'thing',
    'skateboard 滑板, surfboard 冲浪板, tennis racket 网球拍, bottle 瓶子, wine glass 酒杯, cup 杯子, fork 叉子',
  ],
  [
    'thing',
    'knife 刀, spoon 勺子, bowl 碗, banana 香蕉, apple 苹果, sandwich 三明治, orange 橙子, broccoli 西兰花',
  ],
  ['thing', 'carrot 胡萝卜, hot dog 热狗, pizza 披萨, donut 甜甜圈, cake 蛋糕, chair 椅子, couch 沙发'],
  [
    'thing',
    'potted plant 盆栽, bed 床, dining table 餐桌, toilet 马桶, tv 电视, laptop 笔记本电脑, mouse 鼠标',
  ],
  [
    'thing',
    'remote 遥控器, keyboard 键盘, cell phone 手机, microwave 微波炉, oven 烤箱, toaster 烤面包机, sink 水槽',
  ],
  [
    'thing',
    'refrigerator 冰箱, book 书, clock 钟, vase 花瓶, scissors 剪刀, teddy bear 泰迪熊, hair drier 吹风机',
  ],
  ['thing', 'toothbrush 牙刷'],
];

export interface Label {
  /** English name, as in Detection.label. */
  name: string;
  zh: string;
  kind: Kind;
}

/** Indexed by class number, 0..79. */
export const LABELS: readonly Label[] = NAMES.flatMap(([kind, list]) =>
  list.split(', ').map((entry) => {
    const space = entry.lastIndexOf(' ');
    return { name: entry.slice(0, space), zh: entry.slice(space + 1), kind };
  }),
);

const byName = new Map(LABELS.map((label) => [label.name, label]));

/** @returns undefined for a word that is not one of the eighty */
export const findLabel = (name: string | undefined): Label | undefined =>
  name === undefined ? undefined : byName.get(name);

/** @returns the Chinese of a label, or the word itself */
export const inChinese = (name: string): string => byName.get(name)?.zh ?? name;
