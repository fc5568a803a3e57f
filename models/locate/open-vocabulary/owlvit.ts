import { lazily } from '../../lazily.ts';
import type { Detection } from '../../types.ts';
import { clip, distinct, type Find } from '../detector.ts';
import { fromHub, type HubModel, rawImage } from './hub.ts';

/** What OWL-ViT is this sure of it mostly is; its scores are lower than those of a detector with fixed classes. */
const MIN_SCORE = 0.1;

/**
 * OWL-ViT (Minderer et al., Simple Open-Vocabulary Object Detection with Vision Transformers, arXiv 2205.06230) by
 * transformers.js: boxes of whatever a noun names. Loaded when it is first asked.
 */
export function createOwlVit(model: HubModel): Find {
  const open = lazily(() =>
    fromHub(model, async (hub, name, options) => ({
      hub,
      detect: await hub.pipeline('zero-shot-object-detection', name, options),
    })),
  );
  return async (picture, noun) => {
    const { hub, detect } = await open();
    const found = await detect(rawImage(hub, picture), [`a photo of a ${noun}`], { threshold: MIN_SCORE });
    const detections: Detection[] = found.map(({ score, box: { xmin, ymin, xmax, ymax } }) => ({
      label: noun,
      score,
      box: clip([xmin, ymin, xmax, ymax], picture),
    }));
    return distinct(detections.filter(({ box }) => box.width >= 4 && box.height >= 4));
  };
}
