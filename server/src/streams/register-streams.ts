import type { FastifyInstance } from 'fastify';
import { errorFacts } from '../http/error-log.ts';
import { startPokes } from '../pokes/start-pokes.ts';
import type { Services } from '../services.ts';
import { createStreamHub, type StreamHub } from './stream-hub.ts';

declare module 'fastify' {
  interface FastifyInstance {
    readonly streams: StreamHub;
  }
}

/** The streams of this instance and the pokes that wake them. They end when the service begins to close. */
export function registerStreams(app: FastifyInstance, services: Services): void {
  const onTrouble = (error: unknown, what: string): void => app.log.warn({ cause: errorFacts(error) }, what);
  const hub = createStreamHub({
    ...services,
    settings: services.streams,
    onTrouble: (error) => onTrouble(error, 'news could not be read'),
  });
  const pokes = startPokes({
    ...services,
    settings: services.streams,
    onPoke: (poke) => hub.poke(poke),
    listened: () => hub.tenants,
    onTrouble,
  });
  app.decorate('streams', hub);
  app.addHook('preClose', async () => hub.close());
  app.addHook('onClose', () => pokes.close());
}
