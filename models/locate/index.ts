import type { Abort, Command, Detection, Mask, Picture, Point, Region } from '../types.ts';

export interface LocateInput {
  picture: Picture;
  /** Pixels of the picture. */
  clicks: Point[];
  /** The caller's own mask, at the picture's size. */
  mask?: Mask;
  /** What `detect` saw in this picture, so that it is not looked at twice. */
  detections: Detection[];
  /** Absent for a preview by click alone. */
  command?: Pick<Command, 'object'>;
}

/**
 * Finds the region that is meant. Throws PipelineError `nothing_under_click`, `clicks_disagree`, `object_not_found`,
 * `click_and_words_disagree`, `mask_empty`; each tells what was seen.
 */
export interface Locator {
  /** Best first; one thing may be listed under several labels (see `distinct` in detector.ts). */
  detect(picture: Picture): Promise<Detection[]>;
  locate(input: LocateInput, options: { abort: Abort }): Promise<Region>;
}

export { createLocator } from './locator.ts';
