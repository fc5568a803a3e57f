/** What became of a job's events, and what a receiver verifies them with. */
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Entry } from '../../infra/webhooks/keyring.ts';
import type { Deps } from '../deps.ts';
import { findJob, idParams } from '../jobs/routes.ts';
import { failures } from '../plugins/docs.ts';
import { Problem } from '../problems/problem.ts';
import { changeDelivery, type Delivery, enable, listDeliveries, readDelivery, replay } from './delivery.ts';
import { sendDelivery } from './outbox.ts';
import { JwksSchema, SecretSchema } from './schema.ts';

const DELIVERY_ID = /^anim_[0-9a-z]{27}_\d{1,9}$/;

export async function webhookRoutes(app: FastifyInstance, deps: Deps): Promise<void> {
  const { store, webhooks, repository, keyring, now } = deps;
  const tags = ['webhooks'];

  app.get('/v1/animations/:id/deliveries', {
    schema: {
      operationId: 'listDeliveries',
      summary: 'See which events went to the webhook, and every attempt',
      tags,
      params: idParams('animation'),
      response: {
        200: Type.Ref('DeliveryList', { description: 'The log; empty without a webhook.' }),
        ...failures(401, 404, 429, 503),
      },
    },
    links: {
      200: {
        replayDelivery: {
          operationId: 'replayDelivery',
          parameters: { id: '$request.path.id', delivery: '$response.body#/deliveries/0/id' },
        },
      },
    },
    handler: async (request) => {
      const { id } = await findJob(deps, 'animation', request);
      return { deliveries: (await listDeliveries(store, id)).map(viewOfDelivery) };
    },
  });

  app.post('/v1/animations/:id/deliveries/:delivery/replay', {
    schema: {
      operationId: 'replayDelivery',
      summary: 'Send an event again',
      description:
        'At once, and then with as many attempts as the first time; body and webhook-id are the same. A webhook that was ' +
        'disabled by 410 is enabled again.',
      tags,
      params: Type.Object({
        ...idParams('animation').properties,
        delivery: Type.String({
          description: 'Id of the delivery.',
          examples: ['anim_7zk2v9q4c1xm3w8r5t0bd6fhjnp_14'],
        }),
      }),
      response: {
        202: Type.Ref('Delivery', { description: 'It is on its way.' }),
        ...failures(401, 404, 429, 503),
      },
    },
    handler: async (request, reply) => {
      const { owner, id } = await findJob(deps, 'animation', request);
      const { delivery } = request.params as { delivery: string };
      const found = DELIVERY_ID.test(delivery) && (await readDelivery(store, id, delivery));
      if (!found) throw new Problem('not_found');
      await repository.change(owner, id, enable);
      const replayed = await changeDelivery(store, id, delivery, replay(now()));
      if (!replayed) throw new Problem('not_found');
      await sendDelivery(webhooks, { owner, job: id, delivery }).catch((cause) => {
        throw new Problem('queue_unavailable', { cause });
      });
      return reply.code(202).send(viewOfDelivery(replayed));
    },
  });

  app.get('/v1/webhook-secret', {
    schema: {
      operationId: 'getWebhookSecret',
      summary: 'Get the secret that your webhooks are signed with',
      tags,
      response: { 200: SecretSchema, ...failures(401, 403, 429, 503) },
    },
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return viewOfSecret(await keyring.secretsOf(request.owner));
    },
  });

  app.post('/v1/webhook-secret/rotate', {
    schema: {
      operationId: 'rotateWebhookSecret',
      summary: 'Replace the secret',
      description: 'For a day the old one signs beside the new one.',
      tags,
      response: { 200: SecretSchema, ...failures(401, 403, 429, 503) },
    },
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return viewOfSecret(await keyring.rotateSecret(request.owner));
    },
  });

  app.get('/.well-known/jwks.json', {
    config: { open: true },
    schema: {
      operationId: 'getWebhookKeys',
      summary: "Get the public keys of the webhooks' Ed25519 signatures",
      tags,
      security: [],
      response: { 200: JwksSchema, ...failures(400, 503) },
    },
    handler: async (_, reply) => {
      reply.header('cache-control', 'public, max-age=3600');
      return { keys: await keyring.publicKeys() };
    },
  });
}

function viewOfDelivery({ id, type, status, createdAt, nextAttemptAt, attempts }: Delivery) {
  return { id, type, status, createdAt, nextAttemptAt, attempts };
}

function viewOfSecret([current, previous]: Entry[]) {
  return { secret: current.value, createdAt: current.createdAt, previousUntil: previous?.until ?? null };
}
