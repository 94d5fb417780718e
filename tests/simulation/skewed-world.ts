import { createSeededRandom } from '@backhaul/server/demo';
import { headersOf } from '@backhaul/server/testing';
import type { AuditResponse, ConflictsResponse, PullResponse } from '@backhaul/shared';
import { IDBFactory } from 'fake-indexeddb';
import { v7 } from 'uuid';
import {
  type EvolvingService,
  openApp,
  type SkewedDatabase,
  startEvolvingService,
  type Version,
} from '../support/evolving-domain.ts';

/** Text fields, by the version that brought them. */
const FIELDS = [
  ['title', 1],
  ['note', 1],
  ['secret', 1],
  ['color', 2],
  ['code', 2],
  ['shape', 3],
] as const;

interface Device {
  app: Version;
  db: SkewedDatabase;
  readonly storage: IDBFactory;
  losesAnswers: boolean;
}

/** What somebody typed into a field of a record. */
interface Typed {
  readonly device: Device;
  readonly id: string;
  readonly field: string;
  readonly value: string;
}

export interface SkewReport {
  /** What is wrong; empty: nothing. */
  readonly violations: string[];
  readonly typed: number;
  /** Changes that wait for a service of version 3, which never comes. */
  readonly held: number;
}

/**
 * Three devices whose apps are updated and set back at random, on a service that is updated from version 1 to 2 somewhere in
 * between, with lost answers. In the end everything that was typed and not typed over by the same person must be on the
 * service or wait in sight, and all devices must show what the service shows. The plan depends on the seed alone.
 */
export async function runSkewedWorld(seed: number): Promise<SkewReport> {
  const { chance, int, pick } = createSeededRandom(seed);
  const service = await startEvolvingService(1);
  const typed: Typed[] = [];
  const devices: Device[] = [];
  try {
    for (const app of [1, 2, 3] as const) devices.push(await start(service, app));
    const updateAt = int(8, 28);
    for (let step = 0; step < 40; step += 1) {
      if (step === updateAt) await service.updateTo(2, () => edit(pick(devices)));
      const device = pick(devices);
      if (chance(0.12)) await restart(service, device, pick([1, 2, 3]));
      else if (chance(0.55)) await edit(device);
      else {
        device.losesAnswers = chance(0.25);
        await device.db.sync.now();
        device.losesAnswers = false;
      }
    }
    for (const device of devices) await restart(service, device, 3);
    for (let round = 0; round < 3; round += 1) {
      for (const { db } of devices) {
        const { error } = await db.sync.now();
        if (error) return { violations: [`${error.code}: ${error.message}`], typed: typed.length, held: 0 };
      }
    }
    const violations = [...(await unequal(service, devices)), ...(await missing(service, devices, typed))];
    const held = devices.reduce((sum, { db }) => sum + db.sync.status.get().heldForServer, 0);
    return { violations, typed: typed.length, held };
  } finally {
    for (const { db } of devices) await db.sync.close();
    await service.close();
  }

  async function edit(device: Device): Promise<void> {
    const { app, db } = device;
    const values: Record<string, string> = {};
    for (const [field, since] of FIELDS)
      if (since <= app && chance(0.4)) values[field] = `${field} ${typed.length}.${step()}`;
    const rows = await db.items.toArray();
    const row = rows.length === 0 || chance(0.2) ? null : pick(rows);
    const id = row?.id ?? v7();
    if (row === null) {
      values['title'] ??= `title ${typed.length}.${step()}`;
      await db.items.add({ id, status: pick(['open', 'done']), ...values });
    } else if (chance(0.3)) {
      await db.items.put({ ...row, ...values });
    } else await db.items.update(id, values);
    for (const [field, value] of Object.entries(values)) typed.push({ device, id, field, value });
  }

  function step(): number {
    return int(0, 1_000_000);
  }
}

async function start(service: EvolvingService, app: Version): Promise<Device> {
  const device = { app, storage: new IDBFactory(), losesAnswers: false } as Device;
  device.db = await open(service, device);
  return device;
}

async function restart(service: EvolvingService, device: Device, app: Version): Promise<void> {
  await device.db.sync.close();
  device.app = app;
  device.db = await open(service, device);
}

function open(service: EvolvingService, device: Device): Promise<SkewedDatabase> {
  const fetchOrLose: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!device.losesAnswers) return response;
    await response.arrayBuffer();
    throw new TypeError('fetch failed: the answer was lost');
  };
  return openApp(service, device.app, { indexedDB: device.storage, fetch: fetchOrLose });
}

/** I1 on the fields that the service knows, but for what a device still holds itself. */
async function unequal(service: EvolvingService, devices: readonly Device[]): Promise<string[]> {
  const { changes } = await ask<PullResponse>(service, '/v1/sync/pull?limit=5000');
  const problems: string[] = [];
  for (const [index, { db }] of devices.entries()) {
    const outbox = (await db.table('_outbox').toArray()) as { entityId: string; payload: object }[];
    const rows = new Map((await db.items.toArray()).map((row) => [row.id, row]));
    if (rows.size !== changes.length) problems.push(`device ${index} shows ${rows.size} items of ${changes.length}`);
    for (const { entityId, payload } of changes) {
      const own = outbox
        .filter((change) => change.entityId === entityId)
        .flatMap((change) => Object.keys(change.payload));
      for (const [name, value] of Object.entries(payload ?? {})) {
        if (name === 'deletedAt' || own.includes(name)) continue;
        const shown = rows.get(entityId)?.[name];
        if (shown !== value)
          problems.push(`device ${index}: ${entityId}.${name} is ${String(shown)}, not ${String(value)}`);
      }
    }
    const { pending, heldForServer, rejected } = db.sync.status.get();
    if (pending !== heldForServer) problems.push(`device ${index} has ${pending} changes, ${heldForServer} held`);
    if (rejected > 0) problems.push(`device ${index} had ${JSON.stringify(await db.rejected.toArray())} rejected`);
  }
  return problems;
}

/** I2: what nobody can find any more. */
async function missing(
  service: EvolvingService,
  devices: readonly Device[],
  typed: readonly Typed[],
): Promise<string[]> {
  const { audit } = await ask<AuditResponse>(service, '/v1/audit?limit=1000');
  const { conflicts } = await ask<ConflictsResponse>(service, '/v1/conflicts?limit=1000');
  const found = new Set<unknown>();
  for (const { changes } of audit) for (const { to } of Object.values(changes)) found.add(to);
  for (const { client, server } of conflicts) {
    for (const value of [...Object.values(client.values), ...Object.values(server.values)]) found.add(value);
  }
  for (const { db } of devices) {
    const outbox = (await db.table('_outbox').toArray()) as { payload: object }[];
    for (const { payload } of outbox) for (const value of Object.values(payload)) found.add(value);
  }
  return typed
    .filter(({ device, id, field, value }, index) => {
      const isTypedOver = typed
        .slice(index + 1)
        .some((later) => later.device === device && later.id === id && later.field === field);
      return !isTypedOver && !found.has(value);
    })
    .map(({ id, field, value }) => `lost: ${id}.${field} = ${value}`);
}

async function ask<Body>({ server, manager, tenantId }: EvolvingService, url: string): Promise<Body> {
  const response = await server.app.inject({ url, headers: headersOf({ token: manager.token, tenantId }) });
  const body = response.json<Body & { hasMore: boolean }>();
  if (body.hasMore) throw new Error(`${url}: more than one page`);
  return body;
}
