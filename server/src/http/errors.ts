import type { Socket } from 'node:net';
import { ERROR_POLICY, type ErrorCode } from '@backhaul/shared';
import type { ErrorBody } from '@backhaul/shared/schemas';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';
import { errorFacts } from './error-log.ts';
import { toApiError } from './to-api-error.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set when the request failed. */
    errorCode: ErrorCode | null;
  }
}

/** Every answer that is not a success is the one envelope, whatever went wrong and wherever. */
export function registerErrors(app: FastifyInstance): void {
  app.decorateRequest('errorCode', null);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) => sendError(new ApiError('NOT_FOUND'), request, reply));
}

/** Also for what fails before a route is known, a malformed URL for example, when no hook has run. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = toApiError(error, request);
  request.errorCode = answer.code;
  const cause = error === answer ? answer.cause : error;
  if (answer.code === 'INTERNAL') request.log.error(failure(request, cause), 'unforeseen error');
  else if (answer.code === 'UNAVAILABLE') request.log.warn(failure(request, cause), 'unavailable');
  if (answer.retryAfter !== null) reply.header('retry-after', answer.retryAfter);
  return reply
    .code(ERROR_POLICY[answer.code].status)
    .header('x-request-id', request.id)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(errorBody(answer));
}

/** For bytes that are not HTTP: there is no request, only a socket. */
export function refuseConnection(_error: unknown, socket: Socket, requestId: string): void {
  if (socket.writable) {
    const body = JSON.stringify(errorBody(new ApiError('INVALID_REQUEST')));
    const head = `HTTP/1.1 400 Bad Request\r\nx-request-id: ${requestId}\r\ncontent-type: application/json; charset=utf-8`;
    socket.write(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

/** The pattern, never the URL: paths and query strings carry ids and searches. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? '(no route)';
}

function failure(request: FastifyRequest, cause: unknown) {
  return { method: request.method, route: routeOf(request), cause: errorFacts(cause) };
}

function errorBody({ code, message, details }: ApiError): ErrorBody {
  return { error: { code, message, details } };
}
