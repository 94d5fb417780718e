import { setTimeout as delay } from 'node:timers/promises';
import type { PulledChange, PullResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { call, newTask, signIn } from '../bench-client.ts';
import { openBenchStream } from './bench-stream.ts';
import type { ServiceProcess } from './service-process.ts';

export interface LiveFigures {
  readonly p50: number;
  readonly p95: number;
  /** Of one core, of the service's process. */
  readonly cpu: number;
  readonly deliveries: number;
}

const CLIENTS = 50;
const WARM_UP_MS = 3_000;
const MEASURED_MS = 15_000;

/**
 * Devices of one tenant that write a task once a second each and listen: from the sending of a write to its arrival at every
 * other device. What a stream does not carry is pulled.
 */
export async function measureLiveClients(service: ServiceProcess): Promise<LiveFigures> {
  const { address } = service;
  const authorization = await signIn(address);
  const { id: tenantId } = await call<{ id: string }>(`${address}/v1/tenants`, { authorization }, { name: 'Live' });
  const sent = new Map<string, { readonly at: number; readonly by: number }>();
  const delays: number[] = [];
  let isMeasuring = false;
  const arrived = (client: number, changes: readonly PulledChange[]): void => {
    for (const { entityId } of changes) {
      const write = sent.get(entityId);
      if (isMeasuring && write && write.by !== client) delays.push(performance.now() - write.at);
    }
  };
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, async (_, index) => {
      const deviceId = v7();
      const headers = { authorization, 'x-tenant-id': tenantId, 'x-device-id': deviceId };
      const pull = (since: string): Promise<PullResponse> =>
        call(`${address}/v1/sync/pull?${new URLSearchParams({ since })}`, headers);
      let { nextCursor: cursor } = await call<PullResponse>(`${address}/v1/sync/pull`, headers);
      let isDue = false;
      let pulling: Promise<void> | null = null;
      const pullWhileDue = async (): Promise<void> => {
        while (isDue) {
          isDue = false;
          const page = await pull(cursor);
          cursor = page.nextCursor;
          arrived(index, page.changes);
        }
        pulling = null;
      };
      const stream = await openBenchStream(address, headers, {
        since: cursor,
        onEvent: ({ event, data }) => {
          if (event === 'changes') return arrived(index, (data as unknown as PullResponse).changes);
          isDue = true;
          pulling ??= pullWhileDue();
        },
      });
      return {
        leave: async (): Promise<void> => {
          stream.close();
          await pulling;
        },
        write: async (): Promise<void> => {
          const task = newTask(index);
          sent.set(task.entityId, { at: performance.now(), by: index });
          await call(`${address}/v1/sync/push`, headers, { deviceId, changes: [task] });
        },
      };
    }),
  );

  const finished = new AbortController();
  const writing = clients.map(async ({ write }, index) => {
    await delay((index * 1_000) / CLIENTS);
    while (!finished.signal.aborted) {
      const next = performance.now() + 1_000;
      await write();
      await delay(Math.max(0, next - performance.now()));
    }
  });
  await delay(WARM_UP_MS);
  const before = await service.usage();
  const startedAt = performance.now();
  isMeasuring = true;
  await delay(MEASURED_MS);
  isMeasuring = false;
  const wall = performance.now() - startedAt;
  const after = await service.usage();
  finished.abort();
  await Promise.all(writing);
  await Promise.all(clients.map(({ leave }) => leave()));

  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), cpu: (after.cpuMs - before.cpuMs) / wall, deliveries: sorted.length };
}
