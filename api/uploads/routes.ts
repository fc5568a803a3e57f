/** Files sent ahead: ask for an upload, send the bytes to its url, then name it in a JSON request. */
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Deps } from '../deps.ts';
import { receiveMultipart, unknown, uploadKey } from '../inputs/receive.ts';
import { choice, FileSchema } from '../inputs/schema.ts';
import { isId, newId, timeOf } from '../jobs/ids.ts';
import { inputKey } from '../jobs/job.ts';
import { failures, linksTo, noContent } from '../plugins/docs.ts';
import { Problem } from '../problems/problem.ts';

const HOUR_MS = 60 * 60 * 1000;

const UploadSchema = Type.Object(
  {
    id: Type.String({ description: 'For `{"upload": id}` in a JSON request, within a day.' }),
    url: Type.String({
      format: 'uri-reference',
      description: 'Where the bytes go: a path of this service, or a signed address of its store.',
    }),
    method: choice(['POST']),
    fields: Type.Record(Type.String(), Type.String(), {
      description: 'Form fields to be sent before the file.',
    }),
    fileField: Type.String({ description: 'Form field of the file.' }),
    maxBytes: Type.Integer(),
    expiresAt: Type.String({ format: 'date-time', description: 'When the url stops taking bytes.' }),
  },
  { description: 'A place for one file.' },
);

export async function uploadRoutes(app: FastifyInstance, { config, store, now }: Deps): Promise<void> {
  const { links } = store;
  const tags = ['uploads'];
  const maxBytes = Math.max(config.limits.imageBytes, config.limits.audioBytes);

  app.post('/v1/uploads', {
    schema: {
      operationId: 'createUpload',
      summary: 'Ask for a place to send a file to',
      tags,
      response: { 201: UploadSchema, ...failures(401, 403, 429, 503) },
    },
    links: { 201: linksTo('$response.body#/id', 'fillUpload') },
    handler: async (request, reply) => {
      const id = newId('upload', now().getTime());
      const limits = { seconds: HOUR_MS / 1000, maxBytes };
      const signed = await links?.post(uploadKey(request.owner, id), limits);
      const { url, fields } = signed ?? { url: `/v1/uploads/${id}`, fields: {} };
      const expiresAt = new Date(timeOf(id) + HOUR_MS).toISOString();
      reply.code(201).header('location', url);
      return { id, url, method: 'POST', fields, fileField: 'file', maxBytes, expiresAt };
    },
  });

  // Where the store takes the bytes itself, they do not come this way (a Lambda takes 6 MB at most).
  if (links) return;
  app.post('/v1/uploads/:id', {
    schema: {
      operationId: 'fillUpload',
      summary: 'Send the file',
      tags,
      params: Type.Object({
        id: Type.String({ description: 'Id of the upload.', examples: ['upl_7zk2v9q4c1xm3w8r5t0bd6fhjnp'] }),
      }),
      body: {
        content: {
          'multipart/form-data': {
            schema: Type.Object(
              { file: FileSchema('Any image, mask or recording.') },
              { additionalProperties: false },
            ),
          },
        },
      },
      response: {
        204: noContent('The file is there.'),
        ...failures(400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 503),
      },
    },
    handler: async (request, reply) => {
      const { id } = request.params as { id: string };
      // One from the future was not made here, and would never be old enough to be swept away.
      if (!isId('upload', id) || timeOf(id) > now().getTime() + HOUR_MS) throw new Problem('not_found');
      if (timeOf(id) < now().getTime() - HOUR_MS) throw new Problem('expired');
      if (!request.isMultipart()) throw new Problem('unsupported_media_type');
      const draft = newId('upload');
      try {
        const { fields, files } = await receiveMultipart(request, {
          store,
          id: draft,
          fileLimits: { file: maxBytes },
        });
        const file = files.get('file');
        if (!file) throw new Problem('upload_missing');
        for (const name of Object.keys(fields)) throw unknown(name);
        if (file.truncated) throw new Problem('body_too_large');
        const source = await store.open(file.key);
        await store.put(uploadKey(request.owner, id), source!.stream, {
          contentType: 'application/octet-stream',
          ifNoneMatch: '*',
        });
      } catch (error) {
        if ((error as { code?: string }).code === 'precondition_failed') throw new Problem('upload_exists');
        throw error;
      } finally {
        await store.delete(inputKey(draft, 'file'));
      }
      return reply.code(204).send();
    },
  });
}
