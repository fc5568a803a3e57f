/** A small job that the real models can do: a flag on a striped sky, with its mask. */
import sharp from 'sharp';
import type { Request } from '../../api/jobs/job.ts';

export const REQUEST: Request = {
  command: 'make the flag wave',
  clicks: [],
  magnitude: 1,
  seed: 1,
  seconds: 1,
  fps: 8,
  size: 256,
  format: 'mp4',
  loop: false,
  sheet: false,
  animator: 'flow',
};

const FLAG = 'M 70 40 L 230 50 L 225 150 L 70 140 Z';

const draw = (inside: string) =>
  sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240">${inside}</svg>`));

/** @returns JPEG of 320 x 240 */
export const photo = () =>
  draw(`
    <rect width="320" height="240" fill="#9cc4e8"/>
    <path d="M0 190 H320 V240 H0 Z" fill="#5d8a4a"/>
    <rect x="60" y="30" width="10" height="180" fill="#6b5b4b"/>
    <path d="${FLAG}" fill="#c8202c"/>
    <path d="M 75 70 L 226 80 M 75 110 L 225 120" stroke="#f4e9d8" stroke-width="12"/>`)
    .jpeg()
    .toBuffer();

/** @returns PNG of the same size, white on the flag */
export const mask = () =>
  draw(`<rect width="320" height="240"/><path d="${FLAG}" fill="#fff"/>`).png().toBuffer();
