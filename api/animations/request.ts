import { randomInt } from 'node:crypto';
import type { Deps } from '../deps.ts';
import { checkAudio } from '../inputs/audio.ts';
import { fieldsOf } from '../inputs/fields.ts';
import { checkImage, checkMask } from '../inputs/image.ts';
import type { Acceptance } from '../jobs/accept.ts';
import { completeRequest } from '../jobs/request.ts';
import { Problem } from '../problems/problem.ts';
import { checkWebhook } from '../webhooks/request.ts';
import { AnimationFields } from './schema.ts';

const readFields = fieldsOf(AnimationFields);

/** Checks a request for an animation, everything but what the picture shows and what the sound says. */
export function animationAcceptance({ config: { limits, ffmpeg }, store, outbound }: Deps): Acceptance {
  return {
    kind: 'animation',
    fileLimits: { image: limits.imageBytes, audio: limits.audioBytes, mask: limits.imageBytes },
    async check({ fields, files }) {
      const { webhook, ...asked } = readFields(fields);
      const [audio, mask] = [files.get('audio'), files.get('mask')];
      if (audio && asked.command !== undefined) throw new Problem('audio_and_command');
      if (!audio && !asked.command?.trim()) throw new Problem('command_missing');
      if (mask && asked.clicks?.length) throw new Problem('clicks_and_mask');
      if (asked.format === 'webm' && !ffmpeg) throw new Problem('format_unavailable');
      const image = await checkImage(files.get('image'), limits, store);
      return {
        request: completeRequest({ seed: randomInt(2 ** 32), ...asked }),
        inputs: {
          image: image.file,
          ...(audio && { audio: await checkAudio(audio, limits) }),
          ...(mask && { mask: await checkMask(mask, image, store) }),
        },
        ...(webhook && { webhook: checkWebhook(outbound, webhook) }),
      };
    },
  };
}
