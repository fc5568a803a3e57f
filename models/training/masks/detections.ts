/**
 * Writes what the service's detector sees in photos, for rank.py: {"folder/images/name.jpg": [[left, top, right, bottom, score], ...]},
 * best first, in shares of the photo's width and height.
 *
 *     npx tsx models/training/masks/detections.ts PHOTOS OUT.json
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDetector } from '../../locate/detector.ts';
import { decodePicture } from '../../picture.ts';

const [root, out] = process.argv.slice(2);
const detector = await createDetector();
const seen: Record<string, number[][]> = {};
for (const folder of ['feral_cats', 'coco_open', 'caltech_animals']) {
  for (const file of readdirSync(join(root, folder, 'images')).sort()) {
    const name = `${folder}/images/${file}`;
    const { picture } = await decodePicture(readFileSync(join(root, name)), { size: 512 });
    const { width, height } = picture;
    seen[name] = (await detector.detect(picture)).map(({ box, score }) => [
      box.x / width,
      box.y / height,
      (box.x + box.width) / width,
      (box.y + box.height) / height,
      score,
    ]);
  }
}
writeFileSync(out, JSON.stringify(seen));
