import { lazily } from '../../lazily.ts';
import type { Detection, Picture } from '../../types.ts';
import { fromHub, type HubModel, rawImage } from './hub.ts';

/** How well each thing in the picture shows what a noun says, 0..1, in the order of the things. */
export type Align = (picture: Picture, things: Detection[], noun: string) => Promise<number[]>;

/**
 * CLIP (Radford et al., Learning Transferable Visual Models From Natural Language Supervision, arXiv 2103.00020) by
 * transformers.js: the share of the noun in a softmax against the names under which the things were seen. Loaded when it is
 * first asked.
 */
export function createClip(model: HubModel): Align {
  const open = lazily(() =>
    fromHub(model, async (hub, name, options) => ({
      hub,
      classify: await hub.pipeline('zero-shot-image-classification', name, options),
    })),
  );
  return async (picture, things, noun) => {
    const { hub, classify } = await open();
    const image = rawImage(hub, picture);
    const names = [...new Set([noun, ...things.map(({ label }) => label)])];
    // crop() takes the first and the last pixel.
    const crops = await Promise.all(
      things.map(({ box: { x, y, width, height } }) =>
        image.crop([
          Math.floor(x),
          Math.floor(y),
          Math.min(picture.width, Math.ceil(x + width)) - 1,
          Math.min(picture.height, Math.ceil(y + height)) - 1,
        ]),
      ),
    );
    const answers = await classify(crops, names, { hypothesis_template: 'a photo of a {}' });
    return answers.map((answer) => answer.find(({ label }) => label === noun)!.score);
  };
}
