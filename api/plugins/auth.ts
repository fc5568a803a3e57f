/** Who is asking. Every job belongs to the owner of the key that made it; nobody else can tell that it exists. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { type ApiKey, ownerOf } from '../../infra/keys.ts';
import { Problem } from '../problems/problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Owner of the request's key, or `local` where the service has no keys. */
    owner: string;
  }
  interface FastifyContextConfig {
    /** The route needs no key. */
    open?: boolean;
  }
}

/** The owner of everything on a service without keys. */
const LOCAL = 'local';
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

export const auth = fastifyPlugin(
  async (app: FastifyInstance, { apiKeys }: { apiKeys: readonly ApiKey[] }) => {
    app.decorateRequest('owner', '');
    app.addHook('onRequest', async (request, reply) => {
      if (request.routeOptions.config.open || request.is404) return;
      if (apiKeys.length === 0) {
        refuseForeignPages(request);
        request.owner = LOCAL;
        return;
      }
      const [, key] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
      const owner = key && ownerOf(key, apiKeys);
      if (!owner) {
        await app.countStranger(request);
        reply.header('www-authenticate', 'Bearer realm="waggle"');
        throw new Problem('unauthorized');
      }
      request.owner = owner;
    });
  },
);

/**
 * A service without keys trusts whoever reaches the loopback address, and so does every web page open in a browser on
 * the same machine: by a form sent across sites, or by a name that is made to point here (DNS rebinding).
 */
function refuseForeignPages(request: FastifyRequest): void {
  const { origin } = request.headers;
  const foreign = origin !== undefined && origin !== `${request.protocol}://${request.host}`;
  if (foreign || !LOOPBACK.test(request.hostname)) throw new Problem('forbidden_origin');
}
