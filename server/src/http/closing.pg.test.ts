import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createTestApp } from '../testing/index.ts';

test('a connection that was opened ahead and never used does not hold up the closing', async () => {
  const service = await createTestApp();
  const { port, hostname } = new URL(await service.app.listen({ host: '127.0.0.1', port: 0 }));
  const unused = connect(Number(port), hostname);
  await once(unused, 'connect');
  // The server knows of it once a later connection has been served.
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  const ended = once(unused, 'close');
  const startedAt = performance.now();
  await service.close();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  await ended;
});
