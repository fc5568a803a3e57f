/** Turns the findings of a JSON schema into sentences in both languages. */
import type { Bilingual } from '../../infra/errors.ts';
import { type FieldError, Problem } from './problem.ts';

/** The part of TypeBox's and Fastify's errors that is looked at. */
export interface SchemaError {
  keyword: string;
  instancePath: string;
  params: object;
  message?: string;
}

/** @returns the problem that names every field that is not as it should be */
export function validationProblem(findings: readonly SchemaError[]): Problem {
  const clicks = findings.filter(
    ({ keyword, instancePath }) => /^\/clicks\/\d+\/[xy]$/.test(instancePath) && /imum$/.test(keyword),
  );
  if (clicks.length > 0) return new Problem('click_out_of_range', { errors: clicks.flatMap(describe) });
  const missing = findings.flatMap(({ keyword, instancePath, params }) =>
    keyword === 'required' && instancePath === ''
      ? (params as { requiredProperties: string[] }).requiredProperties
      : [],
  );
  if (missing.includes('image')) return new Problem('image_missing', { errors: findings.flatMap(describe) });
  return new Problem('invalid_request', { errors: findings.flatMap(describe) });
}

function describe({ keyword, instancePath, params, message }: SchemaError): FieldError[] {
  const given = params as Record<string, unknown>;
  const at = (pointer: string, en: string, zh: string) => ({
    pointer,
    detail: { en, zh } satisfies Bilingual,
  });
  const here = (en: string, zh: string) => [at(instancePath, en, zh)];
  switch (keyword) {
    case 'required':
      return (given.requiredProperties as string[]).map((name) =>
        at(`${instancePath}/${name}`, 'is required', '必须提供'),
      );
    // TypeBox reports an unknown field twice: at its place as `boolean`, and at its parent.
    case 'boolean':
      return here('is not a field of this request', '不是此请求的字段');
    case 'additionalProperties':
      return [];
    case 'minimum':
      return here(`must be at least ${given.limit}`, `不得小于 ${given.limit}`);
    case 'maximum':
      return here(`must be at most ${given.limit}`, `不得大于 ${given.limit}`);
    case 'minLength':
      return here(`must have at least ${given.limit} characters`, `至少 ${given.limit} 个字符`);
    case 'maxLength':
      return here(`must have at most ${given.limit} characters`, `最多 ${given.limit} 个字符`);
    case 'minProperties':
    case 'maxProperties':
      return here(`must have exactly ${given.limit} of its fields`, `必须且只能包含 ${given.limit} 个字段`);
    case 'minItems':
      return here(`must have at least ${given.limit} entries`, `至少 ${given.limit} 项`);
    case 'uniqueItems':
      return here('must not name anything twice', '不得有重复项');
    case 'maxItems':
      return here(`must have at most ${given.limit} entries`, `最多 ${given.limit} 项`);
    case 'type':
      return here(`must be of type ${given.type}`, `类型必须是 ${given.type}`);
    case 'pattern':
      return here(`must match ${given.pattern}`, `必须符合 ${given.pattern}`);
    case 'enum':
      return here(
        `must be one of ${(given.allowedValues as unknown[]).join(', ')}`,
        `必须是 ${(given.allowedValues as unknown[]).join('、')} 之一`,
      );
    default:
      return here(message ?? keyword, '格式不符合要求');
  }
}
