import Type, { type Static } from 'typebox';
import {
  choice,
  clicksField,
  clicksText,
  commandField,
  FileRefSchema,
  FileSchema,
  languageField,
} from '../inputs/schema.ts';
import { FORMATS } from '../jobs/schema.ts';
import { webhookField, webhookText } from '../webhooks/schema.ts';

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
  format: Type.Optional(choice(FORMATS, { default: 'mp4' })),
  loop: Type.Optional(
    Type.Boolean({ default: false, description: 'End as it began, so that it can be repeated.' }),
  ),
  sheet: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Also make a contact sheet: photo, mask, matte, plate, flow and six frames.',
    }),
  ),
  animator: Type.Optional(choice(['flow'], { default: 'flow' })),
};

export const AnimationFields = Type.Object(
  { ...settings, clicks: Type.Optional(clicksField), webhook: Type.Optional(webhookField) },
  { additionalProperties: false },
);
export type AnimationFields = Static<typeof AnimationFields>;

export const AnimationForm = Type.Object(
  {
    image: FileSchema('JPEG, PNG, WebP, AVIF or GIF; at most 20 MB and 40 megapixels.'),
    audio: Type.Optional(FileSchema('The command, spoken: WAV, MP3, FLAC, Ogg, WebM or M4A, at most 60 s.')),
    mask: Type.Optional(
      FileSchema("Instead of clicks: a PNG of the photo's size, white where it should move."),
    ),
    ...settings,
    clicks: Type.Optional(clicksText),
    webhook: Type.Optional(webhookText),
  },
  { additionalProperties: false },
);

export const AnimationJson = Type.Object(
  {
    image: FileRefSchema,
    audio: Type.Optional(FileRefSchema),
    mask: Type.Optional(FileRefSchema),
    ...settings,
    clicks: Type.Optional(clicksField),
    webhook: Type.Optional(webhookField),
  },
  { additionalProperties: false },
);
