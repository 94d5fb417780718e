import { setTimeout as delay } from 'node:timers/promises';
import type { PullResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { call, newTask, signIn } from '../bench-client.ts';
import { openBenchStream } from './bench-stream.ts';
import type { ServiceProcess } from './service-process.ts';

export interface IdleFigures {
  readonly streams: number;
  readonly tenants: number;
  readonly bytesPerStream: number;
  /** Of one core while nothing happens, without streams and with them. */
  readonly cpuWithout: number;
  readonly cpu: number;
  /** Milliseconds from sending one write to its arrival at the other devices of its tenant. */
  readonly wakeUp: number;
}

const STREAMS = 2_000;
const TENANTS = 100;
const IDLE_MS = 60_000;
/** At once, while the streams are opened. */
const OPENING = 20;

export async function measureIdleStreams(service: ServiceProcess): Promise<IdleFigures> {
  const { address } = service;
  const authorization = await signIn(address);
  const tenants: { readonly tenantId: string; readonly cursor: string }[] = [];
  for (let index = 0; index < TENANTS; index += 1) {
    const { id } = await call<{ id: string }>(`${address}/v1/tenants`, { authorization }, { name: `Idle ${index}` });
    const headers = { authorization, 'x-tenant-id': id };
    const { nextCursor } = await call<PullResponse>(`${address}/v1/sync/pull`, headers);
    tenants.push({ tenantId: id, cursor: nextCursor });
  }
  const cpuWithout = await idleCpu(service, IDLE_MS / 4);
  const before = await service.usage();

  let onNews = (): void => undefined;
  const streams: { close(): void }[] = [];
  const open = async (index: number): Promise<void> => {
    const { tenantId, cursor } = tenants[index % TENANTS] as (typeof tenants)[number];
    const headers = { authorization, 'x-tenant-id': tenantId, 'x-device-id': v7() };
    streams.push(await openBenchStream(address, headers, { since: cursor, onEvent: () => onNews() }));
  };
  for (let start = 0; start < STREAMS; start += OPENING) {
    await Promise.all(Array.from({ length: OPENING }, (_, offset) => open(start + offset)));
  }
  const cpu = await idleCpu(service, IDLE_MS);
  const after = await service.usage();

  const wakeUp = await new Promise<number>((resolve, reject) => {
    const sentAt = performance.now();
    let heard = 0;
    onNews = () => {
      heard += 1;
      if (heard === STREAMS / TENANTS) resolve(performance.now() - sentAt);
    };
    const headers = { authorization, 'x-tenant-id': tenants[0]?.tenantId ?? '' };
    call(`${address}/v1/sync/push`, headers, { deviceId: v7(), changes: [newTask(0)] }).catch(reject);
  });
  for (const stream of streams) stream.close();
  return {
    streams: STREAMS,
    tenants: TENANTS,
    bytesPerStream: (after.bytes - before.bytes) / STREAMS,
    cpuWithout,
    cpu,
    wakeUp,
  };
}

async function idleCpu(service: ServiceProcess, ms: number): Promise<number> {
  const [before, startedAt] = [await service.usage(), performance.now()];
  await delay(ms);
  const after = await service.usage();
  return (after.cpuMs - before.cpuMs) / (performance.now() - startedAt);
}
