/**
 * `npm run bench:masks -- [--photos DIR] [--step N] [--offset K]`: click to mask on the held-out photos of feral_cats,
 * coco_open and caltech_animals, through the locator, with no words. One click at the deepest point of each labelled thing, then three
 * where the mask is most wrong. Prints a table of means; nothing fails by them.
 */
import { parseArgs } from 'node:util';
import { PipelineError } from '../../../models/errors.ts';
import { choose } from '../../../models/locate/choose.ts';
import { createLocator } from '../../../models/locate/index.ts';
import { loadOpenCv } from '../../../models/locate/opencv.ts';
import { keepComponents } from '../../../models/locate/shape.ts';
import type { Click, Detection, Picture } from '../../../models/types.ts';
import { grabCut } from './grabcut.ts';
import { heldOutPhotos, type Thing } from './photos.ts';
import { boundary, correction, deepest, iou } from './score.ts';

const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '../shared/photos' },
    step: { type: 'string', default: '1' },
    offset: { type: 'string', default: '0' },
  },
});
const ANIMALS = new Set(
  'bird cat dog horse sheep cow elephant bear zebra giraffe emu flamingo rhino'.split(' '),
);
const CORRECTIONS = 3;

interface Score {
  folder: string;
  animal: boolean;
  large: boolean;
  /** Next to nothing of it is cut off by what is in front of it. */
  whole: boolean;
  boxed: boolean;
  grabcut: number;
  one: number;
  four: number;
  edge: number;
  ms: number;
}

const { cv } = await loadOpenCv();
const locator = await createLocator();
const calm = { abort: new AbortController().signal };
const scores: Score[] = [];
for await (const { name, picture, things } of heldOutPhotos(
  values.photos,
  Number(values.step),
  Number(values.offset),
)) {
  const detections = await locator.detect(picture);
  for (const thing of things) {
    const score = await scoreOf(picture, detections, thing);
    scores.push({ folder: name.split('/')[0], ...score });
    console.error(`${name} ${thing.category} ${score.one.toFixed(2)} ${score.four.toFixed(2)}`);
  }
}
print();

async function scoreOf(picture: Picture, detections: Detection[], thing: Thing) {
  const { width, height } = picture;
  const truth = { width, height, data: thing.truth };
  const { x, y } = deepest(cv, truth);
  const clicks: Click[] = [{ x, y }];
  const area = thing.truth.reduce((sum, v) => sum + v, 0);
  const piece = keepComponents(cv, truth, [{ x: Math.floor(x), y: Math.floor(y) }]).data;
  const box = choose(detections, clicks, undefined, picture).detection?.box;
  const begin = performance.now();
  let found = await maskAt(picture, detections, clicks);
  const ms = performance.now() - begin;
  const one = iou(found, thing.truth);
  const edge = boundary(cv, { width, height, data: found }, truth);
  for (let i = 0; i < CORRECTIONS; i++) {
    const click = correction(cv, found, truth);
    if (!click) break;
    clicks.push(click);
    found = await maskAt(picture, detections, clicks);
  }
  return {
    animal: ANIMALS.has(thing.category),
    large: area >= 0.02 * thing.truth.length,
    whole: piece.filter((v) => v > 0).length >= 0.95 * area,
    boxed: box !== undefined,
    grabcut: iou(grabCut(cv, picture, clicks[0], box), thing.truth),
    one,
    four: iou(found, thing.truth),
    edge,
    ms,
  };
}

/** Bits of the mask; empty where the click is refused. */
async function maskAt(picture: Picture, detections: Detection[], clicks: Click[]): Promise<Uint8Array> {
  try {
    const [region] = await locator.locate({ picture, detections, clicks }, calm);
    return region.mask.data.map((v) => (v >= 128 ? 1 : 0));
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return new Uint8Array(picture.width * picture.height);
  }
}

function print(): void {
  const groups: [string, (score: Score) => boolean][] = [
    ['feral_cats', ({ folder }) => folder === 'feral_cats'],
    ['caltech_animals', ({ folder }) => folder === 'caltech_animals'],
    ['coco_open', ({ folder }) => folder === 'coco_open'],
    ['coco_open, from 2 % of the photo', ({ folder, large }) => folder === 'coco_open' && large],
    ['all animals', ({ animal }) => animal],
    ['all animals, from 2 % of the photo', ({ animal, large }) => animal && large],
    ['all animals, from 2 %, in one piece', ({ animal, large, whole }) => animal && large && whole],
    ['no box of the detector', ({ boxed }) => !boxed],
    ['everything', () => true],
  ];
  const mean = (some: Score[], key: 'grabcut' | 'one' | 'four' | 'edge') =>
    (some.reduce((sum, score) => sum + score[key], 0) / some.length).toFixed(3);
  console.log('| held-out things | count | GrabCut | one click | boundary F | + 3 corrections | median ms |');
  console.log('|---|---|---|---|---|---|---|');
  for (const [name, belongs] of groups) {
    const some = scores.filter(belongs);
    if (some.length === 0) continue;
    const times = some.map(({ ms }) => ms).sort((a, b) => a - b);
    const cells = [
      name,
      some.length,
      mean(some, 'grabcut'),
      mean(some, 'one'),
      mean(some, 'edge'),
      mean(some, 'four'),
      Math.round(times[times.length >> 1]),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
