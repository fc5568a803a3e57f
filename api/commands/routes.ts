import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Deps } from '../deps.ts';
import { checkAudio } from '../inputs/audio.ts';
import { fieldsOf } from '../inputs/fields.ts';
import { commandField, FileRefSchema, FileSchema, languageField } from '../inputs/schema.ts';
import { type Acceptance, accept } from '../jobs/accept.ts';
import { completeRequest } from '../jobs/request.ts';
import { jobRoutes } from '../jobs/routes.ts';
import { CreateHeaders, created } from '../jobs/schema.ts';
import { failures, linksTo } from '../plugins/docs.ts';
import { Problem } from '../problems/problem.ts';

const fields = { command: Type.Optional(commandField), language: Type.Optional(languageField) };
const CommandFields = Type.Object(fields, { additionalProperties: false });
const CommandForm = Type.Object(
  { audio: Type.Optional(FileSchema('WAV, MP3, FLAC, Ogg, WebM or M4A, at most 60 s.')), ...fields },
  { additionalProperties: false },
);
const CommandJson = Type.Object(
  { audio: Type.Optional(FileRefSchema), ...fields },
  { additionalProperties: false },
);

const readFields = fieldsOf(CommandFields);

function commandAcceptance({ config: { limits } }: Deps): Acceptance {
  return {
    kind: 'command',
    fileLimits: { audio: limits.audioBytes },
    async check(body) {
      const asked = readFields(body.fields);
      const audio = body.files.get('audio');
      if (audio && asked.command !== undefined) throw new Problem('audio_and_command');
      if (!audio && !asked.command?.trim()) throw new Problem('command_missing');
      const inputs = audio ? { audio: await checkAudio(audio, limits) } : {};
      return { request: completeRequest(asked), inputs };
    },
  };
}

export async function commandRoutes(app: FastifyInstance, deps: Deps): Promise<void> {
  const acceptance = commandAcceptance(deps);
  const links = linksTo('$response.body#/id', 'getCommand', 'deleteCommand');

  app.post('/v1/commands', {
    schema: {
      operationId: 'createCommand',
      summary: 'See what is heard and understood',
      tags: ['commands'],
      headers: CreateHeaders,
      body: {
        content: {
          'application/json': {
            schema: { ...CommandJson, examples: [{ command: 'Make the dog wag its tail.' }] },
          },
          'multipart/form-data': { schema: CommandForm },
        },
      },
      response: { ...created, ...failures(400, 401, 403, 409, 413, 415, 422, 429, 503) },
    },
    links: { 200: links, 202: links },
    handler: (request, reply) => accept(deps, acceptance, request, reply),
  });

  jobRoutes(app, deps, 'command');
}
