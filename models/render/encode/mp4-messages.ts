/** What mp4.ts and mp4-thread.ts say to each other. Frames travel by transfer and their buffers come back. */
export type ToThread =
  | {
      kind: 'begin';
      width: number;
      height: number;
      fps: number;
      frames: number;
      quantizer: number;
      speed: number;
    }
  | { kind: 'frame'; rgb: Uint8Array }
  | { kind: 'finish' };

export type FromThread =
  | { kind: 'taken'; rgb: Uint8Array }
  | { kind: 'done'; video: Uint8Array }
  | { kind: 'failed'; message: string };
