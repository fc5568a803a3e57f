import sharp from 'sharp';
import { PipelineError } from '../errors.ts';
import { pasteInside } from '../frame.ts';
import type { Hooks, Picture } from '../types.ts';
import { checkField, createInspector, type FieldChecks } from './checks.ts';
import { createClock } from './clock.ts';
import { type Cut, scaleOf } from './cutter.ts';
import { createAnimatedEncoder } from './encode/animated.ts';
import { type Clip, type Encoder, untilAborted } from './encode/encoder.ts';
import { createMp4Encoder } from './encode/mp4.ts';
import { createWebmEncoder } from './encode/webm.ts';
import { prepareFluid } from './flow.ts';
import type { Format, Moving, Rendered, RenderInput, RenderReport } from './index.ts';
import { prepareSolid } from './scene.ts';
import { createSheet } from './sheet.ts';
import { stack, timed, union } from './stack.ts';
import { plateTexture } from './texture.ts';

const CONTENT_TYPES = { mp4: 'video/mp4', webm: 'video/webm', gif: 'image/gif', webp: 'image/webp' } as const;

/** How many frames have their sharpness measured, those that motion has blurred among them, which do not count. */
const SHARPNESS_FRAMES = 8;

export interface RendererOptions {
  /** Path of an ffmpeg binary; without it webm is refused. */
  ffmpeg?: string;
}

/** @param cut where things are cut out, some of them already */
export async function render(
  input: RenderInput,
  hooks: Hooks,
  options: RendererOptions,
  cut: Cut,
): Promise<Rendered> {
  const { framed, moving, fps, seconds, loop, format } = input;
  const { picture, whole } = framed;
  if (format === 'webm' && !options.ffmpeg) throw formatUnavailable();
  const frames = Math.max(1, Math.round(fps * seconds));
  const scale = scaleOf(picture);

  const layers = [];
  for (const one of moving) layers.push(await prepare(one, input, frames, cut, hooks));
  const painter = stack(layers.map((layer) => timed(layer.painter, layer.clock, fps)));
  const middles = (count: number) =>
    new Set(Array.from({ length: count }, (_, k) => Math.floor(((k + 0.5) * frames) / count)));
  const regions = moving.map(({ region }) => region);
  const reach = union(
    regions.map((region) => region.reach),
    picture,
  );
  const inspector = createInspector(picture, painter, reach, middles(SHARPNESS_FRAMES));
  const sheet = input.sheet ? createSheet(picture, regions, layers, frames) : undefined;

  const encoder = createEncoder(
    format,
    { width: whole.width, height: whole.height, fps, frames, loop },
    options,
  );
  try {
    const frame = picture.data.slice();
    const shown = picture.data === whole.data ? frame : whole.data.slice();
    for (let k = 0; k < frames; k++) {
      hooks.abort.throwIfAborted();
      painter.paint(k, frame);
      inspector.look(frame, k);
      sheet?.look(frame, k);
      if (shown !== frame) pasteInside(frame, framed, shown);
      await encoder.add(shown);
      hooks.progress((k + 1) / (frames + 1));
    }
    const video = await encoder.finish(hooks.abort);
    const report: RenderReport = {
      ...inspector.result(),
      ...worst(layers.map((layer, i) => checkField(layer.field, regions[i].mask, layer.times))),
      texture: Math.min(
        ...layers.map(({ plate, painter }) => (plate ? plateTexture(picture, plate, painter, scale) : 1)),
      ),
      frames,
    };
    const poster = await posterOf(whole);
    hooks.progress(1);
    return {
      video,
      contentType: CONTENT_TYPES[format],
      width: whole.width,
      height: whole.height,
      poster,
      sheet: await sheet?.draw(),
      report,
    };
  } finally {
    encoder.close();
  }
}

/** Matte, plate, motion and its clock: everything that is the same for all frames of one thing. */
async function prepare(
  { region, motion }: Moving,
  { framed: { picture }, fps, loop }: RenderInput,
  frames: number,
  cut: Cut,
  hooks: Hooks,
) {
  hooks.abort.throwIfAborted();
  const scale = scaleOf(picture);
  // A flow always comes round by itself: its two phases hide the seam.
  const periodic = motion.kind === 'flow' || motion.periodic;
  const clock = createClock({ seconds: motion.seconds, periodic }, { seconds: frames / fps, loop });
  const times = Float64Array.from({ length: frames }, (_, k) => clock(k / fps));
  const { mask, reach } = region;
  if (motion.kind === 'flow') {
    const fluid = prepareFluid(picture, motion, mask, reach, scale, hooks);
    if (!fluid) throw maskEmpty();
    return { ...fluid, plate: undefined, alphaWindow: fluid.painter.window, clock, times };
  }
  const cutout = await untilAborted(cut(picture, mask), hooks.abort);
  if (!cutout) throw maskEmpty();
  hooks.abort.throwIfAborted();
  const solid = prepareSolid(picture, cutout, motion, mask, reach, times, scale, hooks);
  return { ...solid, alpha: cutout.alpha, alphaWindow: cutout.window, clock, times };
}

function worst(checks: FieldChecks[]): FieldChecks {
  const most = (pick: (one: FieldChecks) => number) => Math.max(...checks.map(pick));
  return {
    folds: most((it) => it.folds),
    stretch: { max: most((it) => it.stretch.max), min: -most((it) => -it.stretch.min) },
    kink: most((it) => it.kink),
    motion: checks.reduce((sum, it) => sum + it.motion, 0) / checks.length,
  };
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
