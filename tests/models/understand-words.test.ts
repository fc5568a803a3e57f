import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookUp } from '../../models/understand/chinese/tokens.ts';
import {
  formsOf,
  isCreature,
  isGroup,
  isPlant,
  labelOfEnglish,
} from '../../models/understand/lexicon/nouns.ts';
import { verbAt } from '../../models/understand/lexicon/verbs.ts';

test('verbs have their forms, those too that compromise leaves as they are', () => {
  const cases: [string, string][] = [
    ['grin', 'grin grins grinning grinned'],
    ['squat', 'squat squats squatting squatted'],
    ['gallop', 'gallop gallops galloping galloped'],
    ['tiptoe', 'tiptoe tiptoes tiptoeing tiptoed'],
    ['frolic', 'frolic frolics frolicking frolicked'],
    ['stride', 'stride strides striding strode'],
    ['beat', 'beat beats beating beat'],
    ['swim', 'swim swims swimming swam'],
  ];
  for (const [verb, forms] of cases)
    assert.equal(
      formsOf(verb)
        .slice(0, 4)
        .map(({ form }) => form)
        .join(' '),
      forms,
    );
  assert.deepEqual(verbAt(['grinning'], 0), { manner: 'smile', past: false, length: 1 });
  assert.equal(verbAt(['galloped'], 0)?.past, true);
  assert.equal(verbAt(['spread'], 0)?.past, false);
});

test('a name is judged by what it means first', () => {
  const labels: [string, string | undefined][] = [
    ['terrier', 'dog'],
    ['ostrich', 'bird'],
    ['little girl', 'person'],
    ['gardener', 'person'],
    ['excavator', undefined],
    ['stroller', undefined],
    ['tower', undefined],
    ['rocking horse', undefined],
    ['roller coaster', undefined],
    ['grandfather clock', 'clock'],
    ['police car', 'car'],
  ];
  for (const [name, label] of labels) assert.equal(labelOfEnglish(name.split(' ')), label, name);
  assert.deepEqual(['turtle', 'dancer', 'excavator', 'kettle'].map(isCreature), [true, true, false, false]);
  assert.deepEqual(['lotus', 'cherry blossoms', 'flag'].map(isPlant), [true, true, false]);
  assert.deepEqual(
    ['shoal', 'pair', 'wheel'].map((word) => isGroup([word])),
    [true, true, false],
  );
});

test('Chinese names have the exact English name and the label of its kind', () => {
  assert.deepEqual(lookUp('直升机'), {
    text: '直升机',
    kind: 'noun',
    english: 'helicopter',
    label: 'airplane',
  });
  assert.deepEqual(lookUp('荷花'), { text: '荷花', kind: 'noun', english: 'lotus', label: undefined });
});
