import { Converter } from 'opencc-js/t2cn';
import type { Direction, Strength } from '../../types.ts';
import { isWord } from '../lexicon/cedict.ts';
import { LABEL_WORDS, MANNERS, THINGS_ZH } from '../lexicon/index.ts';
import { withForce } from './more.ts';

const simplify = Converter({ from: 't', to: 'cn' });

/** What people say before the command itself. */
const LEAD_IN =
  /^(?:(?:宝子|家人|姐妹|兄弟|老铁|朋友|小伙伴|亲)们，?|(?:看|听|瞧|注意)(?:好|着)?了，|请问|辛苦[你您]|有劳了?|劳您大驾|打扰一下|打搅一下|亲(?=，)|师傅|老铁|老板(?=，)|咦|唔|哎呀|哎哟|请你|请|麻烦[你您]?|劳驾|拜托[你您]?|不好意思|[你您]?能不能|[你您]?可不可以|[你您]?可以|[你您]?能否|[你您]能|[你您]?要不要|要不(?=[让叫把])|不如|(?:爸爸?|妈妈?|爷爷|奶奶|哥哥?|姐姐?|老师|叔叔|阿姨)，?(?=我[要想]|你[让把叫给])|(?:[您你]?老人家|[您你]老)(?=[让把叫给使])|帮我|帮忙|替我|给我(?=让|把|叫|看|来)|我(?:就|只|很|真的?)?(?:想要?|希望|要)(?:看看?到?)?|想要?看?看?到?|看看?(?=.+样)|能|会|嗯+|呃+|额+|啊|哦|嘿|喂|哎|诶|唉|嗨|那什么|那个谁|那谁|那啥|怎么说呢?|那个(?=，)|这个(?=，)|就是(?:说|那个)?|我的意思是|我觉得|我看|我说|我想想|让我想想|让我看看|等一?下|对了|好的?(?=，)|OK|ok|然后|接着|再|也|先|现在|快点?(?=让)|来|那么|那(?=，)|光(?=让)|单(?=让)|只要?(?=让|有)|你(?=让|把|叫|给|帮|使)|要(?=让|把|叫|使)|，)+/;
/** And after it. */
const TAIL =
  /(?:好吗|好不好|行吗|行不行|可以吗|可不可以|怎么样|好了|就好|就行|就可以|就够|谢谢[你您]?|感谢|拜托|什么的|之类的?|(?:是|会是|长)?(?:啥|什么)样子?的?|的样子|那样|才有感觉|应?该?(?:挺|很|蛮|多|真)?好看的?|thanks|ok|吗|吧|呢|啊|呀|哦|喔|嘛|啦|咯|呗|哎|诶|哇|了|么|哈|哟|，|！|。)+$/;
/** Questions that ask for something to be done. */
const REQUEST = /ok|能不能|可不可以|可以|能否|要不要|好吗|好不好|行吗|行不行|请|麻烦|帮|能(?=.*吗)/;
/** 火车，哦不，汽车; 不是猫，是兔子: what follows takes the place of what it repeats. */
const CORRECTION =
  /，?[啊哦哎诶咦]*(?:不不+|不对|说错了?|错了|算了|哦不(?!是))，?(?:还是|应该是|是|改成|换成)?|，?[啊哦哎诶]*不是[^，]{1,4}，?(?:而?是)/g;
export const INSTEAD = '~';
/** "这只", "那一头": measure words, some of which are also parts of the body. */
const MEASURE =
  /(?<!成)(?:[这那每某哪数]|[一二两三四五六七八九十百几]+[来多]?)+(?:大|小|整)?(?:只|条|匹|头|辆|艘|架|位|朵|棵|面|群|种|杯|件|盏|座|列|台|株|束|尾|名|张|片|盆|颗|团|股|根|支|窝|排|队|串|堆|顶|块|滴|缕|枚|幅|栋|帮|伙|双|对|(?<=[一两三几每])把|把(?=.{0,2}[伞扇椅刀剑琴])|(?<=[一二两三四五六七八九十几])个(?=人))/g;
/** 动一动, 动了动, 活动活动 */
const REPEATED = /(.{1,2})[一了]?\1/g;

/**
 * Simplified characters, one kind of comma, no spaces between characters, politeness and measure words taken off.
 * `asked`: it is a question, and not one that asks for something to be done.
 */
export function normalize(sentence: string): { text: string; asked: boolean } {
  const plain = plainOf(sentence)
    .replace(/[\s,.;:!?、。；：！？“”"'《》（）()~～…—-]+/g, (marks: string) =>
      /\S/.test(marks) ? '，' : ' ',
    )
    .replace(/(?<=\p{Script=Han}) | (?=\p{Script=Han})/gu, '')
    .replace(/(?:那个|这个)?叫(?:什么|啥)(?:名字)?(?:来着)?(?=，)|[^，]{0,4}(?:什么|啥)来着/g, '')
    .replace(/[嗯呃]+|额(?=，)|(?<=，)那个，|怎么说呢，/g, '')
    .replace(/的(?:时候|同时)，?/g, '，')
    .replace(FOR_OTHERS, '$1')
    .replace(CORRECTION, `，${INSTEAD}`);
  const asked = /[?？]\s*$|吗\s*$/.test(sentence) && !REQUEST.test(plain);
  return { text: plainVerbs(stripManners(plain)), asked };
}

/** 孩子想看小狗跑: who wants to see it does not move. */
const FOR_OTHERS =
  /(^|，)(?:我们?家?|咱们?家?)?\p{Script=Han}{1,4}?(?:特别|一直|总|就|很|都)?(?:想要?|要|盼着?|期待|吵着要?|闹着要?|喜欢)(?:再|来)?(?:看看?|瞧瞧?|瞅瞅?)(?:到|见)?(?=\p{Script=Han}{2})/gu;

/** Marks that were dictated. */
const SPOKEN_MARK = /[逗句顿]号|(?:感叹|问)号$/g;

/** What only Cantonese is written with. */
const CANTONESE = /[揸踎唔佢嘅喺咗哋啲嚟冇畀俾睇瞓嗰𠮶㗎喎]/u;
const CANTON: [RegExp, string][] = [
  [/唔该晒?/g, '请'], [/唔[好使]/g, '不要'], [/咪(?!咪)/g, '别'], [/唔/g, '不'], [/佢哋?/g, '他'], [/嘅/g, '的'], [/喺/g, '在'], [/咗/g, '了'], [/哋/g, '们'],
  [/啲/g, '些'], [/嚟/g, '来'], [/冇/g, '没'], [/[畀俾]/g, '让'], [/睇/g, '看'], [/瞓/g, '睡'], [/[嗰𠮶]/gu, '那'], [/郁/g, '动'], [/企起身/g, '站起来'], [/企(?!鹅|业|图|望|及|鸟)/g, '站'], [/行(?=下|两步|埋|过|去)/g, '走'],
  [/(\p{Script=Han})下(?=啦|喇|$|，|先|吖|嘛|个|只|条)/gu, '$1一下'], [/喊(?!叫)/g, '哭'], [/起身/g, '起来'], [/([睡坐踎企])低/g, '$1下'], [/睡下/g, '躺下'], [/踎/g, '蹲'], [/揸/g, '开'], [/碌/g, '滚'], [/[㗎喎囉啫嘞喇吖]/gu, ''], [/而家/g, '现在'], [/细路(?!仔)/g, '小孩'], [/靓仔/g, '帅哥'], [/边度/g, '哪里'], [/点解/g, '为什么'], [/乜嘢?/g, '什么'], [/同我/g, '帮我'],
]; // biome-ignore format: a table
const spokenInCanton = (text: string): string =>
  CANTONESE.test(text) ? CANTON.reduce((plain, [from, to]) => plain.replace(from, to), text) : text;

/** Simplified characters, half-width marks, lower case. */
export const plainOf = (sentence: string): string =>
  spokenInCanton(
    simplify(sentence.normalize('NFKC').toLowerCase())
      .replace(SPOKEN_MARK, '，')
      .replace(/[牠祂]/g, '它')
      .replaceAll('妳', '你')
      .replace(ENGLISH_SIDE, sideInChinese),
  );

/** 往left开, 滚to the left: sides in English among Chinese words. */
const ENGLISH_SIDE =
  /([往向朝从])? ?(?:(?:to|towards) )?(?:the )?\b(left|right|up|down|forwards?|backwards?)\b ?(?:side )?(?=([边面侧的手])?)(?![a-z ])/g;
const ENGLISH_SIDES: Record<string, string> = {
  left: '左',
  right: '右',
  up: '上',
  down: '下',
  forward: '前',
  backward: '后',
};
function sideInChinese(_: string, towards: string | undefined, word: string, place = ''): string {
  const side = ENGLISH_SIDES[word.replace(/s$/, '')];
  if (place === '的') return `${side}边`;
  return place || towards ? `${towards ?? ''}${side}` : `往${side}`;
}

export const stripManners = (text: string): string => text.replace(LEAD_IN, '').replace(TAIL, '');

/** What is pointed at needs no name: 我圈的那个, 手指的地方. */
const CHOSEN =
  /(?:被我|我刚才?|我)(?:用[^，]{1,3})?(?:点|圈|选|框|标|指|勾|涂)(?:中|出来|出|住|着|到|过|上|了|击)*的(?:那个|这个|那只|这只|那位|部分|地方|东西|位置|区域|对象)?|(?:手指|光标|鼠标|红框|方框|圆圈)(?:指着?|点着?|里面?|下面?|住)?的?(?:那个|这个|地方|位置|部分|东西)/g;
/** How it sounds. */
const SOUND =
  /(?:扑通|噗通|哗啦啦?|咕咚|嗖嗖?|唰唰?|啪嗒|啪|砰|轰隆隆?|呼啦啦?|噌噌?|吱溜|[哧刺呲]溜|扑棱棱|扑啦啦|咚咚|滴溜溜|骨碌碌|咕噜噜|呼哧呼哧|哼哧哼哧|吧嗒吧嗒|嘎吱嘎吱|哐当哐当)(?:地|的)?(?:一下子?|一声)?(?:就)?(?=[^叫响作，])/g;
/** What the chest of somebody does who breathes. */
const CHEST =
  /的?(?:胸口|胸脯|胸膛|胸部|肚皮|肚子|小肚子|腹部|肚腩)(轻轻|微微|慢慢|缓缓|轻微|剧烈|使劲)?(?:地|的)?(?:一?上一?下)?(?:地|的)?(?:起伏|鼓动|一鼓一[鼓瘪]|一起一伏|起起伏伏|鼓一鼓)/g;

/** What is said of a thing in other words than of an animal. */
const IDIOMS: [RegExp, string][] = [
  [CHOSEN, '它'],
  [/(?<![往向朝到从左右上下前后])([左右上下前后])(?:移动?|挪动?|平移)/g, '往$1移动'],
  [/(?<![往向朝到从左右前后])([左右前后])行(?![人走驶驰为动李程星])/g, '往$1移动'],
  [/(?<![往向朝到从上下路山街])([上下])行(?=，|$|了|吧)/g, '往$1移动'],
  [/越(\p{Script=Han})越远/gu, '往远处$1'],
  [/越(\p{Script=Han})越近/gu, '朝镜头$1'],
  [/越(\p{Script=Han})越高/gu, '往上$1'],
  [/越(\p{Script=Han})越低/gu, '往下$1'],
  [/越(\p{Script=Han})越快/gu, '飞快地$1'],
  [/越(\p{Script=Han})越慢/gu, '慢慢地$1'],
  [
    /(?:[他她它你]们|[这那])(?:[几两三四五]|好几)[个位只](?:人|家伙|东西|小东西)?(?=都|全|一起|一块|给我|[，动跳跑飞走转坐站]|$)/g,
    '它们',
  ],
  [/(?<=[都全着就快紧上刻它们来]|把[^，]{1,5})给我(?!们|[看瞧让把])/g, ''],
  [/[满漫遍](?:天|地|树|山|园|院|池|屋|街|湖|江|河|空|野)的?(?=\p{Script=Han}{2})/gu, ''],
  [SOUND, ''],
  [CHEST, '$1呼吸'],
  [/([抖缩笑哭飘转扭滚晃摇跑飞聚蜷团卷])成[^，把让]{1,4}(?=，|$)/g, '$1'],
  [/(雨|雪|冰雹)下(?=得|着|起来|大|小|个|[，]|$)/g, '下$1'],
  [/头一点一点/g, '点头'],
  [/低下?头(?=吃|喝|啃|啄|嗅|闻|舔)/g, ''],
  [/(?<=手)弹(?=起|[，]|$)/g, '弹琴'],
  [/([云雾烟]|人群)散(?=了|去|$)/g, '$1散开'],
  [/弹(?=琵琶|古筝|古琴|竖琴|三弦|贝斯|曲子)/g, '弹琴'],
  [/吹(?=唢呐|箫|萨克斯|口琴|笙|葫芦丝|小号|长号)/g, '吹喇叭'],
  [/(浪花?|海浪|波浪)打(?=过来|上来|起来)/g, '$1涌'],
  [/([雪冰蜡糖]|雪人|雪糕|冰淇淋|冰块)化(?=了|开|掉|$)/g, '$1融化'],
  [/(?:头部?|脑袋瓜?|脖子|头)(轻轻|慢慢|使劲|微微)?地?点(?=[一了着下个，得]|$)/g, '$1点头'],
  [/点(?=(?:一?[点下]|[了个])?(?:脑袋|头部|脖子))(?:一?[点下]|[了个])?(?:脑袋瓜?|头部|脖子)/g, '点头'],
  [/花谢/g, '花凋谢'],
  [/一抽一抽/g, '抖动'],
  [/[穿戴]着?[^，的]{1,6}的(?=，|$|[挥跳跑走站坐转笑动点摇举抬蹲鼓])/g, '那个人'],
  [/(电梯|缆车|升降机|吊篮|吊车|气球|帘子|幕布|大幕)上去/g, '$1升上去'],
  [/(电梯|缆车|升降机|吊篮|吊车|帘子|幕布|大幕)下[来去]/g, '$1降落下来'],
  [/([烟雾风浪尘])起(?=，|$|来)/g, '$1升起'],
  [/([雨雪])(?:正|一直)?在下/g, '$1落下'],
  [/下[起着了]\p{Script=Han}{0,2}?[大暴](雨|雪)/gu, '使劲下$1'],
  [/下[起着了]\p{Script=Han}{0,2}?[小细毛](雨|雪)/gu, '轻轻下$1'],
  [/飘着?雪(?!花)/g, '雪飘'],
  [/([火柴炉垛堆])着(?=起来|了|得)/g, '$1燃烧'],
  [/(?:慢动作|慢镜头)，?/g, '慢慢地'],
  [
    /被\p{Script=Han}{0,2}风(\p{Script=Han}{0,4}?地?)(?:吹|刮|卷|拂|撩)(?:动|起来?|得[^，]*|着|过|了|散)?/gu,
    '$1随风飘动',
  ],
  [/(?:[穿戴])着?[^，的]{1,5}的?(?:那|这)[个位](?![人孩男女小老姑大先太爷])/g, '那个人'],
  [/[这那]一?[片堆群排圈](?=全|都|随|，|[动跳跑飞走转])/g, '它们'],
  [/一上一下/g, '上下弹'],
  [/一[收张缩胀][一][放缩胀]/g, '呼吸'],
  [/一[明亮][一][灭暗]/g, '闪烁'],
  [/一瘸一[拐颠]/g, '蹒跚'],
  [/一前一后|前一下后一下/g, '摆荡'],
  [/(?:打开|开启|(?<!\p{Script=Han})开|(?<=把|帮我|请|给我)开)(?=.{0,3}灯(?!笼))/gu, '亮起'],
  [/点(?=上?(?:蜡烛|灯笼|篝火|火把|火堆))/g, '点燃'],
  [/倒(?=一?杯?(?:牛奶|果汁|饮料|咖啡|红酒))/g, '流下'],
  [/放(?=烟花|烟火|鞭炮|爆竹|礼花)/g, '发射'],
  [/放(?=风筝|孔明灯|天灯)/g, '飞'],
  [/日出(?![的时前后])/g, '太阳升起'],
  [/日落(?![的时前后])/g, '太阳落下'],
];

/** 动的是逗猫棒: it moves. */
const DOER = /(\p{Script=Han}{1,4})的(?:应该|应当|得|该|只)?是([^，]{1,8})(?=，|$)/gu;
const doer = (whole: string, verb: string, thing: string): string =>
  MANNERS.zh.has(verb) ? `让${thing}${verb}` : whole;

/** 一晃一晃 -> 晃, 一摇一摆 -> 摇摆 */
const EACH = /一(\p{Script=Han})一(\p{Script=Han})/gu;
const once = (whole: string, a: string, b: string): string => {
  if (a !== b && MANNERS.zh.has(a + b)) return a + b;
  return MANNERS.zh.has(a) ? a : whole;
};

/** 摇摇晃晃走过来: what is said in pairs before a verb says how that is done; alone it is the verb (飘飘荡荡 -> 飘荡). */
/** 滴答滴答地下 */
const TWICE = /(\p{Script=Han}{2})\1地(?=\p{Script=Han})/gu;
const PAIRS = /(\p{Script=Han})\1(\p{Script=Han})\2([地着]?)(\p{Script=Han}{0,4})/gu;
const paired = (whole: string, a: string, b: string, mark: string, next: string): string => {
  const pairs = a + a + b + b;
  const isName = [a, a + a, b, b + b].some((word) => LABEL_WORDS.zh.has(word) || THINGS_ZH.has(word));
  if (startsWithVerb(next) && (!isName || isWord(pairs))) return strength(pairs).strength ? whole : next;
  return !MANNERS.zh.has(pairs) && MANNERS.zh.has(a + b) ? a + b + mark + next : whole;
};

/** Verbs as the lists have them: 摇摇头 -> 摇头, 打个滚 -> 打滚. */
export const plainVerbs = (text: string): string =>
  joinSplitVerbs(
    unfold(
      IDIOMS.reduce(
        (plain, [from, to]) => plain.replace(from, to),
        withForce(text.replace(PAIRS, paired).replace(TWICE, '')),
      )
        .replace(EACH, once)
        .replace(DOER, doer),
    ),
  );

/** Reduplicated verbs become simple ones (摇一摇 -> 摇); names such as 狗狗 and 星星 stay. */
const unfold = (text: string): string =>
  text.replace(REPEATED, (whole, word: string, at: number) => {
    // 钟摆摆起来
    const next = word + text.slice(at + whole.length, at + whole.length + 1);
    // 滑滑板
    const name = [text.slice(at - 1, at) + word, next].some(
      (one) => THINGS_ZH.has(one) || LABEL_WORDS.zh.has(one),
    );
    // 纷纷扬扬
    const [before, after] = [text.slice(at - 2, at) + whole, whole + text.slice(at + 2, at + 4)];
    if (MANNERS.zh.has(before) || MANNERS.zh.has(after)) return whole;
    return MANNERS.zh.has(word) && !MANNERS.zh.has(whole) && !name ? word : whole;
  });

/** 伸了个懒腰 -> 伸懒腰, 打个滚 -> 打滚 */
function joinSplitVerbs(text: string): string {
  return text
    .replace(
      /(\p{Script=Han})(?:了|着|过)?[一两几]?小?(?:[个口支声场句首段圈套步阵番把]|下(?![来去]))?[一两几]?(?:[个口支声场句首段圈套步阵番把]|下(?![来去]))(\p{Script=Han})/gu,
      joinedVerb,
    )
    .replace(/(\p{Script=Han})(?:一)?[点些](\p{Script=Han})/gu, joinedVerb);
}
const joinedVerb = (whole: string, a: string, b: string): string => (STARTS.has(a + b) ? a + b : whole);
const STARTS = new Set(
  [...MANNERS.zh.keys()].filter((verb) => verb.length > 1).map((verb) => verb.slice(0, 2)),
);

export const withoutMeasures = (text: string): string =>
  text.replace(SOMEBODY, somebody).replace(MEASURE, '此');

/** 沙发上的那位: a person, where no name follows. */
const SOMEBODY = /([这那])位(?=([^，的]{0,4})([^，]*))/g;
const somebody = (whole: string, that: string, next: string, rest: string): string =>
  next === '' || (startsWithVerb(next) && !rest.includes('的')) ? `${that}个人` : whole;
export const startsWithVerb = (text: string): boolean =>
  [1, 2, 3, 4].some((length) => MANNERS.zh.has(text.slice(0, length)));

const SIDES: Record<string, Direction> = {
  左: 'left', 右: 'right', 坡上: 'up', 山上: 'up', 楼上: 'up', 坡下: 'down', 山下: 'down', 楼下: 'down', 水底: 'down', 海底: 'down', 湖底: 'down', 河底: 'down', 谷底: 'down', 地面: 'down', 地下: 'down', 地底: 'down', 低处: 'down', 深处: 'down', 高空: 'up', 上空: 'up', 云端: 'up', 云霄: 'up', 太空: 'up', 半空: 'up', 树顶: 'up', 山顶: 'up', 屋顶: 'up', 海面: 'up', 水面: 'up', 上: 'up', 下: 'down', 前: 'forward', 后: 'back', 高处: 'up', 远处: 'back', 远方: 'back', 天空: 'up', 空中: 'up', 天上: 'up', 地上: 'down',
}; // biome-ignore format: a list
const SIDE =
  '(?:画面|图片|照片|屏幕|视频|画框|图)?的?(坡上|山上|楼上|坡下|山下|楼下|水底|海底|湖底|河底|谷底|地面|地下|地底|低处|深处|高空|上空|云端|云霄|太空|半空|树顶|山顶|屋顶|海面|水面|左|右|上|下|前|后|远处|远方|高处|天空|空中|天上|地上)';
const SUFFIX = '(?:上方|下方|边儿?|面|方|侧|手边)?';
const PHRASES: [RegExp, (match: RegExpMatchArray) => Direction][] = [
  [new RegExp(`(?:从|由|自)${SIDE}${SUFFIX}(?:往|向|到|朝|至)${SIDE}${SUFFIX}`), (m) => SIDES[m[2]]],
  [new RegExp(`(?:向着?|往|朝着?|到|去|看)${SIDE}${SUFFIX}`), (m) => SIDES[m[1]]],
  [/([左右])(?:转|拐|移|看|跑|走|飞|飘|漂)/, (m) => SIDES[m[1]]],
  [
    /(?:朝|向|对|往|冲|朝着|向着|对着|冲着)(?:着)?(?:我们?(?:这[儿边里])?|镜头|屏幕(?!的?[左右上下])|这边|观众|这[里儿])|(?<![活醒转翻反倒扭侧回掉])过来|(?<=[跑走飞游开爬滑漂飘])回来|靠近|(?<=[开走跑飞游划推拉])近/,
    () => 'forward',
  ],
  [
    /倒着|后退|退后|倒退|倒车|远去|离开|走开|(?<=[飞漂飘开跑游滑驶溜推拉骑划爬])(?:走|远)|(?<=[飞开跑游滑驶溜])过去/,
    () => 'back',
  ],
  [/(?<=[落掉坠流滑滚飘潜沉降垂溜])下(?:来|去)?|(?<=[跳走爬跑飞冲])下[来去]/, () => 'down'],
  [/前进/, () => 'forward'],
  [
    /(?<=[升飞飘爬浮跳])(?:(?:上|到|入|向)(?:高空|天空|空中|天)|上[去来]|得?(?:越来越)?高(?!一?[点些]))|(?<=[升飞飘爬浮])得?[再更]*高一?[点些]儿?|越[升飞飘]越高/,
    () => 'up',
  ],
];
/** Phrases that hold a verb, by their place in the list. */
const KEPT = new Set([2, 4, 5, 6]);
const BOTH_WAYS = /左右|上下|前后|来回|忽[高上左]忽[低下右]|[左右]([摇摆晃])[左右]\1/;

/** The direction of the motion. Phrases that are only direction are taken out; those that are half verb stay. */
export function direction(text: string): { direction?: Direction; rest: string } {
  if (BOTH_WAYS.test(text)) return { rest: text };
  for (const [index, [pattern, name]] of PHRASES.entries()) {
    const match = text.match(pattern);
    if (match)
      return {
        direction: name(match),
        rest: KEPT.has(index)
          ? text
          : text.replace(pattern, (whole) => (whole.startsWith('看') ? '看' : ' ')),
      };
  }
  return { rest: text };
}

/** 左边的狗, 左边那只狗, 最大的猫: words of place and size that belong to the thing. */
const PLACE =
  /(?:最?(?:左|右|上|下|前|后|中)(?:边|面|侧|方|间|手边)|最[大小高近]|(?<![变])[大小](?=的))(?:的|此|那个|这个|那些|那)+/;

export function place(text: string): { place?: string; rest: string } {
  const match = text.match(PLACE);
  if (!match) return { rest: text };
  // 角落里最小的那个 is no corner.
  const within = /[里上下中旁边]的?$/.test(text.slice(0, match.index)) && /[此个些]$/.test(match[0]);
  return { place: match[0].replaceAll('此', ''), rest: text.replace(PLACE, within ? '此' : '') };
}

const STRONG =
  /(?:使劲|拼了?老命|豁出命|卯足了?劲|使出吃奶的劲儿?|可劲儿?|得劲儿?|用力|全速|拼了?命|玩命|死命|狠命|猛烈|猛地|猛(?=[地烈摇晃甩])|疯狂|大力|狠狠|飞快|飞速|急速|快速|迅速|高速|剧烈|激烈|强烈|大幅度?|用劲|卖力|全力|尽情|热烈|兴奋|欢快|大大(?=地)|深深|重重|一溜烟地?|(?=风驰电掣(?!般?地))|风驰电掣般?地|闪电般地?|离弦之箭般?地?|飞一般地?|拼尽全力|用尽全力|(?:使出)?(?:全身|浑身)(?:的)?(?:力气|劲儿?)|猛(?=[流跑摇甩转跳冲飞蹬踢抖晃拍扇吹开喷])|狂(?=[摇甩转跳抖扭舞点挥吠叫吼拍喷踢])|铆足劲|火力全开|撒开了|没命地|不要命地|歇斯底里|往死里|震天|快(?![艇餐乐递车]|点?[让叫把使给来]))(?:一?点儿?|些)?[地的得]?/;
const GENTLE =
  /(?:轻轻|轻微|微微|稍微|稍稍|略微|慢慢|缓缓|缓慢|徐徐|慢悠悠|温柔|柔和|轻柔|悄悄|似有若无|若有若无|若隐若现|似有似无|不紧不慢|慢条斯理|轻手轻脚|蹑手蹑脚(?=地)|小小(?=地)|浅浅|淡淡|细细|平静(?=地)|安静(?=地)|静静|小心翼翼|优哉游哉|不慌不忙|有气无力|无精打采|悠着点?|悠闲|慢吞吞|懒洋洋|小幅度?|有点儿?|一丝丝?|慢(?!跑)|轻(?!松))(?:一?点儿?(?![头燃着亮])|些)?[地的得]?|一点点|一点儿|一点(?!头)|一丢丢/;

/** 摇得猛一点, 转慢些, 跑得飞快: how it is said after the verb. */
const AFTER: [RegExp, Strength][] = [
  [
    /(?:稍微|稍稍|略微|得|[再更]|动作|幅度|力度|速度)*(?:轻|慢|缓|柔|弱|温柔|轻柔|舒缓|柔和|缓慢|小)(?:一?点儿?(?!头)|一?些)|得(?:[很真]|特别|非常|有点儿?)?(?:轻|慢|缓|轻柔|温柔|缓慢|慢悠悠|轻轻)(?:的|$|，)/,
    'gentle',
  ],
  [
    /(?:稍微|稍稍|略微|得|[再更]|动作|幅度|力度|速度)*(?:猛|凶|狠|旺|大|重|急|快|疯|欢|响|高|厉害|激烈|剧烈|起劲|用力|使劲|夸张|带劲|猛烈|热烈|灿烂|有力|强|强烈)(?:一?点儿?(?!头)|一?些)|得(?:[很真]|特别|非常|更|可)?(?:猛|凶|狠|旺|急|疯|欢|响|厉害|激烈|剧烈|起劲|带劲|飞起|飞快|猛烈|热烈|灿烂|有力|老[高远快]|地动山摇|震天响|震天|天翻地覆|要命|不行|不得了)(?:了|的|地)?(?=$|，|的)/,
    'strong',
  ],
];

/** 晃得哐哐响 */
const LOUD = /得(\p{Script=Han})\1响/u;

export function strength(text: string): { strength?: Strength; rest: string } {
  for (const [pattern, strength] of AFTER)
    if (pattern.test(text)) return { strength, rest: text.replace(pattern, '') };
  if (LOUD.test(text)) return { strength: 'strong', rest: text.replace(LOUD, '') };
  if (STRONG.test(text))
    return { strength: 'strong', rest: text.replace(STRONG, '').replace(/一点[点儿]?/, '') };
  if (GENTLE.test(text)) return { strength: 'gentle', rest: text.replace(GENTLE, '').replace(GENTLE, '') };
  return { rest: text };
}
