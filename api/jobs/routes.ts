/** What all kinds of jobs have: read, delete, and the mask where one is made. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Deps } from '../deps.ts';
import { failures, noContent } from '../plugins/docs.ts';
import { languageOf, Problem } from '../problems/problem.ts';
import { isId, PREFIXES } from './ids.ts';
import type { Job, Kind } from './job.ts';
import { COLLECTIONS, viewOf } from './view.ts';

export const idParams = (kind: Kind) =>
  Type.Object({
    id: Type.String({
      description: `Id of the ${kind}.`,
      examples: [`${PREFIXES[kind]}_7zk2v9q4c1xm3w8r5t0bd6fhjnp`],
    }),
  });

/** @throws Problem `not_found`, also for another owner's job: nobody can tell that it is there */
export async function findJob({ repository }: Deps, kind: Kind, request: FastifyRequest): Promise<Job> {
  const { id } = request.params as { id: string };
  const job = isId(kind, id) ? await repository.get(request.owner, id) : undefined;
  if (!job) throw new Problem('not_found');
  return job;
}

export function jobRoutes(app: FastifyInstance, deps: Deps, kind: Kind): void {
  const tags = [`${kind}s`];
  const name = kind[0].toUpperCase() + kind.slice(1);
  const url = `${COLLECTIONS[kind]}/:id`;

  app.get(url, {
    schema: {
      operationId: `get${name}`,
      summary: `Read the ${kind}`,
      tags,
      params: idParams(kind),
      response: {
        200: Type.Ref('Job', { description: 'The job as it is now.' }),
        ...failures(401, 404, 429, 503),
      },
    },
    handler: async (request) =>
      viewOf(await findJob(deps, kind, request), languageOf(request.headers), deps.queue),
  });

  app.delete(url, {
    schema: {
      operationId: `delete${name}`,
      summary: `Delete the ${kind} and everything that was kept of it`,
      description: 'A job that is still going on is canceled first.',
      tags,
      params: idParams(kind),
      response: { 204: noContent('It is gone.'), ...failures(401, 404, 429, 503) },
    },
    handler: async (request, reply) => {
      const job = await findJob(deps, kind, request);
      await deps.repository.remove(job.owner, job.id);
      return reply.code(204).send();
    },
  });
}
