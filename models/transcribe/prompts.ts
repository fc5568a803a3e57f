import type { Language } from '../types.ts';

/**
 * Shown to the decoder as what was said before, so that it expects commands of this kind ("Make a dot wagget scale"
 * becomes "Make the dog wag its tail"). Names many things and motions in few words; simplified characters.
 */
export const PROMPTS: Record<Language, string> = {
  en: ' Make the dog wag its tail. Make the cat turn its head. Let the bird flap its wings. Have the horse run to the left. Shake the bottle. Let the flowers bloom. The man claps his hands. Make it nod.',
  zh: '让马跑起来。让小猫摇尾巴。让鸟飞。让鱼游泳。让狗动一动。',
};
