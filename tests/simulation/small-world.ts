import { createSeededRandom } from '@backhaul/server/demo';
import type { AuditEntry, AuditResponse, Conflict, ConflictsResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { openDevice, recordsOn, recordsOnServer, type SdkDevice } from '../support/sdk-device.ts';
import { TASK, type World } from '../support/sync-client.ts';

const FIELDS = ['title', 'notes', 'clientName'] as const;
type Field = (typeof FIELDS)[number];

/** What the person at one device has had before their eyes: `record/field` -> values. */
type Seen = Map<string, Set<unknown>>;

export interface SmallWorldReport {
  /** What is wrong; empty: nothing. */
  readonly violations: string[];
  readonly edits: number;
  readonly conflicts: number;
}

/**
 * Some devices of one tenant that edit, delete, sync and lose answers at random, and at the end an oracle that trusts nothing
 * the engine says about versions: it knows what was on each screen, and every value that a write replaced and that its author
 * had never seen must be in the conflict log. The plan depends on the seed alone.
 */
export async function runSmallWorld(world: World, seed: number): Promise<SmallWorldReport> {
  const { next: random, pick } = createSeededRandom(seed);
  const { id: tenantId } = await world.server.createTenant(world.manager.token, `Seed ${seed}`);
  const tenant: World = { ...world, tenantId };
  const devices = await Promise.all([openDevice(tenant), openDevice(tenant), openDevice(tenant)]);
  const seen = new Map<SdkDevice, Seen>(devices.map((device) => [device, new Map()]));
  let edits = 0;

  const look = async (device: SdkDevice): Promise<void> => {
    for (const task of await device.db.tasks.toArray()) {
      for (const field of FIELDS) note(seen.get(device) as Seen, task.id, field, task[field]);
    }
  };
  const edit = async (device: SdkDevice): Promise<void> => {
    // Within a cycle, what the push answered is on the screen already.
    await look(device);
    const tasks = await device.db.tasks.toArray();
    if (tasks.length === 0 || random() < 0.15) {
      edits += 1;
      await device.db.tasks.add({ id: seededId(random), ...TASK, title: `created ${edits}` });
    } else if (random() < 0.12) {
      await device.db.tasks.delete(pick(tasks).id);
    } else {
      const fields = FIELDS.filter(() => random() < 0.5);
      const values: { [field in Field]?: string } = {};
      for (const field of fields) values[field] = `edit ${++edits}`;
      await device.db.tasks.update(pick(tasks).id, values);
    }
    await look(device);
  };
  const sync = async (device: SdkDevice): Promise<void> => {
    const { line } = device;
    line.losesPushAnswers = random() < 0.2;
    line.beforePull = random() < 0.3 ? () => edit(device) : null;
    await device.trySync();
    line.losesPushAnswers = false;
    line.beforePull = null;
    await look(device);
  };

  for (let step = 0; step < 45; step += 1) await (random() < 0.65 ? edit : sync)(pick(devices));
  for (let round = 0; round < 3; round += 1) {
    for (const device of devices) await device.sync();
  }

  const violations = [...(await unequalDevices(tenant, devices)), ...(await unloggedLosses(tenant, devices, seen))];
  const conflicts = await list<Conflict>(tenant, 'conflicts');
  for (const device of devices) await device.db.sync.close();
  return { violations, edits, conflicts: conflicts.length };
}

function note(seen: Seen, id: string, field: Field, value: unknown): void {
  const key = `${id}/${field}`;
  const values = seen.get(key) ?? new Set<unknown>([null]);
  values.add(value ?? null);
  seen.set(key, values);
}

/** I1, and an outbox that is empty without anything having been refused. */
async function unequalDevices(tenant: World, devices: readonly SdkDevice[]): Promise<string[]> {
  const server = sorted(await recordsOnServer(clientOf(tenant)));
  const problems: string[] = [];
  for (const [index, { db }] of devices.entries()) {
    const own = sorted(await recordsOn(db));
    if (own !== server) problems.push(`device ${index} differs from the server:\n${own}\n${server}`);
    const { pending } = db.sync.status.get();
    if (pending > 0) problems.push(`device ${index} still has ${pending} changes to send`);
    const rejected = await db.rejected.toArray();
    if (rejected.length > 0) problems.push(`device ${index} had ${JSON.stringify(rejected)} rejected`);
  }
  return problems;
}

/** I5: whenever a write replaces a value that its author had not seen, that is in the log, once. */
async function unloggedLosses(
  tenant: World,
  devices: readonly SdkDevice[],
  seen: ReadonlyMap<SdkDevice, Seen>,
): Promise<string[]> {
  const audit = await list<AuditEntry>(tenant, 'audit');
  const conflicts = await list<Conflict>(tenant, 'conflicts');
  const current = new Map<string, unknown>();
  /** A record that comes back can lose the same value again: each time counts. */
  const losses = new Map<string, number>();
  for (const { entityId, device, action, changes } of audit.filter(({ entity }) => entity === 'task')) {
    const author = devices.find(({ db }) => db.device.id === device);
    const replaced = new Map<string, unknown>();
    for (const field of FIELDS) {
      const key = `${entityId}/${field}`;
      if (changes[field] || action === 'delete') replaced.set(field, current.get(key) ?? null);
      if (changes[field]) current.set(key, changes[field].to);
    }
    for (const [field, value] of replaced) {
      const known = author && seen.get(author)?.get(`${entityId}/${field}`)?.has(value);
      if (known || value === null) continue;
      const loss = `${entityId}/${field}=${JSON.stringify(value)}`;
      losses.set(loss, (losses.get(loss) ?? 0) + 1);
    }
  }
  const logged = new Map<string, number>();
  for (const { entityId, server } of conflicts) {
    for (const field of FIELDS) {
      const loss = `${entityId}/${field}=${JSON.stringify(server.values[field])}`;
      logged.set(loss, (logged.get(loss) ?? 0) + 1);
    }
  }
  return [...losses]
    .filter(([loss, times]) => logged.get(loss) !== times)
    .map(([loss, times]) => `lost unseen ${times} times, logged ${logged.get(loss) ?? 0} times: ${loss}`);
}

async function list<Entry>(tenant: World, what: 'audit' | 'conflicts'): Promise<Entry[]> {
  const url = `/v1/${what}?limit=1000`;
  const response = await tenant.server.app.inject({ url, headers: managerHeaders(tenant) });
  const body = response.json<AuditResponse & ConflictsResponse>();
  if (body.hasMore) throw new Error(`More ${what} than one page`);
  return body[what] as unknown as Entry[];
}

function clientOf(tenant: World): { pullAll: ReturnType<World['device']>['pullAll'] } {
  return {
    async pullAll() {
      const url = '/v1/sync/pull?limit=5000';
      const { changes, nextCursor } = (await tenant.server.app.inject({ url, headers: managerHeaders(tenant) })).json<
        Awaited<ReturnType<ReturnType<World['device']>['pull']>>
      >();
      return { changes, cursor: nextCursor };
    },
  };
}

function managerHeaders({ manager, tenantId }: World): Record<string, string> {
  return { authorization: `Bearer ${manager.token}`, 'x-tenant-id': tenantId };
}

function seededId(random: () => number): string {
  return v7({ random: Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256)) });
}

function sorted(records: ReadonlyMap<string, unknown>): string {
  return [...records]
    .map(([key, record]) => `${key} ${JSON.stringify(Object.entries(record as object).toSorted())}`)
    .toSorted()
    .join('\n');
}
