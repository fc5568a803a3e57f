import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import type { FastifySchemaCompiler } from 'fastify';
import type { TObject } from 'typebox';
import { fieldsOf } from './fields.ts';

type Route = Parameters<FastifySchemaCompiler<TObject>>[0] & { contentType?: string };

/** Chooses how a part of a request is checked against its schema, once for each route. */
export function validatorOf(route: Route): ReturnType<FastifySchemaCompiler<TObject>> {
  const { httpPart, contentType, schema } = route;
  // Forms are checked by the routes, once their parts have been read.
  if (httpPart === 'body' && contentType === 'multipart/form-data') return (value) => ({ value });
  if (httpPart === 'querystring') return queryValidator(schema);
  return TypeBoxValidatorCompiler(route as Parameters<typeof TypeBoxValidatorCompiler>[0]);
}

/** The text of a query is read as strictly as that of a form: TypeBox's own conversion takes `true` for 1. */
function queryValidator(schema: TObject) {
  const read = fieldsOf(schema);
  return (query: Record<string, unknown>) => {
    try {
      return { value: read(query) };
    } catch (error) {
      return { error: error as Error };
    }
  };
}
