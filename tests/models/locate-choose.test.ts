import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PipelineError } from '../../models/errors.ts';
import { choose } from '../../models/locate/choose.ts';
import type { Candidate, Detection, Which } from '../../models/types.ts';

const SIZE = { width: 400, height: 300 };
const seen = (
  label: string,
  score: number,
  x: number,
  y: number,
  width: number,
  height: number,
): Detection => ({
  label,
  score,
  box: { x, y, width, height },
});
const leftDog = seen('dog', 0.6, 10, 100, 100, 120);
const rightDog = seen('dog', 0.5, 200, 80, 160, 200);
const rider = seen('person', 0.7, 150, 20, 80, 160);
const horse = seen('horse', 0.6, 100, 80, 200, 200);
const named = (label: string | undefined, text = label ?? '') => ({ text, label });
const isError = (code: string) => (error: unknown) => error instanceof PipelineError && error.code === code;

test('a click takes the thing under it, whatever else is there', () => {
  const choice = choose([leftDog, rightDog], [{ x: 60, y: 160 }], undefined, SIZE);
  assert.equal(choice.detection, leftDog);
  assert.equal(choice.source, 'click');
  assert.deepEqual(choice.alternatives, [rightDog]);
});

test('words break the tie between things that overlap under the click', () => {
  const click = [{ x: 190, y: 120 }];
  assert.equal(choose([rider, horse], click, named('horse'), SIZE).detection, horse);
  assert.equal(choose([rider, horse], click, named('person'), SIZE).detection, rider);
});

test('other things under every click are rivals, unless their names fit less or they are the same thing', () => {
  const click = [{ x: 190, y: 120 }];
  const pony = { ...horse, label: 'cow', score: 0.3 };
  const choice = choose([rider, horse, leftDog, pony], click, undefined, SIZE);
  assert.deepEqual([choice.detection, ...choice.rivals], [rider, horse]);
  assert.deepEqual(choose([rider, horse], click, named('horse'), SIZE).rivals, []);
  const foal = seen('horse', 0.4, 140, 90, 90, 90);
  assert.deepEqual(choose([rider, horse, foal], click, named('horse'), SIZE).rivals, [foal]);
  const beside = [...click, { x: 110, y: 250 }];
  assert.deepEqual(choose([rider, horse, foal], beside, undefined, SIZE).rivals, []);
  assert.deepEqual(choose([rider, horse], [], named('person'), SIZE).rivals, []);
});

test('words that name another kind of thing than the click shows are refused with what was seen', () => {
  assert.throws(
    () => choose([leftDog], [{ x: 60, y: 160 }], named('bus'), SIZE),
    (error) =>
      isError('click_and_words_disagree')(error) &&
      (error as PipelineError).seen?.underClick?.toString() === 'dog',
  );
  assert.throws(
    () => choose([leftDog], [{ x: 60, y: 160 }], named('cat'), SIZE),
    isError('click_and_words_disagree'),
  );
});

test('an unsure detection of a related animal gives way to the words, with a lower score', () => {
  const unsure = { ...leftDog, score: 0.3 };
  const choice = choose([unsure], [{ x: 60, y: 160 }], named('cat'), SIZE);
  assert.equal(choice.detection, unsure);
  assert.ok(choice.score < 0.3);
  assert.equal(choose([unsure], [], named('cat'), SIZE).detection, unsure);
});

test('clicks on two things disagree, two clicks on one do not', () => {
  const both = [leftDog, rightDog];
  assert.throws(
    () =>
      choose(
        both,
        [
          { x: 60, y: 160 },
          { x: 300, y: 200 },
        ],
        undefined,
        SIZE,
      ),
    isError('clicks_disagree'),
  );
  // A second click beside the box says that the box is too small.
  const more = choose(
    both,
    [
      { x: 60, y: 160 },
      { x: 150, y: 20 },
    ],
    undefined,
    SIZE,
  );
  assert.deepEqual([more.detection, more.beyond], [leftDog, true]);
  assert.equal(
    choose(
      both,
      [
        { x: 60, y: 160 },
        { x: 80, y: 180 },
      ],
      undefined,
      SIZE,
    ).detection,
    leftDog,
  );
});

test('words alone choose by place and size, otherwise the largest and most central', () => {
  const both = [leftDog, rightDog];
  const cases: [Which | undefined, Detection][] = [
    [{ side: 'left' }, leftDog],
    [{ side: 'right' }, rightDog],
    [{ size: 'small' }, leftDog],
    [{ size: 'large' }, rightDog],
    [undefined, rightDog],
  ];
  for (const [which, expected] of cases)
    assert.equal(choose(both, [], named('dog'), SIZE, { which }).detection, expected, JSON.stringify(which));
});

test('things are counted from their side, each once; more than there are means the last', () => {
  const row = [40, 120, 210, 330].map((x) => seen('bird', 0.5, x, 60, 30, 30));
  const twice = { ...row[1], score: 0.3, box: { ...row[1].box, width: 32 } };
  const cat = seen('cat', 0.9, 80, 60, 30, 30);
  const pick = (which: Which) => choose([...row, twice, cat], [], named('bird'), SIZE, { which }).detection;
  assert.equal(pick({ side: 'left', nth: 2 }), row[1]);
  assert.equal(pick({ side: 'right', nth: 2 }), row[2]);
  assert.equal(pick({ side: 'left', nth: 9 }), row[3]);
  assert.equal(
    choose(row.slice(0, 3), [], named('bird'), SIZE, { which: { side: 'middle' } }).detection,
    row[1],
  );
});

test('a thing is told by what it is on or beside, if that was seen', () => {
  const [first, second] = [20, 300].map((x) => seen('person', 0.7, x, 60, 50, 120));
  const bench = seen('bench', 0.4, 280, 140, 90, 50);
  const near = { which: { near: 'bench' } } as const;
  const large = { ...first, box: { ...first.box, height: 200 } };
  assert.equal(choose([large, second, bench], [], named('person'), SIZE, near).detection, second);
  assert.equal(choose([large, second], [], named('person'), SIZE, near).detection, large);
});

test('a cat that it takes for a dog is counted, unless cats are surely seen', () => {
  const row = (score: number) => [seen('cat', score, 20, 60, 60, 40), seen('dog', 0.4, 120, 60, 60, 40)];
  const second = { which: { side: 'left', nth: 2 } } as const;
  assert.equal(choose(row(0.35), [], named('cat'), SIZE, second).detection?.label, 'dog');
  assert.equal(choose(row(0.7), [], named('cat'), SIZE, second).detection?.label, 'cat');
  const dogs = [row(0)[1], seen('dog', 0.3, 250, 60, 60, 40)];
  assert.equal(choose(dogs, [], named('cat'), SIZE, second).detection, dogs[1]);
  assert.throws(() => choose(dogs, [], named('cat'), SIZE), isError('object_not_found'));
});

test('the colour tells one, then its place among those of that colour', () => {
  const cars = [20, 120, 220, 320].map((x) => seen('car', 0.6, x, 60, 60, 40));
  const coloured = [0.1, 0.5, 0.7, 0.02];
  const pick = (which: Which) => choose(cars, [], named('car'), SIZE, { which, coloured });
  assert.equal(pick({ colour: 'red', side: 'left' }).detection, cars[1]);
  assert.equal(pick({ colour: 'red', side: 'right' }).detection, cars[2]);
  const all = choose(cars, [], { text: 'cars', label: 'car', several: true }, SIZE, {
    which: { colour: 'red' },
    coloured,
  });
  assert.deepEqual(new Set([all.detection, ...all.others]), new Set([cars[1], cars[2]]));
  const chosen = all.candidates.filter(({ reason }) => reason === 'chosen');
  assert.deepEqual(chosen.map(({ coloured: share }) => share).sort(), [0.5, 0.7]);
});

test('doubtful detections are not counted where one of several is told by its place', () => {
  const speck = seen('dog', 0.2, 380, 100, 15, 15);
  const right = { which: { side: 'right' } } as const;
  assert.equal(choose([leftDog, rightDog, speck], [], named('dog'), SIZE, right).detection, rightDog);
  assert.equal(choose([speck], [], named('dog'), SIZE, right).detection, speck);
});

test('a creature that the detector has no word for is the only animal that it is not sure of', () => {
  const fish = { ...leftDog, label: 'bird', score: 0.45 };
  assert.equal(choose([fish, rider], [], named(undefined, 'goldfish'), SIZE).detection, fish);
  for (const others of [[{ ...fish, score: 0.8 }], [fish, { ...rightDog, score: 0.4 }], [rider]])
    assert.throws(() => choose(others, [], named(undefined, 'goldfish'), SIZE), isError('object_not_found'));
  assert.throws(() => choose([fish], [], named(undefined, 'balloon'), SIZE), isError('object_not_found'));
});

test('flowers are what the detector takes for a potted plant, else the only vase', () => {
  const plant = seen('potted plant', 0.25, 20, 20, 100, 150);
  const vase = seen('vase', 0.7, 40, 110, 60, 60);
  const flowers = { text: 'flowers', english: 'flowers' };
  assert.equal(choose([vase, plant, rider], [], flowers, SIZE).detection, plant);
  assert.equal(choose([vase, rider], [], { text: '玫瑰花', english: 'rose' }, SIZE).detection, vase);
  for (const others of [[rider], [vase, { ...vase, box: { ...vase.box, x: 300 } }]])
    assert.throws(() => choose(others, [], flowers, SIZE), isError('object_not_found'));
  assert.throws(() => choose([plant], [], named(undefined, 'sunglasses'), SIZE), isError('object_not_found'));
});

test('words for several mean all that were seen surely, on the side that they say', () => {
  const third = seen('dog', 0.2, 380, 200, 20, 30);
  const cat = seen('cat', 0.9, 50, 10, 60, 60);
  const several = (which?: Which) =>
    choose([leftDog, rightDog, third, cat], [], { text: 'dogs', label: 'dog', several: true }, SIZE, {
      which,
    });
  assert.deepEqual(several().others, [leftDog]);
  assert.equal(several().detection, rightDog);
  assert.deepEqual(several().alternatives, [cat, third]);
  assert.deepEqual([several({ side: 'left' }).detection, several({ side: 'left' }).others], [leftDog, []]);
  assert.deepEqual([several({ side: 'right' }).detection, several({ side: 'right' }).others], [rightDog, []]);
  assert.deepEqual(several({ size: 'large' }).others, []);
});

test('what is named but absent is refused with what was seen', () => {
  assert.throws(
    () => choose([leftDog], [], named('bus'), SIZE),
    (error) => isError('object_not_found')(error) && /dog/.test((error as PipelineError).detail.en),
  );
  assert.throws(() => choose([leftDog], [], named('cat'), SIZE), isError('object_not_found'));
  assert.throws(() => choose([leftDog], [], named(undefined, 'sky'), SIZE), isError('object_not_found'));
});

test('without click and name one thing must stand out', () => {
  const small = seen('bird', 0.4, 380, 5, 15, 15);
  assert.equal(choose([rightDog, small], [], undefined, SIZE).detection, rightDog);
  assert.throws(() => choose([rider, horse], [], undefined, SIZE), isError('object_not_found'));
  assert.throws(() => choose([], [], undefined, SIZE), isError('object_not_found'));
});

test('without a name the one on the left is a thing of any name, first of what lives or drives', () => {
  const cat = seen('cat', 0.5, 380, 5, 15, 15);
  const chair = seen('chair', 0.6, 0, 100, 20, 20);
  const doubt = seen('dog', 0.2, 0, 150, 20, 20);
  const all = [leftDog, rightDog, cat, chair, doubt];
  const at = (which: Which) => choose(all, [], undefined, SIZE, { which }).detection;
  assert.equal(at({ side: 'left' }), leftDog);
  assert.equal(at({ side: 'right' }), cat);
  assert.equal(at({ size: 'large' }), rightDog);
  const left = { which: { side: 'left' } } as const;
  assert.equal(choose([chair], [], undefined, SIZE, left).detection, chair);
  assert.throws(() => choose([], [], undefined, SIZE, left), isError('object_not_found'));
});

test('a click where nothing was detected leaves the region to its colour', () => {
  assert.equal(choose([leftDog], [{ x: 390, y: 10 }], named(undefined, 'sky'), SIZE).detection, undefined);
});

test('a creature that the detector has no word for keeps the box of the one it was taken for', () => {
  const bird = seen('bird', 0.45, 30, 50, 280, 160);
  const click = [{ x: 170, y: 130 }];
  assert.equal(choose([bird], click, named(undefined, '金鱼'), SIZE).detection, bird);
  assert.equal(choose([bird], click, named(undefined, 'sky'), SIZE).detection, undefined);
  assert.equal(choose([rider], click, named(undefined, 'goldfish'), SIZE).detection, undefined);
});

test('a doubt of the detector does not make the name fit', () => {
  const cat = seen('cat', 0.77, 20, 20, 300, 250);
  const doubt = seen('dog', 0.15, 22, 18, 300, 250);
  assert.throws(
    () => choose([cat, doubt], [{ x: 150, y: 120 }], named('dog'), SIZE),
    isError('click_and_words_disagree'),
  );
  assert.equal(choose([cat, doubt], [{ x: 150, y: 120 }], named('cat'), SIZE).detection, cat);
});

test('the choice says why: every candidate with its scores, best first', () => {
  const { candidates } = choose([rightDog, leftDog, horse], [], named('dog'), SIZE, {
    which: { side: 'left' },
  });
  assert.deepEqual(
    candidates.map(({ label, words, click, reason }) => [label, words, click, reason]),
    [
      ['dog', 1, undefined, 'chosen'],
      ['dog', 1, undefined, 'fits_less'],
      ['horse', 0, undefined, 'other_name'],
    ],
  );
  assert.deepEqual(candidates[0].box, { x: 10 / 400, y: 100 / 300, width: 100 / 400, height: 120 / 300 });
  assert.ok(candidates[0].fit > candidates[1].fit);

  const middle = { x: 280, y: 180 };
  const [first, ...others] = choose([leftDog, rightDog, horse], [middle], undefined, SIZE).candidates;
  assert.deepEqual([first.click, first.score, first.reason], [1, 0.5, 'chosen']);
  assert.deepEqual(
    others.map(({ label, reason }) => [label, reason]),
    [
      ['horse', 'fits_less'],
      ['dog', 'not_under_click'],
    ],
  );
});

test('a disagreement tells what is under the click, with scores', () => {
  assert.throws(
    () => choose([horse, leftDog], [{ x: 60, y: 160 }], named('bus'), SIZE),
    (error) => {
      assert.ok(isError('click_and_words_disagree')(error));
      const { named: name, underClick, candidates } = (error as PipelineError).seen!;
      assert.deepEqual([name, underClick], ['bus', ['dog']]);
      assert.deepEqual(
        (candidates as Candidate[]).map(({ label, words, reason }) => [label, words, reason]),
        [
          ['dog', 0, 'other_name'],
          ['horse', 0, 'not_under_click'],
        ],
      );
      return true;
    },
  );
});

test("the name that was said comes before the detector's word for it, and that before a relative", () => {
  const cup = seen('cup', 0.6, 10, 10, 200, 200);
  const mug = seen('red mug', 0.2, 250, 100, 60, 80);
  const object = { text: 'red mug', label: 'cup', english: 'red mug' };
  const choice = choose([cup, mug], [], object, SIZE);
  assert.equal(choice.detection, mug);
  assert.deepEqual(
    choice.candidates.map(({ words }) => words),
    [1, 0.9],
  );
  assert.equal(choose([cup], [], object, SIZE).detection, cup);
});

test('an aligner names what no label fits, and decides between equals unless the place does', () => {
  const balloon = { text: '气球', english: 'balloon' };
  const kite = seen('kite', 0.5, 100, 20, 80, 80);
  assert.throws(
    () => choose([leftDog, kite], [], balloon, SIZE, { alike: [0.1, 0.2] }),
    isError('object_not_found'),
  );
  assert.equal(choose([leftDog, kite], [], balloon, SIZE, { alike: [0.1, 0.8] }).detection, kite);
  // A thing that bears the name is not outdone by another one that shows it.
  assert.equal(choose([leftDog, rider], [], named('dog'), SIZE, { alike: [0.6, 0.9] }).detection, leftDog);
  const both = [leftDog, rightDog];
  const brown = { text: 'brown dog', label: 'dog', english: 'brown dog' };
  assert.equal(choose(both, [], brown, SIZE, { alike: [0.5, 0.05] }).detection, leftDog);
  const atRight = choose(both, [], brown, SIZE, { alike: [0.5, 0.05], which: { side: 'right' } });
  assert.equal(atRight.detection, rightDog);
});
