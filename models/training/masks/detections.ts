/**
 * Writes what the service's detector sees in photos, for rank.py: {"folder/images/name.jpg": {"boxes": [[left, top, right, bottom,
 * score], ...], "sizes": [[left, top, right, bottom], ...]}} in shares of the photo's width and height. Boxes come best first, sizes
 * from the middles of GRID x GRID fields of the photo, row by row; [] where there is no thing.
 *
 *     npx tsx models/training/masks/detections.ts PHOTOS OUT.json
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDetector } from '../../locate/detector.ts';
import { decodePicture } from '../../picture.ts';
import type { Box } from '../../types.ts';

const GRID = 32;
const [root, out] = process.argv.slice(2);
const detector = await createDetector();
const seen: Record<string, { boxes: number[][]; sizes: number[][] }> = {};
const round = (share: number) => Math.round(1000 * share) / 1000;
for (const folder of ['feral_cats', 'coco_open', 'caltech_animals']) {
  for (const file of readdirSync(join(root, folder, 'images')).sort()) {
    const name = `${folder}/images/${file}`;
    const { picture } = await decodePicture(readFileSync(join(root, name)), { size: 512 });
    const { width, height } = picture;
    const corners = ({ x, y, width: w, height: h }: Box) => [
      x / width,
      y / height,
      (x + w) / width,
      (y + h) / height,
    ];
    const boxes = (await detector.detect(picture)).map(({ box, score }) => [...corners(box), score]);
    const sizes: number[][] = [];
    for (let y = 0.5; y < GRID; y++) {
      for (let x = 0.5; x < GRID; x++) {
        const box = await detector.sizeAt(picture, { x: (x / GRID) * width, y: (y / GRID) * height });
        sizes.push(box ? corners(box).map(round) : []);
      }
    }
    seen[name] = { boxes, sizes };
  }
}
writeFileSync(out, JSON.stringify(seen));
