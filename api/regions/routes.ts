import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Deps } from '../deps.ts';
import { fieldsOf } from '../inputs/fields.ts';
import { checkImage } from '../inputs/image.ts';
import {
  clicksField,
  clicksText,
  commandField,
  FileRefSchema,
  FileSchema,
  languageField,
} from '../inputs/schema.ts';
import { type Acceptance, accept } from '../jobs/accept.ts';
import { completeRequest } from '../jobs/request.ts';
import { sendResult } from '../jobs/results.ts';
import { findJob, idParams, jobRoutes } from '../jobs/routes.ts';
import { CreateHeaders, created } from '../jobs/schema.ts';
import { bytes, failures, linksTo } from '../plugins/docs.ts';
import { Problem } from '../problems/problem.ts';

const target = { command: Type.Optional(commandField), language: Type.Optional(languageField) };
const RegionFields = Type.Object(
  { ...target, clicks: Type.Optional(clicksField) },
  { additionalProperties: false },
);
const RegionForm = Type.Object(
  {
    image: FileSchema('JPEG, PNG, WebP, AVIF or GIF; at most 20 MB and 40 megapixels.'),
    ...target,
    clicks: Type.Optional(clicksText),
  },
  { additionalProperties: false },
);
const RegionJson = Type.Object(
  { image: FileRefSchema, ...target, clicks: Type.Optional(clicksField) },
  { additionalProperties: false },
);

const readFields = fieldsOf(RegionFields);

function regionAcceptance({ config: { limits }, store }: Deps): Acceptance {
  return {
    kind: 'region',
    fileLimits: { image: limits.imageBytes },
    async check({ fields, files }) {
      const asked = readFields(fields);
      if (!asked.clicks?.some(({ exclude }) => !exclude) && !asked.command?.trim())
        throw new Problem('target_missing');
      const image = await checkImage(files.get('image'), limits, store);
      return { request: completeRequest(asked), inputs: { image: image.file } };
    },
  };
}

export async function regionRoutes(app: FastifyInstance, deps: Deps): Promise<void> {
  const acceptance = regionAcceptance(deps);
  const tags = ['regions'];
  const links = linksTo('$response.body#/id', 'getRegion', 'getRegionMask', 'deleteRegion');

  app.post('/v1/regions', {
    schema: {
      operationId: 'createRegion',
      summary: 'See what a click or a word selects',
      tags,
      headers: CreateHeaders,
      body: {
        content: {
          'multipart/form-data': { schema: RegionForm },
          'application/json': {
            schema: {
              ...RegionJson,
              examples: [{ image: { upload: 'upl_7zk2v9q4c1xm3w8r5t0bd6fhjnp' }, command: 'the cat' }],
            },
          },
        },
      },
      response: { ...created, ...failures(400, 401, 403, 409, 413, 415, 422, 429, 503) },
    },
    links: { 200: links, 202: links },
    handler: (request, reply) => accept(deps, acceptance, request, reply),
  });

  jobRoutes(app, deps, 'region');

  app.get('/v1/regions/:id/mask', {
    schema: {
      operationId: 'getRegionMask',
      summary: 'Get the mask of the region',
      tags,
      params: idParams('region'),
      response: {
        200: bytes('White inside the region.', 'image/png'),
        ...failures(401, 404, 409, 410, 429, 503),
      },
    },
    handler: async (request, reply) =>
      sendResult(deps, await findJob(deps, 'region', request), 'mask', request, reply),
  });
}
