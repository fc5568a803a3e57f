/** What has no instances for a detector to count (COCO's "stuff"): sky, water, grass and trees, found by their names. */
import { findLabel } from '../labels.ts';
import type { Abort, Command, Detection, Mask, Picture } from '../types.ts';
import { distinct } from './detector.ts';
import { paste } from './mask.ts';
import type { Cells, Draft, MaskNetwork } from './network.ts';
import { loadOpenCv } from './opencv.ts';
import type { Answer } from './see.ts';
import { fillHoles, softMask } from './shape.ts';
import { look, wholeOf } from './window.ts';

/** In the order of CLASSES in models/training/masks/stuff.py; what is none of these comes before them. */
const KINDS = ['other', 'sky', 'water', 'grass', 'trees', 'snow'] as const;
/** Who says snow means what falls, which no picture has a place for. */
export type Stuff = Exclude<(typeof KINDS)[number], 'other' | 'snow'>;

/** The end of a name; where it has no English the Chinese one counts. */
const WORDS: Record<Stuff, RegExp> = {
  sky: /(?:\b(?:sky|skies|clouds?)|天空|天|云|云彩|云朵)$/,
  water:
    /(?:\b(?:water|sea|ocean|lake|river|stream|pond|pool|brook|creek|canal|bay|waves?|surf|tide|rapids|waterfall)|水|水面|海面?|湖面?|河面?|江面?|浪|浪花|溪|池塘|瀑布)$/,
  grass: /(?:\b(?:grass|grasses|lawn|meadow|fields?|wheat|reeds?|prairie)|草|草地|草坪|草原|麦田|稻田|田野)$/,
  trees:
    /(?:\b(?:trees?|leaves|foliage|forest|woods?|bush(?:es)?|branches|shrubs?|hedge|jungle)|树|叶子?|树叶|树枝|树林|森林|灌木)$/,
};

/** Answers are asked for at this many places along each side, where the stuff is at least half as likely as anywhere; at most MOST. */
const GRID = 8;
const HALF = 0.5;
const MOST = 24;
/** Nowhere as likely as this: the photo does not show it. Held-out photos: what was right has .36 to .98, what was wrong mostly .16 to .33. */
const FAINT = 0.35;
/** Other answers that are this likely, of the best one, are the same stuff behind something. */
const ALIKE = 0.7;

/** Things surer than this that stand before it do not move along, unless they fill most of the picture; at most MOST_BEFORE. */
const SURE = 0.4;
const FILLS = 0.5;
const MOST_BEFORE = 6;
/** Of what neither lives nor drives; a potted plant is trees. */
const BEFORE = ['kite', 'surfboard', 'bench', 'umbrella'];

/** Which stuff the words name, if any. */
export function stuffNamed({ text, english }: NonNullable<Command['object']>): Stuff | undefined {
  const name = (english ?? text).toLowerCase();
  return (Object.keys(WORDS) as Stuff[]).find((stuff) => WORDS[stuff].test(name));
}

/**
 * Silhouette of all of it in a picture, its edge about two pixels soft, and how likely it is (0..1); undefined where it is not to
 * be seen. 0.5 s.
 */
export type StuffIn = (
  picture: Picture,
  stuff: Stuff,
  detections: Detection[],
  abort: Abort,
) => Promise<{ mask: Mask; score: number } | undefined>;

export async function createStuffIn(network: MaskNetwork): Promise<StuffIn> {
  const { cv } = await loadOpenCv();
  return async (picture, stuff, detections, abort) => {
    abort.throwIfAborted();
    const window = wholeOf(picture);
    const sight = await network(await look(picture, window));
    const likely = sharesOf(await sight.stuff(), stuff);
    abort.throwIfAborted();
    const places = placesIn(likely);
    if (places.length === 0) return undefined;
    const clicks = places.map(({ x, y }) => ({ clicks: [{ x: x * picture.width, y: y * picture.height }] }));
    const drafts = await sight.draft(clicks);
    abort.throwIfAborted();
    const best = together(drafts, likely);
    if (!best) return undefined;
    const cutOf = async (answer: Answer) => paste(cv, await sight.sharpen(answer), window, picture);
    const cut = fillHoles(cv, await cutOf(best.answer));
    const before = thingsBefore(detections, picture).map(({ box }) => ({ clicks: [], box }));
    for (const draft of before.length > 0 ? await sight.draft(before) : []) {
      const thing = await cutOf(draft);
      cut.data.forEach((_, i) => {
        if (thing.data[i]) cut.data[i] = 0;
      });
    }
    return { mask: softMask(cv, cut, picture), score: best.score };
  };
}

/** A boat on the water, a dog on the lawn. */
function thingsBefore(detections: Detection[], { width, height }: Picture): Detection[] {
  return distinct(detections)
    .filter(({ label, score, box }) => {
      const moves = findLabel(label)?.kind !== 'thing' || BEFORE.includes(label);
      return moves && score >= SURE && box.width * box.height < FILLS * width * height;
    })
    .slice(0, MOST_BEFORE);
}

/** How likely each cell is to show it. */
function sharesOf({ width, height, shares }: Cells, stuff: Stuff): Cells {
  const [kind, count] = [KINDS.indexOf(stuff), width * height];
  return { width, height, shares: shares.subarray(kind * count, (kind + 1) * count) };
}

/** Places, as shares of the picture, where it may be; at most MOST of them, all over. */
function placesIn({ width, height, shares }: Cells): { x: number; y: number }[] {
  const grid = Array.from({ length: GRID * GRID }, (_, i) => ({
    x: ((i % GRID) + 0.5) / GRID,
    y: (Math.floor(i / GRID) + 0.5) / GRID,
  }));
  const at = ({ x, y }: { x: number; y: number }) =>
    shares[Math.floor(y * height) * width + Math.floor(x * width)];
  const most = Math.max(...grid.map(at));
  if (most < FAINT) return [];
  const places = grid.filter((place) => at(place) >= HALF * most);
  const every = Math.ceil(places.length / MOST);
  return places.filter((_, i) => i % every === 0);
}

/** The answer that holds most of it and least else, joined with those that are as surely the same. */
function together(drafts: Draft[], likely: Cells): { answer: Answer; score: number } | undefined {
  const seen = drafts.map((draft) => ({ draft, ...meanIn(draft, likely) })).filter(({ cells }) => cells > 0);
  const least = HALF * Math.max(0, ...seen.map(({ mean }) => mean));
  const worth = ({ mean, cells }: { mean: number; cells: number }) => (mean - least) * cells;
  const best = seen.reduce((a, b) => (worth(b) > worth(a) ? b : a), seen[0]);
  if (!best || best.mean < FAINT) return undefined;
  const [first, ...others] = seen.filter(({ mean }) => mean >= ALIKE * best.mean).map(({ draft }) => draft);
  const logits = first.logits.map((value, i) => Math.max(value, ...others.map((one) => one.logits[i])));
  return { answer: { ...first, logits }, score: best.mean };
}

/** How likely the cells of an answer are on the average, and how many they are. */
function meanIn(draft: Draft, likely: Cells): { mean: number; cells: number } {
  const scale = likely.width / draft.width;
  let [sum, cells] = [0, 0];
  for (let y = 0; y < draft.height; y++) {
    const row = Math.floor(y * scale) * likely.width;
    for (let x = 0; x < draft.width; x++) {
      if (draft.logits[y * draft.width + x] <= 0) continue;
      sum += likely.shares[row + Math.floor(x * scale)];
      cells++;
    }
  }
  return { mean: sum / Math.max(1, cells), cells };
}
