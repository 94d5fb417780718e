import { createSeededRandom } from '@backhaul/server/demo';
import { type Domain, fieldService, type Json } from '@backhaul/shared';
import { v7 } from 'uuid';
import type { Environment } from '../environment/environment.ts';
import { FaultCounter } from '../faults/fault-counter.ts';
import type { Line } from '../faults/line.ts';
import { FaultProxy } from '../faults/proxy.ts';
import { checkCursor } from '../oracle/check-cursor.ts';
import { readTruth, type Truth } from '../oracle/truth.ts';
import { Journal } from '../oracle/journal.ts';
import { checkRequest, WireWatch } from '../oracle/check-wire.ts';
import { isUnique } from '../plan/draw-value.ts';
import type { Plan } from '../plan/plan.ts';
import type { Violation } from '../report.ts';
import { Device } from './device.ts';
import { Office } from './office.ts';
import type { Person } from './people.ts';
import { Poller } from './poller.ts';
import { Instance } from './service.ts';
import { SEEDED, teamId } from './seeded-records.ts';
import type { World } from './world.ts';
import { WorldClock } from './world-clock.ts';

export interface OpenWorld extends World {
  close(): Promise<void>;
}

/** Longer than anything in a scenario takes on a busy machine. Real time: what does not end would wait for ever. */
const PATIENCE = 90_000;

export async function createWorld(environment: Environment, plan: Plan): Promise<OpenWorld> {
  const domain: Domain = fieldService;
  const random = createSeededRandom(plan.seed + 0x5eed);
  const clock = new WorldClock(environment);
  await clock.begin();
  const newId = (): string => seededId(clock.now, random.next);
  const faults = new FaultCounter();
  const count = { writes: 0, kills: 0, acknowledged: 0 };
  const violations: Violation[] = [];
  const violation = (invariant: string, what: string): void => void violations.push({ invariant, what });
  const journal = new Journal();

  const instances = Array.from(
    { length: plan.instances },
    () =>
      new Instance({
        appUrl: environment.appUrl,
        now: () => new Date(clock.serverNow),
        newId,
        happened({ kind }) {
          faults.happened(kind);
          if (kind !== 'connectionsTerminated') count.kills += 1;
        },
        terminateConnections: async () => {
          await environment.owner.pool.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and usename = 'backhaul_app'`,
          );
        },
        async crashDatabase() {
          if (environment.crash === null) throw new Error('This PostgreSQL belongs to others, too');
          await environment.crash();
        },
      }),
  );
  const lines = new Map<string, Line>();
  const proxy = new FaultProxy({
    upstream: async (where) => ({ port: await (instances[Math.floor(where * instances.length)] as Instance).port() }),
    lines,
    happened: (kind) => faults.happened(kind),
    onRequest: (_line, request) => checkRequest(journal, request),
  });
  const url = await proxy.listen();
  const { tenantId, people, deviceId } = await settle(plan, instances[0] as Instance, {
    domain,
    journal,
    clock,
    newId,
  });
  const devices: Device[] = [];
  const wire = new WireWatch();
  let truth: Truth = { live: new Map(), stored: new Map(), members: new Map() };
  const office = new Office({
    domain,
    tenantId,
    manager: people[0] as Person,
    people,
    instance: instances[0] as Instance,
    journal,
    clock,
    deviceIdsOf: (index) => [...(devices[index]?.deviceIds ?? [])],
  });
  for (const [index, { person, tabs, pullLimit, skew }] of plan.devices.entries()) {
    const own = createSeededRandom(plan.seed * 31 + index);
    const device: Device = new Device({
      index,
      person: people[person] as Person,
      tabs,
      pullLimit,
      domain,
      url,
      tenantId,
      clock,
      journal,
      lines,
      random: own.next,
      newId: () => seededId(clock.now, own.next),
      happened({ kind }) {
        faults.happened(kind);
        if (kind === 'deviceKilled') count.kills += 1;
      },
      onAnswer: (path, answer) => wire.hear(device, path, answer),
    });
    device.skew = skew;
    if (tabs > 1) faults.happened('twoTabs');
    await device.open();
    devices.push(device);
  }
  const world: OpenWorld = {
    environment,
    domain,
    tenantId,
    clock,
    instances,
    proxy,
    people,
    devices,
    office,
    poller: new Poller(office),
    journal,
    faults,
    count,
    violations,
    violation,
    seedingDevice: deviceId,
    isCutOff: (index) => truth.members.get((devices[index] as Device).person.userId)?.status !== 'active',
    mayBeGone: () => faults.counts.horizonPassed !== undefined,
    // Clients come into sight when a task names them.
    mayBumpVersions: (key) => key.startsWith('client/'),
    inTime,
    async revive(device) {
      const dead = device.tabs.some(({ life }) => !life.isAlive);
      if (!dead) return;
      await inTime('opening a device again', device.reviveTabs());
      await checkCursor(world, device);
    },
    get truth() {
      return truth;
    },
    async refresh() {
      truth = await readTruth(world);
    },
    wire,
    async close() {
      for (const { tabs } of devices) for (const tab of tabs) tab.kill();
      await proxy.close();
      for (const instance of instances) await instance.stop();
    },
  };
  await world.refresh();
  return world;
}

async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It never ended: ${what}`)), PATIENCE);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface SettleParts {
  readonly domain: Domain;
  readonly journal: Journal;
  readonly clock: WorldClock;
  readonly newId: () => string;
}

/** The business as it is before anything goes wrong: a tenant, its records, its people. */
async function settle(
  plan: Plan,
  instance: Instance,
  { domain, journal, clock, newId }: SettleParts,
): Promise<{ tenantId: string; people: Person[]; deviceId: string }> {
  const app = await instance.app();
  const run = newId();
  const signIn = async (index: number): Promise<Omit<Person, 'employeeId'>> => {
    const { name, role } = plan.people[index] as Plan['people'][number];
    const email = `${name.toLowerCase()}.${run}@example.com`;
    // Tokens live in real time, as their verifier does.
    const { token, userId } = await app.devIssuer.issue({ email, name }, new Date());
    return { index, name, email, userId, token, role, limited: role !== 'manager' };
  };
  const first = await signIn(0);
  const { id: tenantId } = await app.createTenant(first.token, `Seed ${plan.seed}`);
  const employees = plan.people.map(({ name, role, team }) =>
    role === 'manager' ? null : { id: newId(), values: { name, ...(team === null ? {} : { teamId: teamId(team) }) } },
  );
  const records = [
    ...SEEDED,
    ...employees.flatMap((employee) => (employee === null ? [] : [{ entity: 'employee', ...employee }])),
  ];
  const deviceId = newId();
  const changes = records.map(({ entity, id, values }) => ({
    changeId: newId(),
    op: 'upsert',
    entity,
    entityId: id,
    clientUpdatedAt: new Date(clock.now).toISOString(),
    baseUpdatedAt: null,
    payload: values,
  }));
  const headers = { authorization: `Bearer ${first.token}`, 'x-tenant-id': tenantId };
  const answer = await app.app.inject({ method: 'POST', url: '/v1/sync/push', headers, body: { deviceId, changes } });
  if (answer.json<{ rejected: object[] }>().rejected.length > 0) throw new Error(`Seeding failed: ${answer.body}`);
  for (const { entity, id, values } of records) {
    for (const [field, value] of Object.entries(values as { [field: string]: Json })) {
      const unique = isUnique(domain, entity, field);
      journal.typed({
        author: 'office',
        entity,
        id,
        field,
        value,
        at: clock.now,
        refusal: null,
        unique,
        certain: true,
        sees: 'everything',
      });
    }
  }
  const people: Person[] = [{ ...first, employeeId: null }];
  for (const index of plan.people.keys()) {
    if (index === 0) continue;
    const person = await signIn(index);
    const employeeId = employees[index]?.id ?? null;
    const body = { email: person.email, role: person.role, ...(employeeId === null ? {} : { employeeId }) };
    await app.app.inject({ method: 'POST', url: `/v1/tenants/${tenantId}/invite`, headers, body });
    await app.app.inject({ url: '/v1/tenants', headers: { authorization: `Bearer ${person.token}` } });
    if (employeeId !== null) {
      journal.typed({
        author: 'office',
        entity: 'employee',
        id: employeeId,
        field: 'userId',
        value: person.userId,
        at: clock.now,
        refusal: null,
        unique: false,
        certain: true,
        sees: 'everything',
      });
    }
    people.push({ ...person, employeeId });
  }
  return { tenantId, people, deviceId };
}

function seededId(now: number, random: () => number): string {
  return v7({ msecs: now, random: Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256)) });
}
