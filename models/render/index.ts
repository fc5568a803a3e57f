import type { Framed } from '../frame.ts';
import type { Hooks, Motion, Picture, Region } from '../types.ts';
import { createCutter } from './cutter.ts';
import { type RendererOptions, render } from './renderer.ts';

export { union } from './stack.ts';
export { around } from './window.ts';

export const FORMATS = ['mp4', 'webm', 'gif', 'webp'] as const;
export type Format = (typeof FORMATS)[number];

/** One thing and what it does. */
export interface Moving {
  region: Region;
  motion: Motion;
}

export interface RenderInput {
  /** The picture in which things move, and what is round it: in the clip that is as it is. */
  framed: Framed;
  /** At least one; their reaches share no pixel. */
  moving: Moving[];
  fps: number;
  seconds: number;
  /** Make the last frame run into the first without a seam; gif and webp repeat for ever. */
  loop: boolean;
  format: Format;
  /** Also draw a contact sheet. */
  sheet?: boolean;
}

/** Checks made on the frames before encoding (see ARCHITECTURE.md, "renderer"). */
export interface RenderReport {
  /** Largest change of any channel of any pixel outside the region's path, 0..255. Always 0. */
  outside: number;
  /** Largest change of frame 0 against the photo, 0..255. */
  firstFrame: number;
  /** Share of in-region cells that fold over (Jacobian determinant <= 0). Of several things the worst counts, here and below. */
  folds: number;
  /** 99th percentiles of the largest and 1st of the smallest singular value of the warp's Jacobian. */
  stretch: { max: number; min: number };
  /** Mean |Laplacian| inside the warped object against the photo's. */
  sharpness: number;
  /** High-frequency energy of the uncovered plate against its surroundings. */
  texture: number;
  /** Mean change of the uncovered plate from frame to frame, 0..255. */
  flicker: number;
  /** Mean |second time difference| at key times over that between them; 1 is smooth. */
  kink: number;
  /** Mean |dx,dy| of the region per frame, pixels. */
  motion: number;
  frames: number;
}

export interface Rendered {
  video: Uint8Array;
  contentType: string;
  width: number;
  height: number;
  /** First frame, JPEG. */
  poster: Uint8Array;
  /** Photo, mask, matte, plate, flow and six frames, JPEG; where it was asked for. */
  sheet?: Uint8Array;
  report: RenderReport;
}

/** Photo + motion -> video. Everything outside the region's reach stays bit-identical to the photo. */
export interface Renderer {
  /** Begins to cut a thing out, in a thread of its own: `render` needs that of whatever does not flow. */
  expect(picture: Picture, region: Region): void;
  render(input: RenderInput, hooks: Hooks): Promise<Rendered>;
}

/** Loads what can be loaded once. @param options.ffmpeg path of an ffmpeg binary, needed for webm only */
export async function createRenderer(options: RendererOptions = {}): Promise<Renderer> {
  const cut = createCutter();
  return {
    expect: (picture, { mask }) => void cut(picture, mask),
    render: (input, hooks) => render(input, hooks, options, cut),
  };
}
