import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PipelineError } from '../../models/errors.ts';
import { likeliest } from '../../models/likeliest.ts';
import { createUnderstander } from '../../models/understand/index.ts';

const understander = await createUnderstander();
const choose = async (text: string, alternatives: string[] | undefined, seen: string[]) =>
  (await likeliest({ text, language: 'en', confidence: 0.5, alternatives }, seen, understander)).text;

test('words about something in the picture are taken before likelier ones about something else', async () => {
  const others = ['Make the dock jump.', 'Make the dog jump.', 'Make the dog jam.'];
  assert.equal(await choose('Make the duck jump.', others, ['dog', 'person']), 'Make the dog jump.');
  assert.equal(await choose('Make the dark jungle.', others, ['dog']), 'Make the dog jump.');
});

test('what was heard stays where it fits, names nothing, or nothing else fits', async () => {
  const others = ['Make the cat jump.'];
  assert.equal(await choose('Make the dog jump.', others, ['dog', 'cat']), 'Make the dog jump.');
  assert.equal(await choose('Jump.', others, ['cat']), 'Jump.');
  assert.equal(await choose('Make the star twinkle.', others, ['dog']), 'Make the star twinkle.');
  assert.equal(await choose('What a lovely day.', others, []), 'What a lovely day.');
  assert.equal(await choose('Make the star twinkle.', undefined, ['cat']), 'Make the star twinkle.');
});

test('what asks for nothing becomes what sounds nearly the same and does, but talk does not', async () => {
  assert.equal(await choose('Make it dense.', ['Make it dance.'], []), 'Make it dance.');
  assert.equal(await choose('Lunch the rocket.', ['Launch the rocket.'], ['person']), 'Launch the rocket.');
  assert.equal(await choose('not.', ['Naught.', 'Nod.'], []), 'Nod.');
  for (const [talk, others] of [
    ['Now.', ['Bow.']],
    ['Box.', ['Bucks.']],
    ['Italy.', ['It lay.']],
    ['Pruned then for our.', ['Pruning then for our.']],
    ['Win the craft.', ['Wind the crab.']],
  ] as const)
    assert.equal(await choose(talk, [...others], ['dog']), talk);
});

test('a name that no dictionary has, and a thing that was not made out, give way to a better one', async () => {
  assert.equal(
    await choose('Let the sheep rok twinkle.', ['Let the star twinkle.'], []),
    'Let the star twinkle.',
  );
  const rocking = 'Make the boat rock violently.';
  assert.equal(await choose('Make the both rock violently.', [rocking], ['boat']), rocking);
});

test('the words that were not said are left out, and other failures are not hidden', async () => {
  const heard = { text: 'Nod.', language: 'en', confidence: 0.5, alternatives: ['Not.'] };
  assert.deepEqual(await likeliest(heard, ['dog'], understander), {
    text: 'Nod.',
    language: 'en',
    confidence: 0.5,
  });
  const broken = {
    understand: async () => {
      throw new PipelineError('no_speech', { en: '', zh: '' });
    },
  };
  await assert.rejects(likeliest(heard, [], broken), { code: 'no_speech' });
});
