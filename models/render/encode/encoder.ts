import type { Abort } from '../../types.ts';

/** What is to be encoded. */
export interface Clip {
  width: number;
  height: number;
  fps: number;
  /** Number of frames that will come. */
  frames: number;
  /** Repeat for ever, in formats that can say so. */
  loop: boolean;
}

/** Takes the frames of one clip in order, RGB bytes [height, width, 3]. */
export interface Encoder {
  /** Copies the frame; resolves when there is room for the next, so that frames never pile up. */
  add(frame: Uint8Array): Promise<void>;
  /** @returns the finished file; rejects if encoding failed or `abort` fired */
  finish(abort: Abort): Promise<Uint8Array>;
  /** Drops what is unfinished and frees what it holds; may be called at any time, also twice. */
  close(): void;
}

/** Waits for encoding that runs elsewhere, looking at the abort flag four times a second. */
export async function untilAborted<T>(work: Promise<T>, abort: Abort): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const aborted = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      try {
        abort.throwIfAborted();
      } catch (error) {
        reject(error);
      }
    }, 250);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    clearInterval(timer);
    work.catch(() => undefined);
  }
}
