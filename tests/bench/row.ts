/** One row of a contact sheet: a command carried out on a photo, with what was found and made on the way. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp from 'sharp';
import type { Anatomist } from '../../models/animate/anatomy/index.ts';
import type { Skeleton } from '../../models/animate/skeleton.ts';
import { PipelineError } from '../../models/errors.ts';
import { decodePicture } from '../../models/picture.ts';
import type { AnimationResult, Pipeline, PipelineHooks } from '../../models/pipeline.ts';
import type { Mask, Picture, Point } from '../../models/types.ts';
import { FRAMES, type Row } from './sheet.ts';

export interface Look {
  photo: string;
  /** Silhouette: white moves; or, with `index`, a map in which the thing's pixels have that value. */
  mask?: string;
  index?: number;
  /** Fractions of width and height. */
  click?: [number, number];
  /** Long side of the working picture in pixels. */
  size?: number;
}

type Findings = Parameters<PipelineHooks['found']>[0];

const SIZE = 512;
/** Frames of a webp can be read again one by one. */
const CLIP = { magnitude: 1, seconds: 2, fps: 24, format: 'webp', loop: false } as const;

/**
 * Makes one clip and takes out what is shown of it.
 * @returns the row of the sheet, and what is kept of the report or the typed error
 */
export async function rowOf(
  pipeline: Pipeline,
  anatomist: Anatomist,
  look: Look,
  command: string,
  seed: number,
): Promise<{ row: Row; result: object }> {
  const image = await readFile(look.photo);
  const size = look.size ?? SIZE;
  const { picture } = await decodePicture(image, { size });
  const clicks = look.click ? [{ x: look.click[0], y: look.click[1] }] : [];
  const mask = look.mask ? await readMask(look.mask, look.index) : undefined;
  const findings: Findings = {};
  const hooks: PipelineHooks = {
    progress: () => undefined,
    found: (more) =>
      Object.assign(findings, more, { notes: [...(findings.notes ?? []), ...(more.notes ?? [])] }),
    abort: new AbortController().signal,
  };
  const subject = { photo: basename(look.photo), said: command, seed };
  const title = `${subject.photo}: ${command} · seed ${seed}`;
  const request = { image, clicks, mask, size, command };
  try {
    const made = await pipeline.animate({ ...request, ...CLIP, seed }, hooks);
    const silhouette = await readSilhouette(made.mask, picture);
    const skeleton = await skeletonOf(anatomist, picture, silhouette, findings, clicks);
    const frames = await framesOf(made.rendered.video);
    return {
      row: { picture, silhouette, skeleton, frames, title, text: summary(made.report, findings) },
      result: { ...subject, ...findings, report: made.report },
    };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    // What was to move is still worth seeing, where it was found; its name is enough to find it again.
    const name = findings.command?.object?.text;
    const again = { ...hooks, found: () => undefined };
    const png = findings.region && (await pipeline.region({ ...request, command: name }, again));
    const silhouette = png && (await readSilhouette(png, picture));
    const skeleton = silhouette && (await skeletonOf(anatomist, picture, silhouette, findings, clicks));
    return {
      row: { picture, silhouette, skeleton, frames: [], title, text: `${error.code}: ${error.detail.en}` },
      result: { ...subject, ...findings, error: { code: error.code, detail: error.detail.en } },
    };
  }
}

function summary({ magnitude, folds, anatomy, model }: AnimationResult['report'], findings: Findings) {
  const notes = findings.notes?.map((it) => it.code).join(' ');
  return [
    `${anatomy.kind} ${anatomy.confidence.toFixed(2)} (${anatomy.parts.join(' ') || 'no parts'})`,
    `magnitude asked ${magnitude.asked.toFixed(3)} measured ${magnitude.measured.toFixed(3)}`,
    `folds ${folds.toFixed(4)}`,
    model,
    ...(notes ? [`NOTES ${notes}`] : []),
  ].join(' · ');
}

/** The caller's mask as the pipeline takes it: PNG, white inside. */
async function readMask(file: string, index?: number): Promise<Uint8Array> {
  if (index === undefined) return readFile(file);
  const { data, info } = await sharp(file).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
  const inside = data.map((value) => (value === index ? 255 : 0));
  return sharp(inside, { raw: { width: info.width, height: info.height, channels: 1 } })
    .png()
    .toBuffer();
}

async function readSilhouette(png: Uint8Array, { width, height }: Picture): Promise<Mask> {
  const data = await sharp(png).extractChannel(0).raw().toBuffer();
  if (data.length !== width * height) throw new Error('the mask has not the size of the picture');
  return { width, height, data: new Uint8Array(data) };
}

/** The skeleton that the animator saw: the same picture, silhouette and words. */
function skeletonOf(
  anatomist: Anatomist,
  picture: Picture,
  mask: Mask,
  { region, command }: Findings,
  clicks: Point[],
): Promise<Skeleton> {
  const at = clicks.map(({ x, y }) => ({ x: x * picture.width, y: y * picture.height }));
  const whole = { x: 0, y: 0, width: mask.width, height: mask.height };
  return anatomist.find(
    picture,
    { mask, reach: mask, box: whole, score: 1, source: 'mask', alternatives: [], clicks: at },
    { label: region?.label, named: command?.object?.text },
  );
}

/** Evenly spaced frames, the first and the last among them; RGB of the working picture. */
async function framesOf(video: Uint8Array): Promise<Picture[]> {
  const { pages = 1 } = await sharp(video).metadata();
  const { data, info } = await sharp(video, { pages })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width } = info;
  const height = info.height / pages;
  return Array.from({ length: FRAMES }, (_, k) => {
    const from = Math.round((k * (pages - 1)) / (FRAMES - 1)) * width * height * 3;
    return { width, height, data: new Uint8Array(data.subarray(from, from + width * height * 3)) };
  });
}
