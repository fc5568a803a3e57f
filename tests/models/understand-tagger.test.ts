import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commandsIn } from '../../models/understand/tagger/spans.ts';
import { createTagger, type Tagged } from '../../models/understand/tagger/tagger.ts';
import { unitsOf } from '../../models/understand/tagger/units.ts';

const tagger = await createTagger();

interface Answer {
  units: string[];
  features: number[][];
  tags: string;
  sure: number[];
}
const answers = JSON.parse(
  readFileSync(new URL('../fixtures/commands/tagger.json', import.meta.url), 'utf8'),
) as Answer[];

/** The sentence again: Chinese characters stand together, words apart. */
const joined = (units: string[]) =>
  units.join(' ').replaceAll(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '');

test('sentences are cut and tagged as in training', async () => {
  for (const { units, features, tags, sure } of answers) {
    const tagged = await tagger.tag(joined(units));
    assert.deepEqual(
      tagged.map(({ text }) => text),
      units,
    );
    assert.deepEqual(
      tagged.map((unit) => unit.features.toSorted((a, b) => a - b)),
      features.map((some) => some.toSorted((a, b) => a - b)),
    );
    assert.equal(tagged.map(({ tag }) => tag).join(''), tags);
    for (const [i, unit] of tagged.entries()) assert.ok(Math.abs(unit.sure - sure[i]) < 1e-3);
  }
});

/** "the/O dog/T" */
const tag = (text: string, tags: string): Tagged[] =>
  unitsOf(text).map((unit, i) => ({ ...unit, tag: tags[i] as Tagged['tag'], sure: 1, acts: 0, named: 0 }));

test('tags become commands', () => {
  const cases: [string, string, object[]][] = [
    ['make the dog jump', 'OOTA', [{ things: ['dog'], action: 'jump' }]],
    [
      'dog jump , cat dance up',
      'TAOTAD',
      [
        { things: ['dog'], action: 'jump' },
        { things: ['cat'], action: 'dance', direction: 'up' },
      ],
    ],
    ['the dog and the cat dance', 'OTOOTA', [{ things: ['dog', 'cat'], action: 'dance' }]],
    ['the puppy , that little puppy jumps', 'OTOOTTA', [{ things: ['little puppy'], action: 'jumps' }]],
    [
      'move the car , fly the kite',
      'AOTOAOT',
      [
        { things: ['car'], action: 'move' },
        { things: ['kite'], action: 'fly' },
      ],
    ],
    ['wave , the lady , yes wave', 'AOOTOOA', [{ things: ['lady'], action: 'wave' }]],
    ['wag its tail gently', 'AAPS', [{ things: [], action: 'wag its', part: 'tail', strength: 'gently' }]],
    // Named on the way to what is meant.
    ['past the barn , the duck , make it swim', 'OOTOOTOOOA', [{ things: ['barn', 'duck'], action: 'swim' }]],
    ['a barn behind some duck , make it swim', 'OTOOTOOOA', [{ things: ['duck'], action: 'swim' }]],
    ['让狗摇个尾巴', 'OTAOAA', [{ things: ['狗'], action: '摇个尾巴' }]],
    ['what a lovely day', 'OOOO', []],
  ];
  for (const [text, tags, commands] of cases)
    assert.deepEqual(commandsIn(text, tag(text, tags)), commands, text);
});

test('an empty sentence has no tags', async () => assert.deepEqual(await tagger.tag(' '), []));
