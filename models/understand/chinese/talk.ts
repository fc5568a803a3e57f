import { isCreature } from '../lexicon/nouns.ts';
import { tokenize } from './tokens.ts';
import { normalize, plainOf } from './words.ts';

const QUESTION =
  /干[嘛啥吗]|什么(?!都|也|的)|怎么(?!都|也)|哪[里儿个只]?|几[点岁]|多少|多大|谁(?!都|也)|为何|是不是|有没有|还是(?!算了)|几[只个]/;
/** 我喜欢… tells of the speaker; 我想让… has lost its 我想 by now. */
const ABOUT_ME = /^(?:我(?!们?家)|上次|刚才)|小时候|以前|昨天/;
/** Talk of oneself, and praise. */
const TELLS =
  /^(?:(?:我们|咱们)(?!家)|小时候|以前|昨天|上次|刚才)|^[这那](?!.*[动起来])[^，]*(?:真|太|好|很|非常)(?:好|棒|美|漂亮|可爱|不错)看?$/;
export const ASKED_TO_ACT = /让|把|使(?!劲)|帮|叫(?=\S+[动跑跳走])|我?(?:想|要)看/;
export const NEGATIVE =
  /(?<![特分告区离])别(?!致)|不要|不许|不准|不能|不用|不让|不想|不希望|不需要|不愿|甭|勿|莫(?!名)|除了|不是|没[让叫说要]|先不|不[动跑走飞跳转开叫](?!了)|定格|定住|待着|其他|其它|其余|背景|保持|忽略|无视|锁[住定]|摁住|按住|不动|不变|静止|禁止/;
/** What is wrong with it, before what shall be done: 这狗咋不动弹，让它跑. */
export const WHY = /咋|怎么|干[嘛啥吗]|为[啥什何]|杵|愣着|傻站/;
export const BREAK = /，|(?=但是?|不过|而且|并且|而是|同时|然后|接着)|(?<=[起上下来去])(?:以后|之后|后)/;

/** Whether it is a question, and not one that asks for something to be done. */
export function asksChinese(sentence: string): boolean {
  const { text, asked } = normalize(sentence);
  const only = text.split(BREAK).filter((clause) => !WHY.test(clause));
  const question = asked || QUESTION.test(only.length > 1 || only.length === 0 ? text : only.join('，'));
  return (question || TELLS.test(text)) && !ASKED_TO_ACT.test(text);
}

/** 小狗跑得真快, 闹钟老是响, 手机又响了: praise and complaints. */
const REMARKS =
  /得可?(?:真|好|太|这么|那么|多么?|超级?)+[^，点些]{1,4}$|老是|总是|[天每整成]天(?!上)|经常|常常|一天到晚|动不动|三天两头|(?:一直|不停地?|还)在?响|响个不停|又[^，]{1,3}了$|得[我人](?!们?家)|^我(?:想|要|得)去|明[天早晚]|[后前昨]天|下周|上周/;
/** 我把车停在楼下了 */
const DONE = /^我(?:已经|刚刚?)?把[^，]+了$/;
/** 老师让我们背课文, 我爸叫我起床: what the speaker is told to do. */
const TOLD = /^([^，]{1,6}?)(?:让|叫|要|喊|催|逼|派|求)我们?(?!家|的|看|瞧|瞅)([^，]+)/;

/** Whether a sentence asks for nothing though it has a thing and a verb. */
export function remarks(sentence: string): boolean {
  const plain = plainOf(sentence).replace(/[\p{P}\s啊呀呢哦哇]+$/u, '');
  if (DONE.test(plain) || (!ASKED_TO_ACT.test(plain) && REMARKS.test(plain))) return true;
  const [, who = '', what = ''] = plain.match(TOLD) ?? [];
  const [speakers, deeds] = [tokenize(who), tokenize(what)];
  return (
    speakers.some(
      ({ kind, label, text }) => label === 'person' || (kind === 'pronoun' && /^[他她]/.test(text)),
    ) &&
    !speakers.some(({ kind }) => kind === 'causative') &&
    !(deeds[0]?.label || isCreature(deeds[0]?.english ?? ''))
  );
}

/** 我爸 and 我 boss are others. */
export function tellsOfMe(text: string): boolean {
  const [, owned] = tokenize(text.slice(0, 8));
  return (
    ABOUT_ME.test(text) &&
    !(text.startsWith('我') && owned && (owned.label === 'person' || owned.english === owned.text))
  );
}
