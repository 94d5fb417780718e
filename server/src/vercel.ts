import type { IncomingMessage, ServerResponse } from 'node:http';
import { loadConfig } from './config/load-config.ts';
import { type CreatedService, createService } from './start-service.ts';

/**
 * One function for the whole API. An instance connects with its first request and keeps its pool until the platform ends it;
 * a start that failed is tried again with the next request.
 */
export function createHandler(environ: { readonly [name: string]: string | undefined }, write: (line: string) => void) {
  let service: Promise<CreatedService> | null = null;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // An instance lives for its requests: a stream would be cut off, and paid for, as one that never ends.
    const config = { ...loadConfig(environ, process.cwd()), maxStreams: 0 };
    service ??= createService(config, { kind: 'json', level: 'info', write });
    try {
      const { app } = await service;
      app.server.emit('request', request, response);
    } catch (error) {
      service = null;
      throw error;
    }
  };
}

export default createHandler(process.env, (line) => void process.stdout.write(line));
