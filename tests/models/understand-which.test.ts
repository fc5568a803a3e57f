import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Which } from '../../models/types.ts';
import { createUnderstander } from '../../models/understand/index.ts';

const { understand } = await createUnderstander();

/** Sentence, and for each thing that moves its label ('' where none is named) and which one it is. */
const CASES: [string, ...[string, Which | undefined][]][] = [
  ['make the red car drive', ['car', { colour: 'red' }]],
  ['make the black cat jump', ['cat', { colour: 'black' }]],
  ['the white sheep nods', ['sheep', { colour: 'white' }]],
  ['make the largest red apple roll', ['apple', { size: 'large', colour: 'red' }]],
  ['make the orange roll', ['orange', undefined]],
  ['make the red one jump', ['', { colour: 'red' }]],
  ['the one in the middle jumps', ['', { side: 'middle' }]],
  ['the man in the blue shirt waves', ['person', { colour: 'blue' }]],
  ['make the person in red wave', ['person', { colour: 'red' }]],
  ['the second dog from the left wags its tail', ['dog', { side: 'left', nth: 2 }]],
  ['the third cat from the right jumps', ['cat', { side: 'right', nth: 3 }]],
  ['the 2nd bird from the left flies', ['bird', { side: 'left', nth: 2 }]],
  ['the second largest dog runs', ['dog', { side: 'left', nth: 2, size: 'large' }]],
  ['second bird flies', ['bird', { side: 'left', nth: 2 }]],
  ['the leftmost bird flies', ['bird', { side: 'left' }]],
  ['the last sheep jumps', ['sheep', { side: 'right' }]],
  ['make the nearest cow walk', ['cow', { size: 'large' }]],
  ['make the car drive to the left', ['car', undefined]],
  ['make the red car drive and the blue car shake', ['car', { colour: 'red' }], ['car', { colour: 'blue' }]],
  [
    'the black cat jumps and the white cat sleeps',
    ['cat', { colour: 'black' }],
    ['cat', { colour: 'white' }],
  ],
  ['make the dog next to the girl wag its tail', ['dog', { near: 'person' }]],
  ['the cat on the sofa turns its head', ['cat', { near: 'couch' }]],
  ['make the man riding the horse nod', ['person', { near: 'horse' }]],
  ['the cat on the sofa ducks', ['cat', { near: 'couch' }]],
  ['the dog beside the big black horse runs', ['dog', { near: 'horse' }]],
  ['the woman with the umbrella walks', ['person', { near: 'umbrella' }]],
  ['the dog jumps over the bench', ['dog', undefined]],
  ['沙发上的猫转头', ['cat', { near: 'couch' }]],
  ['让骑马的人点头', ['person', { near: 'horse' }]],
  ['让自行车旁边的人挥手', ['person', { near: 'bicycle' }]],
  ['让红色的车开走', ['car', { colour: 'red' }]],
  ['让白猫跳舞', ['cat', { colour: 'white' }]],
  ['让黑的那只跳', ['', { colour: 'black' }]],
  ['让穿红衣服的人跳舞', ['person', { colour: 'red' }]],
  ['让戴红帽子的男孩挥手', ['person', { colour: 'red' }]],
  ['左边第二只猫跳', ['cat', { side: 'left', nth: 2 }]],
  ['让第三个人挥手', ['person', { side: 'left', nth: 3 }]],
  ['中间的那只狗坐下', ['dog', { side: 'middle' }]],
  ['让最右边的鸟飞走', ['bird', { side: 'right' }]],
  ['让车往左开', ['car', undefined]],
  ['红车往左开，蓝车往右开', ['car', { colour: 'red' }], ['car', { colour: 'blue' }]],
  ['让红色的车开走，蓝色的车摇晃', ['car', { colour: 'red' }], ['car', { colour: 'blue' }]],
  ['白的跳，黑的坐下', ['', { colour: 'white' }], ['', { colour: 'black' }]],
  ['第一只狗跑，第二只狗跳', ['dog', { side: 'left', nth: 1 }], ['dog', { side: 'left', nth: 2 }]],
  ['黑狗跑白狗跳', ['dog', { colour: 'black' }], ['dog', { colour: 'white' }]],
];

test('what tells a thing from others of its name is kept: place, count, size and colour', async () => {
  for (const [sentence, ...expected] of CASES) {
    const { also = [], ...first } = await understand(sentence, {});
    const told = [first, ...also].map(({ object, which }) => [object?.label ?? '', which]);
    assert.deepEqual(told, expected, sentence);
  }
});
