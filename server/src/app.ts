import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { routesOf } from './domains/domain-routes.ts';
import { registerAccessTable } from './http/access-table.ts';
import { registerAuth } from './http/auth.ts';
import { registerClosing } from './http/closing.ts';
import { refuseConnection, registerErrors, sendError } from './http/errors.ts';
import { registerOpenApi } from './http/openapi.ts';
import { registerRequestLog, requestId } from './http/request-log.ts';
import { registerSecurityHeaders } from './http/security-headers.ts';
import { registerTenant } from './http/tenant.ts';
import { registerValidation } from './http/validation.ts';
import { registerWebApp } from './http/web-app.ts';
import { loggerOptions } from './infra/log-settings.ts';
import attachments from './routes/attachments.ts';
import audit from './routes/audit.ts';
import conflicts from './routes/conflicts.ts';
import { devRoutes } from './routes/dev.ts';
import devices from './routes/devices.ts';
import escrow from './routes/escrow.ts';
import health from './routes/health.ts';
import history from './routes/history.ts';
import { jobRoutes } from './routes/jobs.ts';
import invites from './routes/invites.ts';
import letters from './routes/letters.ts';
import members from './routes/members.ts';
import { objectRoutes } from './routes/objects.ts';
import notifications from './routes/notifications.ts';
import quarantine from './routes/quarantine.ts';
import records from './routes/records.ts';
import logo from './routes/logo.ts';
import settings from './routes/settings.ts';
import sends from './routes/sends.ts';
import sync from './routes/sync.ts';
import tenants from './routes/tenants.ts';
import webhooks from './routes/webhooks.ts';
import type { Services } from './services.ts';
import { registerStreams } from './streams/register-streams.ts';

/** Of every route that does not set its own. */
const BODY_LIMIT = 256 * 1024;
/** A push over a bad line takes its time; longer than this is an attack. */
const REQUEST_TIMEOUT = 300_000;

/** Puts the service together. Nothing listens yet; the caller closes it, and then the services. */
export async function createApp(services: Services): Promise<FastifyInstance> {
  const { config, newId } = services;
  const app = Fastify({
    logger: loggerOptions(services.log),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    // Such a key is one change's unknown field, not the whole push's end: names are looked up among own properties only.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    requestTimeout: REQUEST_TIMEOUT,
    trustProxy: config.trustProxy,
    genReqId: (request) => requestId(request.headers['x-request-id'], newId),
    // While closing, what is in flight is served to its end.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
    clientErrorHandler: (error, socket) => refuseConnection(error, socket, newId()),
  });

  registerClosing(app);
  // JSON only: what is text/plain may be sent by any page without asking first.
  app.removeContentTypeParser('text/plain');
  registerErrors(app);
  registerRequestLog(app);
  registerValidation(app);
  registerAccessTable(app);
  await registerSecurityHeaders(app, config, services.objects?.store.origin ?? null);
  await app.register(compress, {
    threshold: 1024,
    encodings: ['zstd', 'br', 'gzip'],
    globalDecompression: false,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    zlibOptions: { level: 4 },
  });
  await registerOpenApi(app);
  registerStreams(app, services);

  await app.register(health, { services });
  if (services.devIssuer) await app.register(devRoutes(services.devIssuer, services.mailbox), { services });
  if (config.cronSecret !== null && services.jobs) {
    await app.register(jobRoutes(config.cronSecret, services.jobs), { services });
  }
  if (services.objects?.routes) await app.register(objectRoutes(services.objects.routes), { services });
  await app.register(letters, { services });
  for (const routes of routesOf(services.domain).open) await app.register(routes, { services });
  await app.register(webhooks, { prefix: '/v1', services });
  await app.register((api) => registerApi(api, services), { prefix: '/v1' });
  await registerWebApp(app, config.webDir);
  return app;
}

async function registerApi(api: FastifyInstance, services: Services): Promise<void> {
  api.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  await registerAuth(api, services);
  registerTenant(api, services);
  const plugins = [
    tenants,
    invites,
    members,
    devices,
    sync,
    escrow,
    quarantine,
    records,
    history,
    conflicts,
    audit,
    settings,
    logo,
    attachments,
    sends,
    notifications,
    ...routesOf(services.domain).api,
  ];
  for (const routes of plugins) {
    await api.register(routes, { services });
  }
}
