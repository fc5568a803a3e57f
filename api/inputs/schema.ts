/** Fields that several requests have. */
import Type from 'typebox';

/** One of several words. */
export function choice<const Words extends readonly string[]>(
  words: Words,
  options: Type.TSchemaOptions = {},
) {
  return Type.Unsafe<Words[number]>({ type: 'string', enum: words, ...options });
}

export const ClickSchema = Type.Object(
  {
    x: Type.Number({ minimum: 0, maximum: 1 }),
    y: Type.Number({ minimum: 0, maximum: 1 }),
    exclude: Type.Optional(
      Type.Boolean({ description: 'The point is on something that does not belong to it.' }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Fractions of width and height from the top left corner of the upright photo.',
  },
);

const MAX_COMMAND = 500;
const MAX_CLICKS = 8;

/** A file in a JSON request: one of the two. */
export const FileRefSchema = Type.Object(
  {
    upload: Type.Optional(Type.String({ description: 'Id from POST /v1/uploads.' })),
    url: Type.Optional(
      Type.String({
        maxLength: 2048,
        description: 'An https address on the public internet; redirects are not followed.',
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1, maxProperties: 1 },
);
/** A file in a form. */
export const FileSchema = (description: string) => Type.String({ format: 'binary', description });

export const commandField = Type.String({
  minLength: 1,
  maxLength: MAX_COMMAND,
  description: 'What should move and how, in English or Chinese.',
  examples: ['Make the cat turn its head.', '让猫摇头'],
});
export const languageField = choice(['auto', 'en', 'zh'], {
  default: 'auto',
  description:
    'Language of the command; `auto` finds out. Other spoken languages are translated into English as far as the model can.',
});
export const clicksField = Type.Array(ClickSchema, {
  maxItems: MAX_CLICKS,
  description: 'Points on the thing that should move; with `exclude`, points beside it.',
});
/** In a form, clicks are JSON text; called so by a contentMediaType, Swagger UI would ask for a file. */
export const clicksText = Type.String({
  examples: ['[{"x":0.5,"y":0.5}]'],
  description: 'Points on the thing that should move, as JSON: fractions from the top left corner.',
});
