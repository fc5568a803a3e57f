import type { Static, TObject } from 'typebox';
import { Compile } from 'typebox/compile';
import { validationProblem } from '../problems/validation.ts';

/**
 * Form fields are text; each is read as the type that the schema gives its name. What cannot be read so is left as it
 * is, for the schema to refuse.
 */
export function fieldsOf<Schema extends TObject>(schema: Schema) {
  const check = Compile(schema);
  return (fields: Record<string, unknown>): Static<Schema> => {
    const read = Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === 'string'
          ? readText(value, (schema.properties[name] as { type?: string } | undefined)?.type)
          : value,
      ]),
    );
    if (!check.Check(read)) throw validationProblem(check.Errors(read));
    return read as Static<Schema>;
  };
}

/** Types of which a form's text is JSON. */
const JSON_TYPES = ['number', 'integer', 'boolean', 'array', 'object'];

function readText(text: string, type: string | undefined): unknown {
  try {
    if (type && JSON_TYPES.includes(type)) return JSON.parse(text);
  } catch {
    // not what it should be
  }
  return text;
}
