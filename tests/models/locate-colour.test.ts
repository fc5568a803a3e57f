import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareOf } from '../../models/locate/colour.ts';
import { COLOURS, type Colour, type Picture } from '../../models/types.ts';

const BOX = { x: 8, y: 8, width: 64, height: 40 };
/** The network's answer for what is in the box, a quarter of the picture's size. */
const ANSWER = {
  width: 20,
  height: 15,
  logits: Float32Array.from({ length: 300 }, (_, i) =>
    i % 20 >= 2 && i % 20 < 18 && i >= 40 && i < 240 ? 3 : -3,
  ),
};

/** A lawn with one thing in the box, darker towards its foot as things are. */
function pictureOf([red, green, blue]: number[]): Picture {
  const [width, height] = [80, 60];
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const inside = x >= BOX.x && x < BOX.x + BOX.width && y >= BOX.y && y < BOX.y + BOX.height;
      const light = 1.1 - (0.35 * (y - BOX.y)) / BOX.height;
      const rgb = inside ? [red, green, blue].map((byte) => Math.min(255, byte * light)) : [70, 130, 50];
      data.set(rgb, 3 * (y * width + x));
    }
  return { width, height, data };
}

const THINGS: [string, number[], Colour][] = [
  ['a black cat', [28, 26, 27], 'black'],
  ['a white dog', [225, 222, 214], 'white'],
  ['an elephant', [125, 120, 116], 'grey'],
  ['a bay horse', [105, 62, 38], 'brown'],
  ['a fire engine', [190, 28, 30], 'red'],
  ['a ginger cat', [205, 130, 65], 'orange'],
  ['a taxi', [240, 195, 30], 'yellow'],
  ['a tractor', [40, 120, 50], 'green'],
  ['a blue shirt', [45, 80, 165], 'blue'],
  ['a plum', [95, 40, 115], 'purple'],
  ['a pig', [235, 175, 175], 'pink'],
];

test('a thing has most of the colour that people call it by, in light and shade', () => {
  for (const [name, rgb, colour] of THINGS) {
    const picture = pictureOf(rgb);
    const shares = COLOURS.map((one) => shareOf(picture, ANSWER, one));
    const best = COLOURS[shares.indexOf(Math.max(...shares))];
    assert.equal(best, colour, `${name}: ${shares.map((share) => share.toFixed(2)).join(' ')}`);
    assert.ok(shares.reduce((a, b) => a + b) < 1.001);
  }
});

test('where nothing was found there is no colour', () => {
  const nothing = { ...ANSWER, logits: new Float32Array(300).fill(-1) };
  assert.equal(shareOf(pictureOf([190, 28, 30]), nothing, 'red'), 0);
});
