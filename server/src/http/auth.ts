import { clerkPlugin, getAuth } from '@clerk/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { identityFromClaims, looksLikeSessionToken } from '../infra/session-token.ts';
import type { Services } from '../services.ts';
import { rememberUsers } from '../tenants/remember-users.ts';
import { ApiError } from './api-error.ts';
import type { Identity } from './identity.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller. Reading it on a route that asks for no token is a bug, and throws. */
    readonly identity: Identity;
    verifiedIdentity: Identity | null;
  }
}

/** Everything registered in this scope needs a valid bearer token, before its body is read. */
export async function registerAuth(scope: FastifyInstance, services: Services): Promise<void> {
  const { tokens } = services;
  const remember = rememberUsers(services);
  scope.decorateRequest('verifiedIdentity', null);
  scope.decorateRequest('identity', {
    getter(this: FastifyRequest) {
      if (!this.verifiedIdentity) throw new Error('This route has no identity');
      return this.verifiedIdentity;
    },
  });

  scope.addHook('onRequest', async (request) => {
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer === undefined || !looksLikeSessionToken(bearer, tokens.issuer)) throw new ApiError('UNAUTHENTICATED');
    // Bearers alone count here. These headers would make the verifier refresh or redirect a browser session instead of
    // answering that its token has expired.
    for (const header of ['cookie', 'sec-fetch-dest', 'accept']) delete request.raw.headers[header];
    // It also takes the scheme's name literally, where HTTP does not.
    request.raw.headers.authorization = `Bearer ${bearer}`;
  });

  await scope.register(clerkPlugin, {
    hookName: 'onRequest',
    publishableKey: tokens.publishableKey,
    secretKey: tokens.secretKey,
    jwtKey: tokens.jwtKey,
    ...(tokens.authorizedParties.length > 0 ? { authorizedParties: [...tokens.authorizedParties] } : {}),
    telemetry: { disabled: true },
  });

  scope.addHook('onRequest', async (request, reply) => {
    stripVerifierHeaders(reply);
    const auth = getAuth(request);
    if (!auth.isAuthenticated || auth.tokenType !== 'session_token') throw refusal(auth.debug());
    // The verifier does not compare the issuer of the token that it verified.
    if (auth.sessionClaims.iss !== tokens.issuer) throw new ApiError('UNAUTHENTICATED');
    const identity = identityFromClaims(auth.sessionClaims);
    if (!identity) throw new ApiError('UNAUTHENTICATED');
    request.verifiedIdentity = identity;
    await remember(identity);
  });
}

/** The verifier explains itself to browsers in headers that mean nothing to an API client. */
function stripVerifierHeaders(reply: { removeHeader(name: string): unknown }): void {
  for (const header of ['x-clerk-auth-reason', 'x-clerk-auth-message', 'x-clerk-auth-status']) {
    reply.removeHeader(header);
  }
}

function refusal(debug: { readonly [key: string]: unknown }): ApiError {
  const expired = typeof debug.reason === 'string' && debug.reason.startsWith('session-token-expired');
  return new ApiError(expired ? 'TOKEN_EXPIRED' : 'UNAUTHENTICATED');
}
