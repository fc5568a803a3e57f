import type { Language } from '../types.ts';

/**
 * Shown to the decoder as what was said before, so that it expects commands of this kind ("Make a dot wagget scale"
 * becomes "Make the dog wag its tail"). Names many things and motions in few words; simplified characters.
 */
export const PROMPTS: Record<Language, string> = {
  en: " Make the dog wag its tail. Let the bird flap its wings. Make the horse run. Turn the cat's head to the left. Shake the bottle. Let the flowers bloom. Have the man clap his hands. Make it nod.",
  zh: '让马跑起来。让小猫摇尾巴。让鸟飞。让狗动一动。',
};
