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
    ['a slight breeze moves the curtains', 'curtains blow in the wind gently'],
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
    ['have the boy open the gift', 'boy moves'],
    ['让女孩敲门', 'person moves'],
  ],
  'directions as people say them': [
    ['the gecko runs up the wall', 'gecko runs upwards'],
    ['let the kite fly higher', 'kite flies upwards'],
    ['back the van up', 'van moves away'],
    ['皮划艇向左', 'canoes and kayaks move to the left'],
    ['火箭嗖的一下飞上去', 'rocket flies upwards'],
    ['have grandpa smile at me', 'grandpa smiles'],
    ['let the bear scratch its back', 'bear moves'],
    ['let the car speed up', 'car drives'],
    ['让小狗过来', 'dog moves towards the viewer'],
    ['鱼往上游', 'fish swims upwards'],
  ],
  idioms: [
    ['the mother bursts into tears', 'mother cries'],
    ['have the king take a bow', 'king lowers their head'],
    ['孔雀开屏', 'bird wags its tail'],
    ['have the girl blow a kiss', 'girl waves'],
    ['turn the lights on', 'lights twinkle'],
    ['let the sun come out', 'sun rises'],
    ['让女孩吹蜡烛', 'person breathes'],
    ['打开车灯', 'headlight twinkles'],
    ['放风筝', 'kite flies'],
  ],
  'mixed languages': [
    ['让 the parrot 飞 to the left', 'parrot flies to the left'],
    ['把 globe spin 起来', 'globe spins'],
    ['让 cat 摇 tail', 'cat wags its tail'],
  ],
  'dictated marks': [['let the helicopter take off comma then hover', 'helicopter launches']],
  'spelling of a keyboard': [['plz get da froggy hoppin', 'frog jumps']],
  'sounds of what is in the picture': [
    ['the night should wave', 'knight waves', 'person'],
    ['let the dear run', 'deer runs', 'deer'],
    ['小路抬头', 'deer raises its head', 'deer'],
  ],
  'what cannot do it sounds like what can': [
    ['let the wail swim', 'whale swims'],
    ['have the plain fly off', 'plane flies'],
    ['小狗摇一下微巴', 'dog wags its tail'],
    ['叫隻貓跳起身', 'cat jumps'],
    ['让路跑起来', 'deer runs'],
  ],
  'the same again is one': [
    ['让一只河马和河马都走', 'hippopotamus walks'],
    ['除了河流以外都静止，河水流动', 'river flows'],
  ],
  'who wants to see it does not move': [
    ['my daughter would love to see the truck drive', 'truck drives'],
    ['孩子想看小狗跑', 'dog runs'],
  ],
  'people by their trade, and beings of tales': [
    ['the driver should wave', 'driver waves'],
    ['let the fairy walk', 'fairy walks'],
  ],
  'motions without a verb': [
    ['hair in the wind', 'hair blows in the wind'],
    ['wind on the wheat', 'wheat blows in the wind'],
    ['闪电', 'it storms'],
  ],
  'what is told around a command does not move': [
    ['the designer says that the door should open', 'door moves'],
    ['stop the man from walking, have him sit instead', 'man sits down'],
    ["the queen's crown sparkles", 'crown twinkles'],
    ['草地上小狗打滚', 'dog rolls over'],
    ['抱着孩子的妈妈笑', 'person smiles'],
    ['这车杵这儿干啥，往前开', 'car drives towards the viewer'],
  ],
  'things do as things do': [
    ['have the goldfish circle its bowl', 'goldfish swims'],
    ['turn on the fountain', 'fountain flows'],
    ['the daffodils nod', 'daffodils sway'],
    ['推土机往后倒', 'bulldozer drives away'],
    ['the steam locomotive puffs smoke', 'steam locomotive smokes'],
  ],
  'how much, said by an adjective or after the verb': [
    ['a really massive jump for the dolphin', 'dolphin jumps strongly'],
    ['the lake needs the tiniest of ripples', 'lake ripples gently'],
    ['龙卷风转得凶一点', 'tornado spins strongly'],
  ],
  'all but one': [
    ['除了白马，别的马都跑', 'horse runs'],
    ['all the horses but the white one should run', 'horses run'],
    ['除了船别的都不动，船晃起来', 'boat shakes'],
  ],
  'more or less of what is there already': [
    ['make the waves bigger', 'waves ripple strongly'],
    ['could the sea get a bit calmer', 'sea ripples gently'],
    ['more rain please', 'it storms strongly'],
    ['let the flames grow higher and the smoke rise', 'flames burn strongly'],
    ['浪再大一点', 'waves ripple strongly'],
    ['把火变小一点', 'fire burns gently'],
    ['风再大点', 'it blows in the wind strongly'],
  ],
  'what stands before its verb does it, not what comes after': [
    ['let leaves fall from the tree', 'leaves fall'],
    ['let flies buzz around the cake', 'flies fly'],
    ['let clouds pass over the mountain', 'clouds drift'],
    ['let tears run down her face', 'tears flow downwards'],
  ],
  'cloth flows in the wind, balloons are let go': [
    ['make the scarf flow in the wind', 'scarf blows in the wind'],
    ['放飞气球', 'balloon flies'],
  ],
  'what is put right in the same breath': [
    ['make the dog run, no, jump, actually sit', 'dog sits down'],
    ['make the cat walk, I mean run', 'cat runs'],
    ['make the bird fly to the left, actually to the right', 'bird flies to the right'],
    ['spin the fan slowly, I mean fast', 'fan spins strongly'],
  ],
  'who is pointed at has no name': [
    ['have these two dance together', 'it dances'],
    ['the ones I circled should spin', 'it spins'],
    ['我圈的这个飞', 'it flies'],
    ['他们几个都给我坐下', 'it sits down'],
  ],
  'words that end in names': [
    ['马和牛都点头', 'horse nods its head'],
    ['岩浆流', 'lava flows'],
    ['让那头猪躺下好不好', 'pig lies down'],
  ],
};

for (const [cause, cases] of Object.entries(CASES)) {
  test(cause, async () => {
    for (const [sentence, prompt, ...seen] of cases)
      assert.equal((await understand(sentence, { seen })).prompt, prompt, sentence);
  });
}

test('which one is kept, whether anything is named or not', async () => {
  const whiches = async (sentence: string) => {
    const { also = [], ...first } = await understand(sentence, {});
    return [first, ...also].map(
      ({ object, which, prompt }) => `${object?.text}/${which?.side ?? which?.size}/${prompt}`,
    );
  };
  for (const [sentence, ...expected] of [
    ['the one on the right should jump', 'undefined/right/it jumps'],
    [
      'have the left one jump and the right one sit',
      'undefined/left/it jumps',
      'undefined/right/it sits down',
    ],
    ['左边的跳，右边的坐下', 'undefined/left/it jumps', 'undefined/right/it sits down'],
    ['最大的那个转圈', 'undefined/large/it spins'],
    ['make it jump to the left', 'undefined/undefined/it jumps to the left'],
    ['the dog on the left jumps', 'dog on the left/left/dog jumps'],
  ])
    assert.deepEqual(await whiches(sentence), expected, sentence);
});

test('then another does the same', async () => {
  const { prompt, also = [] } = await understand('first the cat jumps, then the dog', {});
  assert.deepEqual([prompt, ...also.map((one) => one.prompt)], ['cat jumps', 'dog jumps']);
});

test('a name is no more than what was said', async () => {
  for (const [sentence, name] of [
    ['让白猫毛茸茸的长尾巴慢慢摇', '白猫'],
    ['叫隻貓跳起身', '猫'],
    ['除了白马，别的马都跑', '马'],
    ['两个人都挥手', '人'],
  ])
    assert.equal((await understand(sentence, {})).object?.text, name, sentence);
  await assert.rejects(understand('the boat is bigger than the waves', {}), { code: 'not_a_command' });
});

test('what the speaker has to do, appointments and calls ask for no motion', async () => {
  for (const said of [
    'I have to run to the store',
    'the kids are running late',
    'the bus comes at nine',
    "let's go for a swim after lunch",
    '打电话给妈妈',
    'call mom',
  ])
    await assert.rejects(understand(said, {}), { code: 'not_a_command' }, said);
  assert.equal(
    (await understand("wag the tail like there's no tomorrow", {})).prompt,
    'it wags its tail strongly',
  );
});

test('what is done to the picture is no motion in it', async () => {
  for (const said of [
    'zoom in on her face',
    'turn the photo black and white',
    '放大看看她的脸',
    '把左边的人去掉',
  ])
    await assert.rejects(understand(said, {}), { code: 'not_a_command' }, said);
  const { prompt } = await understand('把背景删了，让狗跳', {});
  assert.equal(prompt, 'dog jumps');
});
