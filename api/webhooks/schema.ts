/** How webhooks look from outside. */
import Type from 'typebox';
import { choice } from '../inputs/schema.ts';
import { exampleJob } from '../jobs/example.ts';
import { EVENT_TYPES } from './events.ts';

const EXAMPLE_URL = 'https://example.com/waggle';
const Time = Type.String({ format: 'date-time' });
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const Events = Type.Array(choice(EVENT_TYPES), { minItems: 1, uniqueItems: true });

/** In a request. */
export const webhookField = Type.Object(
  {
    url: Type.String({ maxLength: 2048, description: 'An https address on the public internet.' }),
    events: Type.Optional({ ...Events, description: 'Which events; left out: all of them.' }),
  },
  {
    additionalProperties: false,
    description: 'Where to post events, signed as Standard Webhooks.',
    examples: [{ url: EXAMPLE_URL, events: ['animation.succeeded', 'animation.failed'] }],
  },
);
/** In a form, as JSON text. */
export const webhookText = Type.String({
  examples: [JSON.stringify({ url: EXAMPLE_URL })],
  description: 'Where to post events, as JSON: `{"url": ..., "events": [...]}`.',
});

/** In a job. */
export const WebhookEcho = Type.Object({
  url: Type.String(),
  events: Type.Array(choice(EVENT_TYPES)),
  disabledAt: Nullable({ ...Time, description: 'When the receiver answered 410; nothing is sent since.' }),
});

export const WebhookEventSchema = Type.Object(
  {
    type: choice(EVENT_TYPES),
    timestamp: {
      ...Time,
      description: 'When it happened; webhook-timestamp says when this attempt was made.',
    },
    account: Type.String({
      description:
        'Owner of the key that made the job. Compare it: Ed25519 keys are the same for all accounts.',
    }),
    data: Type.Ref('Job', { description: 'The job as it was then.' }),
  },
  {
    $id: 'WebhookEvent',
    description: 'The body of a callback.',
    examples: [
      {
        type: 'animation.succeeded',
        timestamp: exampleJob.finishedAt,
        account: 'local',
        data: exampleJob,
      },
    ],
  },
);

export const DeliverySchema = Type.Object(
  {
    id: Type.String({ description: 'The webhook-id; the same in every attempt and replay.' }),
    type: choice(EVENT_TYPES),
    status: choice(['pending', 'succeeded', 'failed']),
    createdAt: Time,
    nextAttemptAt: Nullable(Time),
    attempts: Type.Array(
      Type.Object({
        at: Time,
        milliseconds: Type.Integer(),
        status: Nullable(Type.Integer({ description: 'HTTP status of the answer; null where none came.' })),
        error: Nullable(
          choice(['url_refused', 'url_unresolved', 'url_unreachable', 'url_timeout', 'url_status'], {
            description: 'Code of what went wrong, described at /problems/{code}; null: delivered.',
          }),
        ),
      }),
      { description: 'Oldest first.' },
    ),
  },
  {
    $id: 'Delivery',
    description: 'An event on its way to the webhook, and how that went.',
    examples: [
      {
        id: 'anim_7zk2v9q4c1xm3w8r5t0bd6fhjnp_14',
        type: 'animation.succeeded',
        status: 'succeeded',
        createdAt: '2026-11-23T09:00:05.310Z',
        nextAttemptAt: null,
        attempts: [{ at: '2026-11-23T09:00:05.420Z', milliseconds: 87, status: 200, error: null }],
      },
    ],
  },
);

export const DeliveryListSchema = Type.Object(
  { deliveries: Type.Array(Type.Ref('Delivery'), { description: 'Oldest first.' }) },
  { $id: 'DeliveryList' },
);

export const SecretSchema = Type.Object(
  {
    secret: Type.String({ description: '`whsec_` and base64; for the libraries of Standard Webhooks.' }),
    createdAt: Time,
    previousUntil: Nullable({ ...Time, description: 'Until when the secret before it signs too.' }),
  },
  { description: 'What your webhooks are signed with. Keep it as secret as a key.' },
);

export const JwksSchema = Type.Object(
  {
    keys: Type.Array(
      Type.Object({
        kty: choice(['OKP']),
        crv: choice(['Ed25519']),
        x: Type.String(),
        kid: Type.String(),
        use: choice(['sig']),
        alg: choice(['EdDSA']),
      }),
    ),
  },
  {
    description: 'JSON Web Key Set (RFC 7517), newest first. After a rotation the old key stays for 7 days.',
  },
);
