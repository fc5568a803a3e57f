import type { Window } from './window.ts';

/** Paints the frames of one clip, each on the buffer that holds the one before. */
export interface Painter {
  /** Only pixels in here are ever written. */
  window: Window;
  /** One byte a pixel of the window: 1 where the thing, its soft edge or the hole behind it has been in some frame. */
  path: Uint8Array;
  /** 1 where the thing was in the photo and some frame so far has shown what is behind it. */
  uncovered: Uint8Array;
  /** 1 where the last frame showed only what is behind the thing. */
  bare: Uint8Array;
  /** 1 where the last frame showed only the thing, it had moved there, and was not blurred by its speed. */
  displaced: Uint8Array;
  /**
   * @param time seconds of the motion
   * @param exposure seconds of the motion during which the shutter is open, around `time`
   * @param frame RGB bytes of the whole picture
   */
  paint(time: number, exposure: number, frame: Uint8Array): void;
}
