import Type, { type Static } from 'typebox';
import { FORMATS, PointSchema } from '../jobs/schema.ts';

export const MAX_COMMAND = 500;
export const MAX_CLICKS = 8;

/** A file in a JSON request. */
export const UploadRefSchema = Type.Object(
  { upload: Type.String({ description: 'Id from POST /v1/uploads.' }) },
  { additionalProperties: false },
);
/** A file in a form. */
export const FileSchema = (description: string) => Type.String({ format: 'binary', description });

export const commandField = Type.String({
  minLength: 1,
  maxLength: MAX_COMMAND,
  description: 'What should move and how, in English or Chinese.',
  examples: ['Make the cat turn its head.', '让猫摇头'],
});
export const languageField = Type.Enum(['auto', 'en', 'zh'], {
  default: 'auto',
  description: 'Language of the command; `auto` finds out.',
});
export const clicksField = Type.Array(PointSchema, {
  maxItems: MAX_CLICKS,
  description: 'Points on the thing that should move.',
});
/** In a form, clicks are JSON text; called so by a contentMediaType, Swagger UI would ask for a file. */
export const clicksText = Type.String({
  examples: ['[{"x":0.5,"y":0.5}]'],
  description: 'Points on the thing that should move, as JSON: fractions from the top left corner.',
});

const settings = {
  command: Type.Optional(commandField),
  language: Type.Optional(languageField),
  magnitude: Type.Optional(
    Type.Number({
      minimum: 0.1,
      maximum: 4,
      default: 1,
      description: 'How large the motion is; 1 is as large as this action usually is.',
    }),
  ),
  seed: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 2 ** 32 - 1,
      examples: [7],
      description: 'The same seed gives the same motion. Left out, one is drawn and shown.',
    }),
  ),
  seconds: Type.Optional(Type.Number({ minimum: 0.5, maximum: 8, default: 2 })),
  fps: Type.Optional(Type.Number({ minimum: 1, maximum: 60, default: 24 })),
  size: Type.Optional(
    Type.Integer({
      minimum: 64,
      maximum: 1920,
      default: 720,
      description: 'Long side of the video in pixels; a smaller photo is not enlarged.',
    }),
  ),
  format: Type.Optional(Type.Enum([...FORMATS], { default: 'mp4' })),
  loop: Type.Optional(
    Type.Boolean({ default: false, description: 'End as it began, so that it can be repeated.' }),
  ),
  animator: Type.Optional(Type.Enum(['flow'], { default: 'flow' })),
};

export const AnimationFields = Type.Object(
  { ...settings, clicks: Type.Optional(clicksField) },
  { additionalProperties: false },
);
export type AnimationFields = Static<typeof AnimationFields>;

export const AnimationForm = Type.Object({
  image: FileSchema('JPEG, PNG, WebP, AVIF or GIF; at most 20 MB and 40 megapixels.'),
  audio: Type.Optional(FileSchema('The command, spoken: WAV, MP3, FLAC, Ogg, WebM or M4A, at most 60 s.')),
  mask: Type.Optional(
    FileSchema("Instead of clicks: a PNG of the photo's size, white where it should move."),
  ),
  ...settings,
  clicks: Type.Optional(clicksText),
});

export const AnimationJson = Type.Object(
  {
    image: UploadRefSchema,
    audio: Type.Optional(UploadRefSchema),
    mask: Type.Optional(UploadRefSchema),
    ...settings,
    clicks: Type.Optional(clicksField),
  },
  { additionalProperties: false },
);
