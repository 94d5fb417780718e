import { createServer, type AddressInfo } from 'node:net';
import twilio from 'twilio';
import { expect, it } from 'vitest';
import { judgeFailure } from './http-outcome.ts';

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function failureOf(uri: string): Promise<unknown> {
  return new twilio.RequestClient({ timeout: 2_000 }).request({ method: 'get', uri } as never).then(
    () => null,
    (error: unknown) => error,
  );
}

it('a connection that never stood: later', async () => {
  const refused = await failureOf(`http://127.0.0.1:${await closedPort()}/`);
  expect(judgeFailure(refused)).toMatchObject({ kind: 'deferred', code: 'ECONNREFUSED' });
  const bothFamilies = new AggregateError([
    Object.assign(new Error('v4'), { syscall: 'connect' }),
    Object.assign(new Error('v6'), { syscall: 'connect' }),
  ]);
  expect(judgeFailure(bothFamilies)).toMatchObject({ kind: 'deferred' });
  const unknownHost = Object.assign(new Error('dns'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });
  expect(judgeFailure(unknownHost)).toMatchObject({ kind: 'deferred' });
});

it('a connection that breaks: nobody knows', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reset = await failureOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  server.close();
  expect(judgeFailure(reset)).toMatchObject({ kind: 'uncertain', code: 'ECONNRESET' });
  expect(judgeFailure(undefined)).toMatchObject({ kind: 'uncertain' });
});
