import { PipelineError } from '../errors.ts';
import type { Action } from '../types.ts';
import type { Kind } from './actions.ts';

/** Words for actions in messages; English uses the ids. */
const CHINESE: Record<Action, string> = {
  move: '动', walk: '走', run: '跑', jump: '跳', bounce: '弹跳', dance: '跳舞', spin: '旋转', sway: '摇摆', shake: '抖动',
  shiver: '发抖', breathe: '呼吸', roll: '翻滚', 'sit-down': '坐下', 'lie-down': '躺下', 'stand-up': '站起来', stretch: '伸展',
  fall: '落下', rise: '升起', float: '漂浮', drift: '飘移', drive: '行驶', launch: '发射', fly: '飞', swim: '游泳', swing: '摆动',
  slide: '滑动', 'turn-head': '转头', nod: '点头', 'shake-head': '摇头', 'tilt-head': '歪头', 'raise-head': '抬头',
  'lower-head': '低头', eat: '吃', talk: '说话', smile: '微笑', laugh: '大笑', cry: '哭', blink: '眨眼', 'wag-tail': '摇尾巴',
  wave: '挥手', 'flap-wings': '拍翅膀', kick: '踢', clap: '拍手', 'wiggle-ears': '动耳朵', flow: '流动', ripple: '起涟漪',
  blow: '飘动', burn: '燃烧', smoke: '冒烟', storm: '翻涌', bloom: '开花', twinkle: '闪烁',
}; // biome-ignore format: a dictionary

const THINGS: Record<Kind, [string, string]> = {
  animal: ['this animal', '这只动物'],
  bird: ['this bird', '这只鸟'],
  person: ['this person', '这个人'],
  fish: ['this fish', '这条鱼'],
  rigid: ['a solid thing like this', '这样的物体'],
  chain: ['a thing that bends like this', '这样会弯的东西'],
  fluid: ['a fluid like this', '这样的流体'],
  blob: ['this thing', '这个东西'],
};

const REASONS = {
  kind: { en: (thing: string) => `${thing} cannot do that`, zh: (thing: string) => `${thing}做不到` },
  part: {
    en: (thing: string) => `the part that would move is not visible on ${thing}`,
    zh: (thing: string) => `${thing}上看不到要动的部位`,
  },
  posture: {
    en: (thing: string) => `${thing} is sitting`,
    zh: (thing: string) => `${thing}坐着`,
  },
  light: {
    en: (thing: string) => `the light of ${thing} cannot be changed, only its shape can be moved`,
    zh: (thing: string) => `只能移动${thing}的形状，不能改变光线`,
  },
};

/** Actions of light, whatever is asked to do them: a warp moves shapes only. */
const LIGHT = new Set<Action>(['twinkle']);

/**
 * The typed refusal of an action.
 * @param reason `kind`: such things never do that; `part`: the part that would act is not visible; `posture`: not the way it sits
 * @param possible what would work instead; at most eight are named
 */
export function impossible(
  action: Action,
  kind: Kind,
  reason: 'kind' | 'part' | 'posture',
  possible: readonly Action[],
): PipelineError {
  const [thing, zhThing] = THINGS[kind];
  const shown = possible.slice(0, 8);
  const why = REASONS[LIGHT.has(action) ? 'light' : reason];
  return new PipelineError(
    'action_not_possible',
    {
      en: `"${action}" is not possible: ${why.en(thing)}. Try ${shown.join(', ')}.`,
      zh: `无法“${CHINESE[action]}”：${why.zh(zhThing)}。可以试试：${shown.map((a) => CHINESE[a]).join('、')}。`,
    },
    { seen: { action, kind, possible } },
  );
}
