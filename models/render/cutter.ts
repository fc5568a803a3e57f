import type { Worker } from 'node:worker_threads';
import { startThread } from '../thread.ts';
import type { Mask, Picture } from '../types.ts';
import type { Cutout } from './cutout.ts';

/** What cutter.ts and cut-thread.ts say to each other. */
export interface CutRequest {
  id: number;
  picture: Picture;
  mask: Mask;
  scale: number;
}
export interface CutAnswer {
  id: number;
  cutout?: Cutout;
}

/** Whoever waits for a cut. */
interface Asked {
  resolve(cutout: Cutout | undefined): void;
  reject(error: Error): void;
}

/**
 * Cuts a thing out, in a thread that lives as long as the renderer. Asked again for the same mask it gives the same answer.
 * Undefined where the mask marks nothing.
 */
export type Cut = (picture: Picture, mask: Mask) => Promise<Cutout | undefined>;

export function createCutter(): Cut {
  const known = new WeakMap<Mask, Promise<Cutout | undefined>>();
  const waiting = new Map<number, Asked>();
  let thread: Worker | undefined;
  let count = 0;

  function start(): Worker {
    const worker = startThread(new URL('./cut-thread.ts', import.meta.url));
    const fail = (error: Error) => {
      if (thread !== worker) return;
      thread = undefined;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    worker.on('error', fail);
    worker.on('exit', (code) => fail(new Error(`The thread that cuts things out ended with code ${code}.`)));
    worker.on('message', ({ id, cutout }: CutAnswer) => {
      waiting.get(id)?.resolve(cutout);
      waiting.delete(id);
      if (waiting.size === 0) worker.unref();
    });
    return worker;
  }

  return (picture, mask) => {
    const begun = known.get(mask);
    if (begun) return begun;
    thread ??= start();
    thread.ref();
    const id = count++;
    const answer = new Promise<Cutout | undefined>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
    });
    thread.postMessage({ id, picture, mask, scale: scaleOf(picture) } satisfies CutRequest);
    known.set(mask, answer);
    // It may be begun for a motion that is then refused, and nobody asks for it.
    answer.catch(() => known.delete(mask));
    return answer;
  };
}

/** Sizes in pixels are those of a picture with a long side of 512. */
export const scaleOf = ({ width, height }: Picture): number => Math.max(width, height) / 512;
