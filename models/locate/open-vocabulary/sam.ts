import type { SamModel, SamProcessor } from '@huggingface/transformers';
import { lazily } from '../../lazily.ts';
import { bytesOf, interleaved } from '../../pixels.ts';
import type { Box, Click } from '../../types.ts';
import { overlap } from '../detector.ts';
import { boxOf } from '../reach.ts';
import type { Answer, Prompt, See } from '../see.ts';
import type { Seen } from '../window.ts';
import { fromHub, type HubModel, rawImage } from './hub.ts';

/**
 * A Segment Anything model (Kirillov et al., arXiv 2304.02643; SlimSAM: Chen et al., arXiv 2312.05284) by transformers.js.
 * The ONNX export takes points only, no box: the box says where to click where nobody has, and which of SAM's three masks
 * is meant, the part or the whole. Loaded when it first sees something.
 */
export function createSam(model: HubModel): See {
  const open = lazily(() =>
    fromHub(model, async (hub, name, options) => ({
      hub,
      sam: (await hub.SamModel.from_pretrained(name, options)) as SamModel,
      processor: (await hub.AutoProcessor.from_pretrained(name, options)) as SamProcessor,
    })),
  );
  return async (seen) => {
    const { hub, sam, processor } = await open();
    const { pixel_values, original_sizes, reshaped_input_sizes } = await processor(
      rawImage(hub, {
        ...seen,
        data: interleaved(seen.planes, new Uint8Array(3 * seen.width * seen.height)),
      }),
    );
    const embeddings = await sam.get_image_embeddings({ pixel_values });
    return async (prompt) => {
      const { points, labels, box } = promptOf(prompt, seen);
      const { pred_masks, iou_scores } = await sam({
        ...embeddings,
        input_points: processor.reshape_input_points([points], original_sizes, reshaped_input_sizes),
        input_labels: new hub.Tensor('int64', BigInt64Array.from(labels), [1, 1, labels.length]),
      });
      const sizes = [original_sizes, reshaped_input_sizes];
      const [masks] = await processor.post_process_masks(pred_masks, ...sizes, { binarize: false });
      return pick(masks.data as Float32Array, iou_scores.data as Float32Array, seen, box);
    };
  };
}

/** Clicks and box in pixels of what is seen; 1 is on the thing, 0 beside it. */
function promptOf({ clicks, hints }: Prompt, { window, width, height }: Seen) {
  const [sx, sy] = [width / window.width, height / window.height];
  const box = hints[0]?.box;
  const isOn = ({ exclude }: Click) => !exclude;
  const middle = box && !clicks.some(isOn) ? [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }] : [];
  const all: Click[] = [...middle, ...clicks];
  return {
    points: [all.map(({ x, y }) => [(x - window.x) * sx, (y - window.y) * sy])],
    labels: all.map((click) => (isOn(click) ? 1n : 0n)),
    box: box && {
      x: (box.x - window.x) * sx,
      y: (box.y - window.y) * sy,
      width: box.width * sx,
      height: box.height * sy,
    },
  };
}

/** The mask that SAM trusts most and that fits the box best. All of them are on the clicks, so the box is to be trusted. */
function pick(
  masks: Float32Array,
  trust: Float32Array,
  { width, height }: Seen,
  box: Box | undefined,
): Answer {
  const n = width * height;
  const answers = Array.from(trust, (sureness, i) => {
    const logits = masks.slice(i * n, (i + 1) * n);
    const found = boxOf({ width, height, data: bytesOf(logits, (v) => (v > 0 ? 255 : 0)) });
    return { logits, rank: sureness + (box && found ? overlap(found, box) : 0) };
  });
  const { logits } = answers.reduce((best, one) => (one.rank > best.rank ? one : best));
  return { width, height, logits };
}
