import { ERROR_POLICY } from '@backhaul/shared';
import type { FastifyInstance } from 'fastify';
import { routeOf } from './errors.ts';

const ACCEPTED_REQUEST_ID = /^[\w-]{8,64}$/;

/** A caller may name its request, so that one id runs through several services; anything odd gets a fresh one. */
export function requestId(header: string | string[] | undefined, newId: () => string): string {
  return typeof header === 'string' && ACCEPTED_REQUEST_ID.test(header) ? header : newId();
}

/** Names every answer with its request id, and logs one line per request, as loud as its outcome deserves. */
export function registerRequestLog(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const code = request.errorCode;
    // These two have had a line of their own, with what caused them.
    const told = code === null || code === 'INTERNAL' || code === 'UNAVAILABLE';
    const level = told ? 'info' : ERROR_POLICY[code].log;
    const milliseconds = Math.round(reply.elapsedTime);
    const { method } = request;
    request.log[level]({ method, route: routeOf(request), status: reply.statusCode, code, milliseconds }, 'request');
  });
}
