import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Picture } from '../../../models/types.ts';

/** A labelled thing: which pixels of the photo are it, 0 or 1. */
export interface Thing {
  photo: string;
  category: string;
  truth: Uint8Array;
}

export interface Labelled {
  name: string;
  picture: Picture;
  things: Thing[];
}

/** Smaller things are not scored, in shares of the photo. */
const LEAST = 0.002;

/** The split of models/training/anatomy/data.py: about 15 % of the photos, fixed by their name. */
const heldOut = (name: string) =>
  Number.parseInt(createHash('sha1').update(name).digest('hex').slice(0, 8), 16) % 100 < 15;

/** Held-out photos of feral_cats, coco_open and caltech_animals under a folder: of each every `step`th, counted from `offset`. */
export async function* heldOutPhotos(root: string, step: number, offset: number): AsyncGenerator<Labelled> {
  const instances = JSON.parse(await readFile(join(root, 'coco_open/instances.json'), 'utf8')) as {
    name: string;
    instances: { index: number; category: string }[];
  }[];
  for (const folder of ['feral_cats', 'coco_open', 'caltech_animals']) {
    const files = (await readdir(join(root, folder, 'images'))).sort();
    const held = files.filter((file) => heldOut(`${folder}/images/${file}`));
    for (const file of held.filter((_, i) => i % step === offset)) {
      const stem = file.replace(/\.\w+$/, '');
      const known = instances.find(({ name }) => folder === 'coco_open' && name === stem)?.instances;
      yield await labelled(root, folder, file, (index) =>
        folder === 'coco_open'
          ? known?.find((it) => it.index === index)?.category
          : folder === 'feral_cats'
            ? 'cat'
            : stem.split('_')[0],
      );
    }
  }
}

async function labelled(
  root: string,
  folder: string,
  file: string,
  categoryOf: (index: number) => string | undefined,
): Promise<Labelled> {
  const { data, info } = await sharp(join(root, folder, 'images', file))
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const picture = { width: info.width, height: info.height, data: new Uint8Array(data) };
  const stem = join(root, folder, 'masks', file.replace(/\.\w+$/, ''));
  const index = await sharp(existsSync(`${stem}.png`) ? `${stem}.png` : `${stem}.jpg`)
    .toColourspace('b-w')
    .resize(info.width, info.height, { kernel: 'nearest', fit: 'fill' })
    .raw()
    .toBuffer();
  // Caltech's masks are white on black, the others number their things.
  const numbers = folder === 'caltech_animals' ? index.map((v) => (v > 0 ? 1 : 0)) : index;
  const things: Thing[] = [];
  for (const value of new Set(numbers)) {
    const category = value > 0 ? categoryOf(value) : undefined;
    if (!category) continue;
    const truth = Uint8Array.from(numbers, (v) => (v === value ? 1 : 0));
    const area = truth.reduce((sum, v) => sum + v, 0);
    if (area >= LEAST * truth.length) things.push({ photo: file, category, truth });
  }
  return { name: `${folder}/${file}`, picture, things };
}
