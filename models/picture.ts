import sharp, { type Metadata, type Sharp } from 'sharp';
import { PipelineError } from './errors.ts';
import type { Bilingual, Mask, Note, Picture } from './types.ts';

/** Uploads that decode to more pixels are refused before they are decoded. */
export const MAX_PIXELS = 40_000_000;
/** Shorter sides than this, before or after scaling, hold nothing that could move. */
export const MIN_SIDE = 16;

// Only the formats of the contract may be opened: libvips would also read SVG, PDF and other formats that can refer to
// files or expand without bound.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((format) => `VipsForeignLoad${format}`),
});

export interface DecodedPicture {
  picture: Picture;
  /** Size of the upright upload, before scaling and cropping. */
  original: { width: number; height: number };
  notes: Note[];
}

/**
 * Decodes an upload (jpeg, png, webp, avif or gif; any profile, bit depth, grey, CMYK, alpha) into the working picture:
 * turned upright by EXIF, sRGB, alpha flattened on white, first frame of an animation (with a note).
 * @param size longest side of the working picture in pixels; a smaller photo is not enlarged
 * @throws PipelineError `image_unreadable`, `image_too_large` (over 40 megapixels), `image_too_small` (under 16 px)
 */
export async function decodePicture(bytes: Uint8Array, { size }: { size: number }): Promise<DecodedPicture> {
  const metadata = await readMetadata(bytes);
  const original = { width: metadata.autoOrient.width, height: metadata.autoOrient.height };
  const scale = Math.min(1, size / Math.max(original.width, original.height));
  const width = Math.round(original.width * scale);
  const height = Math.round(original.height * scale);
  refuseSmall(width, height, original);
  const data = await decoded(
    open(bytes)
      .autoOrient()
      .flatten({ background: 'white' })
      .resize(width, height, { fit: 'fill' })
      // H.264 with 4:2:0 colour has even sides only: at most one column at the right and one row at the bottom go.
      .extract({ left: 0, top: 0, width: width & ~1, height: height & ~1 })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' }),
    3,
  );
  return { picture: data, original, notes: (metadata.pages ?? 1) > 1 ? [firstFrameUsed] : [] };
}

/**
 * Decodes the caller's own mask to the size of the working picture. Inside is what is white, or what is opaque where
 * the mask has transparent pixels.
 * @param original size of the upright photo; the mask must have that size (within a pixel) or the working picture's
 * @throws PipelineError `mask_size`, `mask_empty`, and the errors of decodePicture
 */
export async function decodeMask(
  bytes: Uint8Array,
  picture: Pick<Picture, 'width' | 'height'>,
  original: { width: number; height: number },
): Promise<Mask> {
  const { autoOrient: size } = await readMetadata(bytes);
  const fits = (to: { width: number; height: number }, within: number) =>
    Math.abs(size.width - to.width) <= within && Math.abs(size.height - to.height) <= within;
  if (!fits(original, 1) && !fits(picture, 0)) throw maskSize(size, original);
  const rgba = await decoded(
    open(bytes)
      .autoOrient()
      .toColourspace('srgb')
      .ensureAlpha()
      // A photo that was only cropped to even sides keeps its pixels, so its mask is cropped as well, not scaled.
      .resize(picture.width, picture.height, {
        fit: fits(picture, 1) ? 'cover' : 'fill',
        position: 'left top',
      })
      .raw({ depth: 'uchar' }),
    4,
  );
  const mask = insideOf(rgba);
  if (!mask.data.some((value) => value >= 128)) throw maskEmpty();
  return mask;
}

/** @returns a greyscale PNG, 0 outside, 255 inside */
export function encodePng(mask: Mask): Promise<Buffer> {
  const raw = { width: mask.width, height: mask.height, channels: 1 } as const;
  return sharp(mask.data, { raw }).toColourspace('b-w').png().toBuffer();
}

/** @returns a JPEG with full colour resolution */
export function encodeJpeg(picture: Picture, quality = 92): Promise<Buffer> {
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  return sharp(picture.data, { raw }).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
}

const open = (bytes: Uint8Array): Sharp =>
  sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'truncated', sequentialRead: true });

async function readMetadata(bytes: Uint8Array): Promise<Metadata> {
  // Without the limit the header of a huge picture can still be read, and nothing but the header is.
  if (bytes.length === 0) return unreadable(new Error('no bytes'));
  const metadata = await sharp(bytes, { limitInputPixels: false, failOn: 'truncated' })
    .metadata()
    .catch(unreadable);
  const { width, height } = metadata;
  if (width * (metadata.pageHeight ?? height) > MAX_PIXELS) throw tooLarge(width, height);
  refuseSmall(width, height, { width, height });
  return metadata;
}

async function decoded(
  image: Sharp,
  channels: number,
): Promise<{ width: number; height: number; data: Uint8Array }> {
  const { data, info } = await image.toBuffer({ resolveWithObject: true }).catch(unreadable);
  if (info.channels !== channels) throw new Error(`expected ${channels} channels, got ${info.channels}`);
  // A plain array over the same bytes: a Buffer's slice() shares memory, which a typed array's does not.
  const plain = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return { width: info.width, height: info.height, data: plain };
}

function insideOf(rgba: { width: number; height: number; data: Uint8Array }): Mask {
  const { width, height, data: from } = rgba;
  const count = width * height;
  let transparent = false;
  for (let i = 0; i < count && !transparent; i++) transparent = from[4 * i + 3] < 255;
  const data = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    data[i] = transparent
      ? from[4 * i + 3]
      : Math.round(0.299 * from[4 * i] + 0.587 * from[4 * i + 1] + 0.114 * from[4 * i + 2]);
  }
  return { width, height, data };
}

function refuseSmall(width: number, height: number, original: { width: number; height: number }): void {
  if (Math.min(width, height) >= MIN_SIDE) return;
  const size = `${original.width}x${original.height}`;
  throw failure('image_too_small', {
    en: `The picture is too small or too narrow (${size}); each side must have at least ${MIN_SIDE} pixels at working size.`,
    zh: `图片太小或太窄（${size}）；缩放后每边至少要有 ${MIN_SIDE} 像素。`,
  });
}

const failure = (code: string, detail: Bilingual, cause?: unknown) =>
  new PipelineError(code, detail, { cause });

function unreadable(cause: unknown): never {
  throw failure(
    'image_unreadable',
    {
      en: 'The image cannot be decoded: it is damaged, cut off, or not a jpeg, png, webp, avif or gif.',
      zh: '无法解码图片：文件已损坏、不完整，或不是 jpeg、png、webp、avif、gif 格式。',
    },
    cause,
  );
}

const tooLarge = (width: number, height: number) =>
  failure('image_too_large', {
    en: `The picture has ${width}x${height} pixels; at most ${MAX_PIXELS / 1e6} megapixels are accepted.`,
    zh: `图片为 ${width}x${height} 像素；最多接受 ${MAX_PIXELS / 1e4} 万像素。`,
  });

const maskSize = (mask: { width: number; height: number }, photo: { width: number; height: number }) =>
  failure('mask_size', {
    en: `The mask is ${mask.width}x${mask.height} but the upright photo is ${photo.width}x${photo.height}.`,
    zh: `遮罩为 ${mask.width}x${mask.height}，而转正后的照片为 ${photo.width}x${photo.height}。`,
  });

const maskEmpty = () =>
  failure('mask_empty', {
    en: 'The mask selects nothing: paint what is to move in white, or leave only it opaque.',
    zh: '遮罩没有选中任何内容：请把要动的部分涂成白色，或只让它不透明。',
  });

const firstFrameUsed: Note = {
  code: 'first_frame_used',
  detail: { en: 'The image is animated; its first frame is used.', zh: '图片是动图，只使用了第一帧。' },
};
