import { once } from 'node:events';
import { createServer } from 'node:net';

/** Listens for a moment: the error code when that is impossible (`EADDRINUSE`), `null` when the port is free. */
export async function portProblem(host: string, port: number): Promise<string | null> {
  const server = createServer();
  server.listen({ host, port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
  }
  server.close();
  await once(server, 'close');
  return null;
}
