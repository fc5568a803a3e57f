import { startThread } from '../../thread.ts';
import type { Abort } from '../../types.ts';
import { type Clip, type Encoder, untilAborted } from './encoder.ts';
import type { FromThread, ToThread } from './mp4-messages.ts';

/** H.264 quantiser, 10..51. At 16 fur stays crisp, decoded luma is at 41-45 dB, and 2 s of 512 px take 0.1-0.6 MB. */
const QUANTIZER = 16;
/** 0 = smallest file .. 10 = fastest. */
const SPEED = 8;
/** Frames that may wait in the thread before rendering has to wait. */
const IN_FLIGHT = 3;

/** Starts a thread for one clip; it ends with the clip. */
export function createMp4Encoder(clip: Clip): Encoder {
  const worker = startThread(new URL('./mp4-thread.ts', import.meta.url));
  const post = (message: ToThread, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer);
  const spare: Uint8Array[] = [];
  let inFlight = 0;
  let wake: (() => void) | undefined;
  let failure: Error | undefined;

  const done = new Promise<Uint8Array>((resolve, reject) => {
    const fail = (error: Error) => {
      failure = error;
      reject(error);
      wake?.();
    };
    worker.on('error', fail);
    worker.on('exit', (code) => fail(new Error(`The mp4 thread ended with code ${code}.`)));
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'failed') fail(new Error(`The mp4 encoder failed: ${message.message}`));
      else if (message.kind === 'done') resolve(message.video);
      else {
        spare.push(message.rgb);
        inFlight--;
        wake?.();
      }
    });
  });
  // Whoever waits in add() hears of a failure there; finish() may never be called.
  done.catch(() => undefined);
  const { width, height, fps, frames } = clip;
  post({ kind: 'begin', width, height, fps, frames, quantizer: QUANTIZER, speed: SPEED });

  return {
    async add(frame) {
      while (inFlight >= IN_FLIGHT && !failure) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (failure) throw failure;
      const rgb = spare.pop() ?? new Uint8Array(frame.length);
      rgb.set(frame);
      inFlight++;
      post({ kind: 'frame', rgb }, [rgb.buffer as ArrayBuffer]);
    },
    async finish(abort: Abort) {
      post({ kind: 'finish' });
      return untilAborted(done, abort);
    },
    close() {
      void worker.terminate();
    },
  };
}
