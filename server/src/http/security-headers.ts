import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/load-config.ts';

/** @param objects origin of the store that a browser sends attachments to; `null`: this one */
export async function registerSecurityHeaders(
  app: FastifyInstance,
  config: Config,
  objects: string | null,
): Promise<void> {
  const store = objects === null ? [] : [objects];
  const clerk = config.clerk ? [config.clerk.issuer] : [];
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'", ...clerk],
        // Component libraries set styles on elements.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:', 'blob:', ...(config.clerk ? ['https://img.clerk.com'] : []), ...store],
        'connect-src': ["'self'", ...clerk, ...store],
        'worker-src': ["'self'", 'blob:'],
        // On a machine without TLS it would turn the app's own files into https addresses that nobody answers.
        'upgrade-insecure-requests': null,
      },
    },
  });
  if (config.corsOrigins.length === 0) return;
  await app.register(cors, {
    origin: [...config.corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'x-tenant-id',
      'x-device-id',
      'x-request-id',
      // Of uploads.
      'if-none-match',
      'x-amz-checksum-sha256',
    ],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  });
}
