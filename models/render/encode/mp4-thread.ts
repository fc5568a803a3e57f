/** Runs in its own thread: H.264 by h264-mp4-encoder (minih264, WebAssembly), beside the rendering. */
import { parentPort } from 'node:worker_threads';
import h264 from 'h264-mp4-encoder';
import type { FromThread, ToThread } from './mp4-messages.ts';
import { remux } from './mux.ts';
import { toYuv420 } from './yuv.ts';

const port = parentPort;
if (!port) throw new Error('mp4-thread.ts is started by mp4.ts only.');

const answer = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

let encoder: h264.H264MP4Encoder | undefined;
let yuv = new Uint8Array(0);
let fps = 0;

async function receive(message: ToThread): Promise<void> {
  if (message.kind === 'begin') {
    const { width, height } = message;
    fps = message.fps;
    yuv = new Uint8Array((width * height * 3) / 2);
    encoder = await h264.createH264MP4Encoder();
    encoder.width = width;
    encoder.height = height;
    encoder.frameRate = fps;
    encoder.quantizationParameter = message.quantizer;
    encoder.speed = message.speed;
    // One key frame: a second one would make the still part of the picture twitch.
    encoder.groupOfPictures = message.frames + 1;
    encoder.initialize();
  } else if (message.kind === 'frame') {
    if (!encoder) throw new Error('A frame came before the clip had begun.');
    toYuv420(message.rgb, encoder.width, encoder.height, yuv);
    encoder.addFrameYuv(yuv);
    answer({ kind: 'taken', rgb: message.rgb }, [message.rgb.buffer as ArrayBuffer]);
  } else {
    if (!encoder) throw new Error('The clip was finished before it had begun.');
    encoder.finalize();
    const written = encoder.FS.readFile(encoder.outputFilename);
    encoder.FS.unlink(encoder.outputFilename);
    encoder.delete();
    encoder = undefined;
    const video = await remux(written, fps);
    answer({ kind: 'done', video }, [video.buffer as ArrayBuffer]);
  }
}

let last: Promise<void> = Promise.resolve();
port.on('message', (message: ToThread) => {
  // In order: creating an encoder waits, and the frames must wait with it.
  last = last
    .then(() => receive(message))
    .catch((error) =>
      answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
});
