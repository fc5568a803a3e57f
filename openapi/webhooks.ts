/** The requests that Waggle makes: `webhooks` of the OpenAPI document. */
const header = (name: string, description: string, example: string) => ({
  name,
  in: 'header' as const,
  required: true,
  description,
  schema: { type: 'string' as const },
  example,
});

export const documentWebhooks = {
  event: {
    post: {
      operationId: 'receiveEvent',
      summary: 'Something happened to an animation',
      description:
        'Posted to the `webhook` of the animation as Standard Webhooks ask. Answer 2xx within 15 s; anything else, a ' +
        'redirect too, is tried again, 10 times over 75 hours. 410 ends it. An event can arrive more than once, and not in ' +
        'order: keep the webhook-id, compare `data.progress.seq`. A ' +
        '`traceparent` header, where there is one, continues the trace of the request.',
      tags: ['webhooks'],
      security: [],
      parameters: [
        header('webhook-id', 'The same in every attempt.', 'anim_7zk2v9q4c1xm3w8r5t0bd6fhjnp_14'),
        header('webhook-timestamp', 'Seconds since 1970 of this attempt.', '1795424405'),
        header(
          'webhook-signature',
          '`v1`: HMAC-SHA256 with the secret of /v1/webhook-secret; `v1a`: Ed25519 with a key of /.well-known/jwks.json.',
          'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
        ),
      ],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/WebhookEvent' } } },
      },
      responses: {
        '2XX': { description: 'Taken.' },
        '410': { description: 'Not wanted any more: nothing is sent for this animation from now on.' },
      },
    },
  },
};
