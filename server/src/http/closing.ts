import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Closing ends what is idle and waits for what is in flight. Two kinds of connection would hold it up beyond that: one that is
 * kept alive after its last request, and one that was opened ahead, as browsers do, and has sent nothing: the platform
 * counts it as busy until its first request times out.
 */
export function registerClosing(app: FastifyInstance): void {
  const unused = new Set<Socket>();
  let closing = false;
  app.server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }) => unused.delete(socket));
  app.addHook('preClose', async () => {
    closing = true;
    for (const socket of unused) socket.destroy();
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}
