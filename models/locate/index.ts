import type { Abort, Click, Command, Detection, Mask, Picture, Region } from '../types.ts';

export interface LocateInput {
  picture: Picture;
  /** Pixels of the picture. */
  clicks: Click[];
  /** The caller's own mask, at the picture's size. */
  mask?: Mask;
  /** What `detect` saw in this picture, so that it is not looked at twice. */
  detections: Detection[];
  /** Absent for a preview by click alone. */
  command?: Pick<Command, 'object' | 'which'>;
}

/**
 * Finds what is meant. Throws PipelineError `nothing_under_click`, `clicks_disagree`, `object_not_found`,
 * `click_and_words_disagree`, `mask_empty`; each tells what was seen. With models of the hub also `optional_package_missing`,
 * `weights_unavailable`.
 */
export interface Locator {
  /** Best first; one thing may be listed under several labels (see `distinct` in detector.ts). */
  detect(picture: Picture): Promise<Detection[]>;
  /** @returns one region, or several where the words mean several; their reaches share no pixel */
  locate(input: LocateInput, options: { abort: Abort }): Promise<Region[]>;
}

export { apart } from './apart.ts';
export { holds } from './candidates.ts';
export { createLocator, type OpenVocabulary } from './locator.ts';
