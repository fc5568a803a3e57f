import sharp from 'sharp';
import { PipelineError } from '../errors.ts';
import type { Hooks, Picture } from '../types.ts';
import { checkField, createInspector } from './checks.ts';
import { createClock } from './clock.ts';
import { cutOut } from './cutout.ts';
import { createAnimatedEncoder } from './encode/animated.ts';
import type { Clip, Encoder } from './encode/encoder.ts';
import { createMp4Encoder } from './encode/mp4.ts';
import { createWebmEncoder } from './encode/webm.ts';
import type { MotionField } from './field.ts';
import { prepareFluid } from './flow.ts';
import type { Format, Rendered, RenderInput, RenderReport } from './index.ts';
import type { Painter } from './painter.ts';
import { prepareSolid } from './scene.ts';
import { plateTexture } from './texture.ts';

const CONTENT_TYPES = { mp4: 'video/mp4', webm: 'video/webm', gif: 'image/gif', webp: 'image/webp' } as const;

/** A film shutter is open for half of every frame (180 degrees). */
const SHUTTER = 0.5;
/** How many frames have their sharpness measured. */
const SHARPNESS_FRAMES = 6;

export interface RendererOptions {
  /** Path of an ffmpeg binary; without it webm is refused. */
  ffmpeg?: string;
}

interface Scene {
  painter: Painter;
  field: MotionField;
  /** Absent where nothing is ever uncovered. */
  plate?: Uint8Array;
}

export async function render(input: RenderInput, hooks: Hooks, options: RendererOptions): Promise<Rendered> {
  const { picture, region, motion, fps, seconds, loop, format } = input;
  if (format === 'webm' && !options.ffmpeg) throw formatUnavailable();
  const frames = Math.max(1, Math.round(fps * seconds));
  const scale = Math.max(picture.width, picture.height) / 512;
  // A flow always comes round by itself: its two phases hide the seam.
  const periodic = motion.kind === 'flow' || motion.periodic;
  const clock = createClock({ seconds: motion.seconds, periodic }, { seconds: frames / fps, loop });
  const times = Float64Array.from({ length: frames }, (_, k) => clock(k / fps));

  const { painter, field, plate } = prepare(input, times, scale, hooks);
  const sharpAt = new Set(
    Array.from({ length: SHARPNESS_FRAMES }, (_, k) => Math.floor(((k + 0.5) * frames) / SHARPNESS_FRAMES)),
  );
  const inspector = createInspector(picture, painter, region.reach, sharpAt);

  const encoder = createEncoder(
    format,
    { width: picture.width, height: picture.height, fps, frames, loop },
    options,
  );
  try {
    const frame = picture.data.slice();
    for (let k = 0; k < frames; k++) {
      hooks.abort.throwIfAborted();
      // The first frame is the photo, so its shutter is open for no time at all.
      const exposure = k === 0 ? 0 : SHUTTER * Math.abs(clock((k + 0.5) / fps) - clock((k - 0.5) / fps));
      painter.paint(times[k], exposure, frame);
      inspector.look(frame, k);
      await encoder.add(frame);
      hooks.progress((k + 1) / (frames + 1));
    }
    const video = await encoder.finish(hooks.abort);
    const report: RenderReport = {
      ...inspector.result(),
      ...checkField(field, region.mask, times),
      texture: plate ? plateTexture(picture, plate, painter, scale) : 1,
      frames,
    };
    const poster = await posterOf(picture);
    hooks.progress(1);
    return {
      video,
      contentType: CONTENT_TYPES[format],
      width: picture.width,
      height: picture.height,
      poster,
      report,
    };
  } finally {
    encoder.close();
  }
}

/** Matte, plate and motion: everything that is the same for all frames. */
function prepare(
  { picture, region, motion }: RenderInput,
  times: Float64Array,
  scale: number,
  hooks: Hooks,
): Scene {
  const { mask, reach } = region;
  if (motion.kind === 'flow') {
    const fluid = prepareFluid(picture, motion, mask, reach, scale, hooks);
    if (!fluid) throw maskEmpty();
    return fluid;
  }
  const cutout = cutOut(picture, mask, scale, hooks.abort);
  if (!cutout) throw maskEmpty();
  hooks.abort.throwIfAborted();
  return prepareSolid(picture, cutout, motion, mask, reach, times, scale, hooks);
}

function createEncoder(format: Format, clip: Clip, options: RendererOptions): Encoder {
  if (format === 'mp4') return createMp4Encoder(clip);
  if (format !== 'webm') return createAnimatedEncoder(clip, format);
  if (!options.ffmpeg) throw formatUnavailable();
  return createWebmEncoder(clip, options.ffmpeg);
}

async function posterOf({ data, width, height }: Picture): Promise<Uint8Array> {
  return new Uint8Array(
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toBuffer(),
  );
}

function formatUnavailable(): PipelineError {
  return new PipelineError('format_unavailable', {
    en: 'webm is not available here: no video encoder for it is configured. Ask for mp4, gif or webp.',
    zh: '此处无法输出 webm：没有配置相应的视频编码器。请改用 mp4、gif 或 webp。',
  });
}

function maskEmpty(): PipelineError {
  return new PipelineError('mask_empty', {
    en: 'The mask marks nothing that could move.',
    zh: '遮罩中没有可以移动的部分。',
  });
}
