import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { SendResponse } from '@backhaul/shared';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createMessageWorld, type MessageWorld } from '../support/invoices.ts';
import { WORKER_NAME, type WorkerOrder } from './worker-process.ts';

/** From the lease that runs out to the last look at the provider. */
const AFTERWARDS = [2 * 60_000, 10 * 60_000, 3_600_000, 6 * 3_600_000];
const PATIENCE = { timeout: 60_000, interval: 20 };

let service: MessageWorld;
let m: MessageWorld;
let provider: Server;
let accepted: string[];
/** What happens when a message arrives at the provider. */
let onArrival: (text: string) => Promise<'accept' | 'silence'>;
beforeAll(async () => {
  service = await createMessageWorld();
  provider = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  provider.closeAllConnections();
  provider.close();
  await service.close();
});
beforeEach(async () => {
  m = await service.another();
  accepted = [];
  onArrival = async () => 'accept';
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = JSON.parse(await text(request)) as { text: string; mark: string };
  if (request.url === '/find') {
    const found = accepted.findIndex((one) => one.includes(body.mark));
    response.end(JSON.stringify({ id: found === -1 ? null : `P${found}` }));
  } else if ((await onArrival(body.text)) === 'silence') {
    response.destroy();
  } else {
    accepted.push(body.text);
    response.end(JSON.stringify({ id: `P${accepted.length - 1}` }));
  }
}

async function queued(): Promise<string> {
  const { body } = await m.office.call<SendResponse>('POST', `/v1/invoices/${await m.invoice()}/send`, {
    channels: ['sms'],
  });
  return body.notificationIds[0] ?? '';
}

function start(notificationId: string, moments: readonly number[]): ChildProcess {
  const { port } = provider.address() as AddressInfo;
  const { appUrl } = m.database;
  const order: WorkerOrder = {
    appUrl,
    tenantId: m.world.tenantId,
    notificationId,
    providerUrl: `http://127.0.0.1:${port}`,
    moments,
  };
  return spawn(process.execPath, [join(import.meta.dirname, 'worker-process.ts'), JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** As the kernel kills it; the database has noticed when this resolves. */
async function kill(worker: ChildProcess): Promise<void> {
  const ended = once(worker, 'exit');
  worker.kill('SIGKILL');
  expect((await ended)[1]).toBe('SIGKILL');
}

const sessions = async (condition: string): Promise<number> => {
  const { rows } = await m.database.owner.pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where application_name = $1 and datname = current_database() and ${condition}`,
    [WORKER_NAME],
  );
  return rows[0]?.count ?? 0;
};
const gone = () => vi.waitFor(async () => expect(await sessions('true')).toBe(0), PATIENCE);
const waits = () => vi.waitFor(async () => expect(await sessions(`wait_event_type = 'Lock'`)).toBe(1), PATIENCE);

/** Another session that holds a lock, so that the worker stands at the statement that needs it. */
async function holding(statement: string): Promise<{ release(): Promise<void> }> {
  const client: PoolClient = await m.database.owner.pool.connect();
  await client.query('begin');
  await client.query(statement);
  return {
    async release() {
      await client.query('rollback');
      client.release();
    },
  };
}

async function restart(id: string): Promise<void> {
  const worker = start(id, [0, ...AFTERWARDS]);
  const [code] = (await once(worker, 'exit')) as [number | null];
  expect(code).toBe(0);
}

const message = async () => (await m.notifications())[0];

it('I12: a worker that is killed before its claim is committed has claimed nothing: the next one sends it', async () => {
  const id = await queued();
  const held = await holding('lock table contact_consents in access exclusive mode');
  const worker = start(id, [0]);
  await waits();
  await kill(worker);
  await held.release();
  await gone();
  expect(await message()).toMatchObject({ status: 'queued', attempts: 0 });
  await restart(id);
  expect(await message()).toMatchObject({ status: 'sent', attempts: 1 });
  expect(accepted).toHaveLength(1);
}, 180_000);

it.each([
  ['before the provider has it, nobody knows, and nobody sends it again', 'silence', 'unknown', 0],
  ['when the provider has it, is found there', 'accept', 'sent', 1],
] as const)(
  'I10: a message whose worker is killed %s',
  async (_when, fate, status, times) => {
    const id = await queued();
    const worker = start(id, [0]);
    const killed = Promise.withResolvers<void>();
    onArrival = async () => {
      await kill(worker);
      killed.resolve();
      return fate;
    };
    await killed.promise;
    await gone();
    expect(await message()).toMatchObject({ status: 'sending', attempts: 1 });
    await restart(id);
    expect(await message()).toMatchObject({ status, attempts: 1, actions: status === 'unknown' ? ['settle'] : [] });
    expect(accepted).toHaveLength(times);
  },
  60_000,
);

it('I10: a message whose worker is killed while it notes the answer is found at the provider', async () => {
  const id = await queued();
  let held: { release(): Promise<void> } | null = null;
  onArrival = async () => {
    // What is claimed is committed by now; the note of the answer needs the row.
    held = await holding(`select 1 from notifications where notification_id = '${id}' for update`);
    return 'accept';
  };
  const worker = start(id, [0]);
  await waits();
  await kill(worker);
  await (held as { release(): Promise<void> } | null)?.release();
  await gone();
  expect(await message()).toMatchObject({ status: 'sending' });
  await restart(id);
  expect(await message()).toMatchObject({ status: 'sent', attempts: 1 });
  expect(accepted).toHaveLength(1);
}, 180_000);
