import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Deps } from '../deps.ts';
import { choice } from '../inputs/schema.ts';
import { accept } from '../jobs/accept.ts';
import { patternOf } from '../jobs/ids.ts';
import { sendResult } from '../jobs/results.ts';
import { findJob, idParams, jobRoutes } from '../jobs/routes.ts';
import { CreateHeaders, created } from '../jobs/schema.ts';
import { cancel } from '../jobs/transitions.ts';
import { viewOf } from '../jobs/view.ts';
import { bytes, failures, linksTo } from '../plugins/docs.ts';
import { languageOf } from '../problems/problem.ts';
import { eventStreams } from './events.ts';
import { animationAcceptance } from './request.ts';
import { AnimationForm, AnimationJson } from './schema.ts';

const JSON_EXAMPLE = {
  image: { upload: 'upl_7zk2v9q4c1xm3w8r5t0bd6fhjnp' },
  command: '让猫摇头',
  clicks: [{ x: 0.5, y: 0.5 }],
};

/** One event of a stream; OpenAPI 3.1 has no way to say that there are many. */
const EventSchema = Type.Object(
  {
    id: Type.String({ description: '`seq` of the job.' }),
    event: choice(['progress', 'finished']),
    data: Type.String({ contentMediaType: 'application/json', description: 'Progress, at the end Job.' }),
  },
  { description: 'Each event.' },
);

const ListQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
  cursor: Type.Optional(
    Type.String({ pattern: patternOf('animation'), description: '`next` of the page before.' }),
  ),
});

export async function animationRoutes(app: FastifyInstance, deps: Deps): Promise<void> {
  const { repository, queue } = deps;
  const acceptance = animationAcceptance(deps);
  const follow = eventStreams(deps);
  const tags = ['animations'];
  const links = linksTo(
    '$response.body#/id',
    ...['getAnimation', 'followAnimation', 'cancelAnimation', 'deleteAnimation', 'listDeliveries'],
    ...['getAnimationVideo', 'getAnimationMask', 'getAnimationPoster', 'getAnimationSheet'],
  );
  const params = idParams('animation');
  const resultAnswers = {
    302: Type.Null({
      description: 'It is at the signed link of the Location header, which is good for an hour.',
    }),
    ...failures(401, 404, 409, 410, 429, 503),
  };

  app.post('/v1/animations', {
    schema: {
      operationId: 'createAnimation',
      summary: 'Animate a photo',
      description:
        'Send the photo, and the command either as text or as a recording. A click says which thing is meant, a mask ' +
        'says it exactly. With `webhook` you are told of its start and its end.',
      tags,
      headers: CreateHeaders,
      body: {
        content: {
          'multipart/form-data': { schema: AnimationForm },
          'application/json': { schema: { ...AnimationJson, examples: [JSON_EXAMPLE] } },
        },
      },
      response: { ...created, ...failures(400, 401, 403, 409, 413, 415, 422, 429, 503) },
    },
    links: { 200: links, 202: links },
    handler: (request, reply) => accept(deps, acceptance, request, reply),
  });

  app.get('/v1/animations', {
    schema: {
      operationId: 'listAnimations',
      summary: 'List animations, newest first',
      tags,
      querystring: ListQuery,
      response: {
        200: Type.Ref('JobPage', { description: 'A page of jobs.' }),
        ...failures(401, 422, 429, 503),
      },
    },
    handler: async (request) => {
      const { limit = 20, cursor } = request.query as Type.Static<typeof ListQuery>;
      const page = await repository.list(request.owner, 'animation', { cursor, limit });
      const language = languageOf(request.headers);
      const jobs = await Promise.all(page.jobs.map((job) => viewOf(job, language, queue)));
      return { jobs, next: page.next ?? null };
    },
  });

  jobRoutes(app, deps, 'animation');

  app.get('/v1/animations/:id/events', {
    exposeHeadRoute: false,
    schema: {
      operationId: 'followAnimation',
      summary: 'Follow the animation as server-sent events',
      description:
        'Events `progress` (data: Progress) until one event `finished` (data: Job). With Last-Event-ID the stream goes ' +
        'on after that event; 204 where the end has been seen.',
      tags,
      params,
      headers: Type.Object({
        'last-event-id': Type.Optional(Type.String({ description: 'Id of the last event seen.' })),
      }),
      response: {
        200: { description: 'The events.', content: { 'text/event-stream': { schema: EventSchema } } },
        204: Type.Null({ description: 'There will be no more events.' }),
        ...failures(401, 404, 429, 503),
      },
    },
    handler: async (request, reply) => follow(await findJob(deps, 'animation', request), request, reply),
  });

  app.post('/v1/animations/:id/cancel', {
    schema: {
      operationId: 'cancelAnimation',
      summary: 'Cancel the animation',
      description:
        'It is canceled at once, and the worker stops within a second. To cancel again changes nothing.',
      tags,
      params,
      response: {
        200: Type.Ref('Job', { description: 'The canceled job.' }),
        ...failures(401, 404, 409, 429, 503),
      },
    },
    handler: async (request) => {
      const { owner, id } = await findJob(deps, 'animation', request);
      const job = await repository.change(owner, id, (found, now) =>
        found.status === 'canceled' ? found : cancel(found, now),
      );
      return viewOf(job, languageOf(request.headers), queue);
    },
  });

  app.get('/v1/animations/:id/video', {
    schema: {
      operationId: 'getAnimationVideo',
      summary: 'Get the video, or a range of its bytes',
      tags,
      params,
      headers: Type.Object({
        range: Type.Optional(Type.String({ description: 'One range of bytes, as `bytes=0-1023`.' })),
      }),
      response: {
        200: bytes('The video.', 'video/mp4', 'video/webm', 'image/gif', 'image/webp'),
        206: bytes('The asked range of it.', 'video/mp4', 'video/webm', 'image/gif', 'image/webp'),
        ...resultAnswers,
        ...failures(416),
      },
    },
    handler: async (request, reply) =>
      sendResult(deps, await findJob(deps, 'animation', request), 'video', request, reply),
  });

  app.get('/v1/animations/:id/mask', {
    schema: {
      operationId: 'getAnimationMask',
      summary: 'Get the mask of what moves',
      tags,
      params,
      response: { 200: bytes('White where it moves.', 'image/png'), ...resultAnswers },
    },
    handler: async (request, reply) =>
      sendResult(deps, await findJob(deps, 'animation', request), 'mask', request, reply),
  });

  app.get('/v1/animations/:id/poster', {
    schema: {
      operationId: 'getAnimationPoster',
      summary: 'Get the first frame',
      tags,
      params,
      response: { 200: bytes('The first frame.', 'image/jpeg'), ...resultAnswers },
    },
    handler: async (request, reply) =>
      sendResult(deps, await findJob(deps, 'animation', request), 'poster', request, reply),
  });

  app.get('/v1/animations/:id/sheet', {
    schema: {
      operationId: 'getAnimationSheet',
      summary: 'Get the contact sheet, where `sheet` was asked for',
      tags,
      params,
      response: {
        200: bytes('Photo, mask, matte, plate, flow and six frames.', 'image/jpeg'),
        ...resultAnswers,
      },
    },
    handler: async (request, reply) =>
      sendResult(deps, await findJob(deps, 'animation', request), 'sheet', request, reply),
  });
}
