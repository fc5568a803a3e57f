import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Deps } from '../deps.ts';
import { choice } from '../inputs/schema.ts';
import { failures } from '../plugins/docs.ts';
import { CATALOGUE, type ProblemCode } from '../problems/catalogue.ts';
import { languageOf, Problem } from '../problems/problem.ts';

const Ok = (description: string) => Type.Object({ status: choice(['ok']) }, { description });

export async function healthRoutes(app: FastifyInstance, { store }: Deps): Promise<void> {
  const tags = ['service'];
  const config = { open: true };

  app.get('/healthz', {
    config,
    schema: {
      operationId: 'getHealth',
      summary: 'Whether the process is alive',
      tags,
      security: [],
      response: { 200: Ok('It is.'), ...failures(400) },
    },
    handler: async () => ({ status: 'ok' }),
  });

  app.get('/readyz', {
    config,
    schema: {
      operationId: 'getReadiness',
      summary: 'Whether requests can be taken',
      tags,
      security: [],
      response: { 200: Ok('They can.'), ...failures(400, 503) },
    },
    handler: async () => {
      await store.list('jobs/', { limit: 1 }).catch((cause) => {
        throw new Problem('unavailable', { cause });
      });
      return { status: 'ok' };
    },
  });

  app.get('/problems/:code', {
    config,
    schema: {
      operationId: 'describeProblem',
      summary: 'What a problem code means',
      tags,
      security: [],
      params: Type.Object({ code: Type.String({ examples: ['nothing_under_click'] }) }),
      response: {
        200: Type.Object(
          {
            code: Type.String(),
            status: Type.Integer(),
            title: Type.String(),
            detail: Type.String(),
            retryable: Type.Boolean(),
          },
          { description: 'The problem, in the language of Accept-Language.' },
        ),
        ...failures(404),
      },
    },
    handler: async (request) => {
      const { code } = request.params as { code: string };
      if (!Object.hasOwn(CATALOGUE, code)) throw new Problem('not_found');
      const language = languageOf(request.headers);
      const { status, title, detail, retryable } = CATALOGUE[code as ProblemCode];
      return { code, status, title: title[language], detail: detail[language], retryable };
    },
  });
}
