import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { choose, guess, surest } from '../../models/transcribe/choose.ts';
import { firstRound } from '../../models/transcribe/decode.ts';
import { isSilent, splitAtPauses } from '../../models/transcribe/stretches.ts';
import { isSound, simplify } from '../../models/transcribe/texts.ts';

const decoded = (token: number, certainty: number) => ({ tokens: [token], logProbabilities: [certainty] });
const [plain, biased] = [1, 2];

/** Figures as measured: see models/training/LOG.md, "hearing". */
describe('of the plain and the prompted decoding', () => {
  const chosen = (plainCertainty: number, biasedCertainty: number, support: number, noSpeech: number) =>
    choose({
      plain: decoded(plain, plainCertainty),
      biased: decoded(biased, biasedCertainty),
      support,
      noSpeech,
    })?.tokens[0];

  it('the prompted one is taken where it is surer and was really said', () => {
    assert.equal(chosen(-0.76, -0.07, -0.71, 0.04), biased);
    assert.equal(chosen(-0.45, -0.14, -0.57, 0.5), biased);
  });

  it('the plain one is taken where the prompt makes things worse', () => {
    assert.equal(chosen(-0.09, -0.3, -0.65, 0.07), plain);
  });

  it('sure words are taken though the model doubts that anybody speaks', () => {
    assert.equal(chosen(-0.41, -0.22, -2.86, 0.82), plain);
  });

  it('neither is taken where the prompt speaks out of noise', () => {
    assert.equal(chosen(-0.88, -0.67, -4.93, 0.9), undefined);
    assert.equal(chosen(-1.21, -0.63, -4.94, 0.3), undefined);
  });
});

describe('the language', () => {
  const guessed = (languages: Record<string, number>) => guess(new Map(Object.entries(languages)));

  it('is the likelier one of ours, whatever an accent sounds like', () => {
    assert.deepEqual(guessed({ en: 0.2, zh: 0.03, cy: 0.4, th: 0.3 }), ['en']);
    assert.deepEqual(guessed({ en: 0.005, zh: 0.03, ja: 0.45 }), ['zh']);
  });

  it('is tried both ways where both of ours are alike', () => {
    assert.deepEqual(guessed({ en: 0.17, zh: 0.16, ja: 0.04 }), ['en', 'zh']);
  });

  it('may be a foreign one that is more likely than all others together', () => {
    assert.deepEqual(guessed({ en: 0.04, zh: 0.001, de: 0.69 }), ['en', 'de']);
  });

  const stretch = (language: string, plainCertainty: number, biasedCertainty: number, support: number) => ({
    language,
    noSpeech: 0.4,
    plain: decoded(plain, plainCertainty),
    biased: decoded(biased, biasedCertainty),
    support,
  });

  it('is that of the surest words', () => {
    const english = stretch('en', -1.06, -0.88, -5.58);
    const chinese = stretch('zh', -1.19, -0.11, -2.01);
    assert.equal(surest([english, chinese]).language, 'zh');
    const german = { ...stretch('de', -1.86, -0.77, -3.38), own: decoded(3, -0.9) };
    assert.equal(surest([english, german]).language, 'de');
    assert.equal(surest([stretch('en', -0.4, -0.3, -0.5), german]).language, 'en');
  });
});

describe('circles', () => {
  it('end after their first round', () => {
    assert.equal(firstRound([9, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5]), 6);
    assert.equal(firstRound([1, 2, 3, 1, 2, 3, 1, 2, 3]), 3);
    assert.equal(firstRound([7, 4, 4, 4, 4, 4, 4]), 2);
  });

  it('are not seen in what people say', () => {
    for (const tokens of [[1, 2, 3, 4], [8, 5, 5, 5], [1, 2, 3, 1, 2, 3], [], [1]])
      assert.equal(firstRound(tokens), tokens.length);
  });
});

describe('texts', () => {
  it('of sounds are told from words', () => {
    for (const text of ['(water running)', '[Music]', '♪ ♪', '(BEEP) (BEEP)', '【音乐】', '...'])
      assert.ok(isSound(text));
    for (const text of ['Make it nod.', '让狗动起来。', '(laughs) Make it jump']) assert.ok(!isSound(text));
  });

  it('are written in simplified characters', () => {
    assert.equal(simplify('讓狗動起來,讓貓搖尾巴'), '让狗动起来,让猫摇尾巴');
  });
});

describe('stretches', () => {
  const rate = 16_000;

  it('are cut in the pause', () => {
    const samples = Float32Array.from({ length: 40 * rate }, (_, i) =>
      i > 22 * rate && i < 23 * rate ? 0 : Math.sin(i),
    );
    const [first, second, ...more] = splitAtPauses(samples, 28.5);
    assert.equal(more.length, 0);
    assert.equal(first.length + second.length, samples.length);
    assert.ok(first.length > 22 * rate && first.length < 23 * rate);
  });

  it('of silence are seen', () => {
    assert.ok(isSilent(new Float32Array(rate)));
    assert.ok(isSilent(new Float32Array(rate).fill(0.0005)));
    assert.ok(!isSilent(Float32Array.from({ length: rate }, (_, i) => (i > 8000 && i < 9000 ? 0.05 : 0))));
  });
});
