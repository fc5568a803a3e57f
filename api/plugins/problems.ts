/** One error handler: whatever goes wrong is answered as application/problem+json. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { trace } from '@opentelemetry/api';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { WaggleError } from '../../infra/errors.ts';
import { failSpan } from '../../infra/telemetry/trace.ts';
import type { ProblemCode } from '../problems/catalogue.ts';
import { languageOf, Problem, problemBody } from '../problems/problem.ts';
import { type SchemaError, validationProblem } from '../problems/validation.ts';

/** Fastify's and its plugins' own errors in our words. */
const CODES: Record<string, ProblemCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_PARTS_LIMIT: 'body_too_large',
  FST_FILES_LIMIT: 'body_too_large',
  FST_FIELDS_LIMIT: 'body_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_body',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_body',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_body',
  FST_INVALID_JSON_FIELD_ERROR: 'malformed_body',
  FST_PROTO_VIOLATION: 'malformed_body',
  FST_MP_PREMATURE_CLOSE: 'malformed_body',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  FST_ERR_ROUTE_MAX_PARAM_LENGTH: 'not_found',
  FST_ERR_BAD_URL: 'not_found',
  ERR_STREAM_PREMATURE_CLOSE: 'malformed_body',
};

export const problems = fastifyPlugin(async (app: FastifyInstance) => {
  const routes: { method: string; pattern: RegExp }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(
      `^${url.replace(/[.]/g, '\\.').replace(/:\w+/g, '[^/]+').replace(/\*/g, '.*')}$`,
    );
    for (const name of [method].flat()) routes.push({ method: name, pattern });
  });

  app.setErrorHandler((error: FastifyError, request, reply) => answer(error, request, reply));
  const notFound = (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?')[0];
    const methods = [
      ...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)),
    ];
    if (methods.length === 0) return answer(new Problem('not_found'), request, reply);
    return answer(
      new Problem('method_not_allowed', { headers: { allow: methods.join(', ') } }),
      request,
      reply,
    );
  };
  app.setNotFoundHandler(notFound); // for files that are not there
  // A body that nobody takes is not looked at: what is wrong with it would hide that.
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return notFound(request, reply);
  });
});

/** Also for errors that Fastify meets before it knows the route. */
export function answer(error: FastifyError | WaggleError, request: FastifyRequest, reply: FastifyReply) {
  const problem = toProblem(error);
  const language = languageOf(request.headers);
  const body = problemBody(problem, language);
  if (body.status >= 500) failSpan(trace.getActiveSpan(), problem);
  if (body.status >= 500 && body.code !== 'overloaded') request.log.error(error);
  if (body.status === 503) reply.header('retry-after', 10);
  if (problem instanceof Problem) reply.headers(problem.headers);
  // What was not read of a refused body would be taken for the next request.
  if (body.status === 413 || body.status === 408) reply.header('connection', 'close');
  return reply
    .code(body.status)
    .header('content-language', language)
    .header('vary', 'accept-language')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(body));
}

function toProblem(error: FastifyError | WaggleError): WaggleError {
  if (error instanceof WaggleError) return error;
  if (error.validation) return validationProblem(error.validation as unknown as SchemaError[]);
  const code = CODES[error.code];
  if (code) return new Problem(code, { cause: error });
  if (error.statusCode === 429) return new Problem('rate_limited', { cause: error });
  if (error.statusCode === 503) return new Problem('overloaded', { cause: error });
  // Busboy throws plain errors for forms that break off or are not forms.
  if (/multipart|boundary|form|part header/i.test(error.message))
    return new Problem('malformed_body', { cause: error });
  return new Problem('internal', { cause: error });
}

/** For requests that Node itself cannot read, or that do not arrive in time: there is no reply object yet. */
export function answerSocket(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request_timeout' : 'malformed_request';
  const body = problemBody(new Problem(code), 'en');
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.status} ${STATUS_CODES[body.status]}\r\n` +
      'Content-Type: application/problem+json; charset=utf-8\r\n' +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}
