/** What water, fire, smoke and weather do when there is to be more of them, and what is said of them then. */
const KINDS: [names: string, verb: string, more: string, less: string][] = [
  ['浪花?|海浪|波浪|水浪|浪头|波涛|波纹|水面|海面|湖面|海水|湖水', '荡漾', '[大高急猛凶]', '[小低缓弱]|平静'],
  ['河水|溪水|江水|水流|瀑布|喷泉|泉水', '流', '[大急猛快]', '[小缓慢弱]'],
  ['火苗?|火焰|火堆|篝火|炉火|烛火', '燃烧', '[大旺猛高]', '[小弱]'],
  ['烟雾?|浓烟|炊烟|雾气?|蒸汽|水汽', '飘', '[大浓多密]', '[小淡少薄]'],
];
const WEATHER: Record<string, string> = { 雨: '下雨', 雪: '下雪', 风: '刮风' };
const HOW = '(?:[弄搞调]得?|再|更加?|还要|要|能|变得?|得|稍微|稍|可以)';
const DEGREE = '(?:一?点点?儿?|一?些|起来|很多|许多)';

const rule = (names: string, how: string, plain: (name: string) => string): [RegExp, typeof plain] => [
  // 火大一点, 浪再大: one of the two says that there is to be more than there is.
  new RegExp(
    `(?<=^|，|[让使把叫给])(${names})(?:${HOW}+(?:${how})${DEGREE}?|(?:${how})${DEGREE})(?=，|$)`,
    'g',
  ),
  plain,
];
const RULES = [
  ...KINDS.flatMap(([names, verb, more, less]) => [
    rule(names, more, (name) => `${name}使劲${verb}`),
    rule(names, less, (name) => `${name}轻轻${verb}`),
  ]),
  rule('雨|雪|风', '[大急猛强密]', (name) => `使劲${WEATHER[name]}`),
  rule('雨|雪|风', '[小弱轻]', (name) => `轻轻${WEATHER[name]}`),
];

/** More or less of what flows, burns or blows, in plain words: 浪再大一点 -> 浪使劲荡漾. */
export const withForce = (text: string): string =>
  RULES.reduce((said, [pattern, plain]) => said.replace(pattern, (_, name: string) => plain(name)), text);
