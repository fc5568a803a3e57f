/** Contact sheets: a row for each clip, the found skeleton first, then its frames, with a line of text below. */
import sharp, { type OverlayOptions } from 'sharp';
import type { Skeleton } from '../../models/animate/skeleton.ts';
import type { Box, Mask, Picture, Point } from '../../models/types.ts';

export interface Row {
  picture: Picture;
  /** What moves; absent where nothing was found. */
  silhouette?: Mask;
  skeleton?: Skeleton;
  /** FRAMES of them, or none where the command was refused. */
  frames: Picture[];
  title: string;
  text: string;
}

export const FRAMES = 7;
const CELL = 190;
const TALLEST = 230;
const GAP = 4;
const LINE = 16;
const WIDTH = (FRAMES + 1) * (CELL + GAP);
/** Shown round the thing, as a share of its box's longest side. */
const MARGIN = 0.25;

const COLOURS = {
  head: '#ff3c3c',
  neck: '#ffa000',
  ears: '#ffff00',
  trunk: '#ff00ff',
  tail: '#00ffff',
  frontLegs: '#3ca0ff',
  backLegs: '#3cff3c',
  arms: '#3ca0ff',
  wings: '#ff78c8',
  torso: '#ffffff',
};

// models/picture.ts closes all formats but those of the contract; the labels here are our own SVG.
sharp.unblock({ operation: ['VipsForeignLoadSvg'] });

/** @returns JPEG */
export async function sheetOf(rows: Row[]): Promise<Buffer> {
  const parts: OverlayOptions[] = [];
  let top = GAP;
  for (const row of rows) {
    const box = shownBox(row);
    const scale = Math.min(CELL / box.width, TALLEST / box.height);
    const [width, height] = [Math.round(box.width * scale), Math.round(box.height * scale)];
    const cell = (picture: Picture) => cut(picture, box, width, height);
    const outlined = row.silhouette ? withOutline(row.picture, row.silhouette) : row.picture;
    parts.push({ input: await cell(outlined), left: 0, top });
    if (row.skeleton) {
      parts.push({ input: drawing(row.skeleton, box, scale, width, height), left: 0, top });
    }
    for (const [k, frame] of row.frames.entries()) {
      parts.push({ input: await cell(frame), left: (k + 1) * (CELL + GAP), top });
    }
    parts.push({ input: label(row), left: 0, top: top + height });
    top += height + 2 * LINE + 3 * GAP;
  }
  return sharp({ create: { width: WIDTH, height: top, channels: 3, background: '#202020' } })
    .composite(parts)
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** The thing's box and its surroundings, or the whole picture. */
function shownBox({ picture, silhouette }: Row): Box {
  let [x0, y0, x1, y1] = [picture.width, picture.height, 0, 0];
  silhouette?.data.forEach((value, i) => {
    if (value < 128) return;
    const [x, y] = [i % picture.width, Math.floor(i / picture.width)];
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), y + 1];
  });
  if (x1 <= x0) return { x: 0, y: 0, width: picture.width, height: picture.height };
  const margin = Math.round(MARGIN * Math.max(x1 - x0, y1 - y0));
  const [x, y] = [Math.max(0, x0 - margin), Math.max(0, y0 - margin)];
  return {
    x,
    y,
    width: Math.min(picture.width, x1 + margin) - x,
    height: Math.min(picture.height, y1 + margin) - y,
  };
}

const cut = ({ data, width, height }: Picture, box: Box, toWidth: number, toHeight: number) =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .extract({ left: box.x, top: box.y, width: box.width, height: box.height })
    .resize(toWidth, toHeight, { fit: 'fill' })
    .png()
    .toBuffer();

/** The picture with the silhouette's edge in yellow. */
function withOutline(picture: Picture, { width, height, data }: Mask): Picture {
  const painted = new Uint8Array(picture.data);
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] >= 128;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue;
      const edge = [-2, 2].some((d) => !inside(x + d, y) || !inside(x, y + d));
      if (edge) painted.set([255, 220, 0], 3 * (y * width + x));
    }
  }
  return { ...picture, data: painted };
}

function drawing(s: Skeleton, box: Box, scale: number, width: number, height: number): Buffer {
  const at = ({ x, y }: Point) => `${((x - box.x) * scale).toFixed(1)},${((y - box.y) * scale).toFixed(1)}`;
  const dot = (p: Point, colour: string) => {
    const [x, y] = at(p).split(',');
    return `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`;
  };
  const line = (points: Point[] | undefined, colour: string) =>
    points
      ? `<polyline points="${points.map(at).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dot(points[points.length - 1], colour)}`
      : '';
  const lists = (['frontLegs', 'backLegs', 'arms', 'wings'] as const).flatMap((part) =>
    s[part].map((chain) => line(chain, COLOURS[part])),
  );
  const singles = (['neck', 'trunk', 'tail', 'torso'] as const).map((part) => line(s[part], COLOURS[part]));
  const ears = s.ears.map((ear) => dot(ear, COLOURS.ears));
  const head = s.head ? line(corners(s.head), COLOURS.head) : '';
  return svg(width, height, [...singles, ...lists, ...ears, head].join(''));
}

const corners = ({ x, y, width, height }: Box): Point[] => [
  { x, y },
  { x: x + width, y },
  { x: x + width, y: y + height },
  { x, y: y + height },
  { x, y },
];

function label({ title, text, frames }: Row): Buffer {
  const style = 'font-family="sans-serif" font-size="12"';
  const colour = frames.length ? '#c0c0c0' : '#ff9090';
  return svg(
    WIDTH,
    2 * LINE + GAP,
    `<text x="4" y="13" ${style} fill="#ffffff">${escaped(title)}</text>
     <text x="4" y="${13 + LINE}" ${style} fill="${colour}">${escaped(text)}</text>`,
  );
}

const svg = (width: number, height: number, content: string): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`);

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
