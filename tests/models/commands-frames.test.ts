/** The training examples of the tagger: frames with their slots filled. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createFiller, type Language } from '../../models/training/commands/fill.ts';
import { createRandom } from '../../models/training/commands/random.ts';

const TAGS = 'OTAPDS';

/** "the [T dog] should [A jump]" */
function marked(language: Language, frame: string, seed: number): string {
  const { text, spans } = createFiller(language, createRandom(seed))(frame);
  return spans.reduceRight(
    (said, { start, end, tag }) =>
      `${said.slice(0, start)}[${TAGS[tag]} ${said.slice(start, end)}]${said.slice(end)}`,
    text,
  );
}
const often = (language: Language, frame: string) =>
  Array.from({ length: 60 }, (_, seed) => marked(language, frame, seed));

for (const language of ['en', 'zh'] as const) {
  test(`all ${language} frames can be filled`, () => {
    const fill = createFiller(language, createRandom(1));
    const path = new URL(`../../models/training/commands/frames/${language}.txt`, import.meta.url);
    const frames = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    assert.ok(frames.length > 3000);
    for (const line of frames) {
      const { text, spans } = fill(line.split('\t')[1]);
      assert.doesNotMatch(text, /[{}]|undefined/, line);
      let last = 0;
      for (const { start, end } of spans) {
        assert.ok(start >= last && end > start && end <= text.length, line);
        last = end;
      }
    }
  });
}

test('articles and plurals agree, and parts have verbs of their own', () => {
  for (const said of often('en', 'a {T} should {A}'))
    assert.match(said, /^(?:a \[T [^aeiou]|an \[T [aeiou])/);
  for (const said of often('en', 'both {T}s jump')) assert.match(said, /^both \[T [^\]]+\] jump$/);
  assert.ok(
    often('en', 'the {T}s jump').some((said) => /\[T [^\]]*(?:puppies|leaves|butterflies)\]/.test(said)),
  );
  for (const said of often('en', 'its {P} should {A}'))
    assert.doesNotMatch(said, /\[A [^\]]*\b(?:its|his|her|their)\b/);
});

test('what is not meant has no tag', () => {
  for (const said of often('en', "not the {X}'s {Q}, let the {T} {A} {D} not {E}"))
    assert.match(
      said,
      /^not the [^[]+, let (?:the )?(?:\[T [^\]]+\]|it|him|her|them|this one|that thing|both of them) \[A [^\]]+\] \[D [^\]]+\] not [^[]+$/,
    );
  for (const said of often('zh', '{X}的{Q}别动，{T}{A}'))
    assert.match(
      said,
      /^[^[]+的[^[]+别动, ?(?:\[T [^\]]+\]|[它他她]们?|[这那]个|[这那]家伙|这俩) ?\[A [^\]]+\]$/,
    );
});

test('what is said twice is the same twice, in its form', () => {
  for (const said of often('en', 'the {T} {A-s}, yes, the {T} is {A-ing}')) {
    const things = [...said.matchAll(/\[T ([^\]]+)\]/g)].map(([, name]) => name);
    assert.equal(things[0], things[1]);
  }
});
