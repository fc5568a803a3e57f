import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Abort } from '../../types.ts';
import { type Clip, type Encoder, untilAborted } from './encoder.ts';

/** VP9 in webm by the system's ffmpeg as a separate process (libvpx-vp9); frames go in through its standard input. */
export function createWebmEncoder(clip: Clip, ffmpeg: string): Encoder {
  // A file, not a pipe: only where it can seek does ffmpeg write the duration.
  const folder = mkdtempSync(join(tmpdir(), 'waggle-webm-'));
  const file = join(folder, 'clip.webm');
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    '-s',
    `${clip.width}x${clip.height}`,
    '-r',
    String(clip.fps),
    '-i',
    '-',
  ];
  const colour = [
    '-vf',
    'scale=out_color_matrix=bt601:out_range=tv',
    '-pix_fmt',
    'yuv420p',
    '-colorspace',
    'smpte170m',
  ];
  const codec = [
    '-c:v',
    'libvpx-vp9',
    '-crf',
    '24',
    '-b:v',
    '0',
    '-deadline',
    'realtime',
    '-cpu-used',
    '6',
    '-row-mt',
    '1',
    '-g',
    '9999',
  ];
  const child = spawn(ffmpeg, ['-v', 'error', ...input, ...colour, ...codec, '-y', file], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  // A broken pipe shows up as the exit code, with ffmpeg's own words.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (cause) => reject(new Error('ffmpeg could not be started.', { cause })));
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`ffmpeg ended with code ${code}: ${said.trim()}`)),
    );
  });
  ended.catch(() => undefined);
  return {
    async add(frame) {
      // The frame's buffer is painted on again, so the pipe gets a copy.
      if (child.stdin.write(frame.slice())) return;
      const drained = new Promise<void>((resolve) => child.stdin.once('drain', resolve));
      // Where ffmpeg is gone nothing drains, but `ended` tells why.
      await Promise.race([drained, ended]);
    },
    async finish(abort: Abort) {
      child.stdin.end();
      await untilAborted(ended, abort);
      const written = await readFile(file).catch((cause) => {
        throw new Error('ffmpeg ended without an error but wrote no file.', { cause });
      });
      return new Uint8Array(written);
    },
    close() {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
