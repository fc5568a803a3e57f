/** Runs in a thread of its own: cuts things out while the networks find out how they move. */
import { parentPort } from 'node:worker_threads';
import { cutOut } from './cutout.ts';
import type { CutAnswer, CutRequest } from './cutter.ts';

const port = parentPort;
if (!port) throw new Error('cut-thread.ts is started by cutter.ts only.');

/** A thing is cut to its end even if nobody wants it any more: it takes a second. */
const never = new AbortController().signal;

port.on('message', ({ id, picture, mask, scale }: CutRequest) => {
  const cutout = cutOut(picture, mask, scale, never);
  const held = cutout ? [cutout.alpha.buffer, cutout.hole.buffer, cutout.layer.texels.buffer] : [];
  port.postMessage({ id, cutout } satisfies CutAnswer, held as ArrayBuffer[]);
});
