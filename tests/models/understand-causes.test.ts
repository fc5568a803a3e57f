/** What was once understood wrongly, a sentence or two for each cause. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createUnderstander } from '../../models/understand/index.ts';

const { understand } = await createUnderstander();

const CASES: Record<string, [sentence: string, prompt: string, ...seen: string[]][]> = {
  'whom one speaks to does not move': [
    ['mommy make the bunny hop', 'bunny jumps'],
    ['妈妈我要小兔子跳', 'rabbit jumps'],
  ],
  'what something is made of or stands on does not move': [
    ['let the ducklings on the pond swim', 'ducklings swim'],
    ['让他从椅子上站起来', 'it stands up'],
    ['海盗船晃来晃去', 'boat sways'],
  ],
  'the wind moves other things': [
    ['a slight breeze moves the curtains', 'curtains move'],
    ['一阵微风吹动窗帘', 'curtain blows in the wind'],
  ],
  'words before 的 and 地 only describe': [
    ['跳伞的人往下坠', 'person falls downwards'],
    ['企鹅摇摇摆摆地走', 'bird walks'],
  ],
  'hair is somebody’s, or moves by itself': [
    ["the mermaid's hair blows", 'mermaid blows in the wind'],
    ['hair blowing in the wind', 'hair blows in the wind'],
    ['让小姑娘的头发被风吹起来', 'person blows in the wind'],
  ],
  'a part does not change what all of it does': [
    ['make the goat stand on its hind legs', 'goat stands up'],
    ['老虎舔舔爪子', 'tiger eats'],
  ],
  'things do what things can': [
    ['open the door', 'door moves'],
    ['the lid should lift', 'lid rises'],
    ['the truck rolls to the left', 'truck drives to the left'],
    ['让灯亮起来', 'lights twinkle'],
  ],
  'what can be seen done is a motion': [
    ['have the girl paint', 'girl moves'],
    ['让女孩梳头', 'person moves'],
  ],
  'directions as people say them': [
    ['the gecko runs up the wall', 'gecko runs upwards'],
    ['let the kite fly higher', 'kite flies upwards'],
    ['back the van up', 'van moves away'],
    ['皮划艇向左', 'canoes and kayaks move to the left'],
    ['火箭嗖的一下飞上去', 'rocket flies upwards'],
    ['have grandpa smile at me', 'grandpa smiles'],
  ],
  idioms: [
    ['the mother bursts into tears', 'mother cries'],
    ['have the king take a bow', 'king lowers their head'],
    ['孔雀开屏', 'bird wags its tail'],
  ],
  'mixed languages': [
    ['让 the parrot 飞 to the left', 'parrot flies to the left'],
    ['把 globe spin 起来', 'globe spins'],
  ],
  'dictated marks': [['let the helicopter take off comma then hover', 'helicopter launches']],
  'spelling of a keyboard': [['plz get da froggy hoppin', 'frog jumps']],
  'sounds of what is in the picture': [
    ['the night should wave', 'knight waves', 'person'],
    ['let the dear run', 'deer runs', 'deer'],
  ],
};

for (const [cause, cases] of Object.entries(CASES)) {
  test(cause, async () => {
    for (const [sentence, prompt, ...seen] of cases)
      assert.equal((await understand(sentence, { seen })).prompt, prompt, sentence);
  });
}
