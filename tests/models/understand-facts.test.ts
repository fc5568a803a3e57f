/** What dictionaries tell the tagger of words that no list of ours has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenize } from '../../models/understand/chinese/tokens.ts';
import { homophonesOf } from '../../models/understand/english/sound.ts';
import { grown, isAdverb, singular } from '../../models/understand/lexicon/nouns.ts';
import { isDoing, nearestManner } from '../../models/understand/lexicon/verbs.ts';
import { FEATURES, factsOfChinese, factsOfEnglish } from '../../models/understand/tagger/facts.ts';

test('features have a place of their own', () => assert.equal(new Set(FEATURES).size, FEATURES.length));

test('WordNet says what kind of word an English one is', () => {
  const cases: [string, string[], string[]][] = [
    ['newt', ['noun', 'animal', 'nounish'], ['verb', 'person']],
    ['yucca', ['noun', 'plant'], ['animal']],
    ['manikin', ['person'], ['plant']],
    ['whooshed', ['goes', 'ed'], ['noun', 'ing']],
    ['hoping', ['ing', 'verbish'], ['animal']],
    ["girl's", ['owner', 'person', 'label'], []],
    ['leftwards', ['direction'], ['noun']],
    ['qwxz', ['unknown'], ['noun']],
  ];
  for (const [word, holds, fails] of cases) {
    const facts: string[] = factsOfEnglish(word);
    assert.deepEqual(
      holds.filter((one) => !facts.includes(one)),
      [],
      `${word}: ${facts}`,
    );
    assert.deepEqual(
      fails.filter((one) => facts.includes(one)),
      [],
      `${word}: ${facts}`,
    );
  }
});

test('CC-CEDICT and WordNet say what kind of word a Chinese one is', () => {
  const kinds = (text: string) => tokenize(text).map((token) => factsOfChinese(token));
  assert.ok(kinds('蝾螈')[0].includes('animal'));
  assert.ok(factsOfChinese({ text: '往左', kind: 'unknown' }).includes('direction'));
  assert.ok(kinds('思考')[0].includes('verbish'));
  assert.ok(kinds('让')[0].includes('causative'));
});

test('words are known in the forms that people use', () => {
  assert.deepEqual(['froggy', 'horsie', 'pony', 'lily'].map(grown), ['frog', 'horse', 'pony', 'lily']);
  assert.deepEqual(['barista', 'wolves', 'bus'].map(singular), ['barista', 'wolf', 'bus']);
  assert.deepEqual(['sideways', 'downstream', 'left', 'dog'].map(isAdverb), [true, true, false, false]);
  assert.deepEqual(['painting', 'knits', 'believe'].map(isDoing), [true, true, false]);
  assert.equal(nearestManner('pranced'), 'walk');
  assert.ok(homophonesOf('night').includes('knight'));
  assert.deepEqual(homophonesOf('qwxz'), []);
});

test('Chinese names that no dictionary has keep their head', () => {
  const names = (text: string) =>
    tokenize(text).flatMap(({ kind, english }) => (kind === 'noun' ? [english] : []));
  assert.deepEqual(names('懒猫跑'), ['cat']);
  assert.deepEqual(names('母狮跑'), ['lion']);
  assert.deepEqual(names('钟摆摆起来'), ['pendulum']);
});
