import { createSeededRandom } from '@backhaul/server/demo';
import type { Domain } from '@backhaul/shared';
import { v7 } from 'uuid';
import type { Environment } from '../environment/environment.ts';
import { FaultCounter } from '../faults/fault-counter.ts';
import type { Line } from '../faults/line.ts';
import { FaultProxy } from '../faults/proxy.ts';
import { checkCursor } from '../oracle/check-cursor.ts';
import { readTruth, type Truth } from '../oracle/truth.ts';
import { Journal } from '../oracle/journal.ts';
import { checkRequest, WireWatch } from '../oracle/check-wire.ts';
import type { Plan } from '../plan/plan.ts';
import type { Violation } from '../report.ts';
import type { ServerFault } from '../faults/fault.ts';
import { profileOf } from '../plan/profile.ts';
import { Device } from './device.ts';
import { BACK, MIGRATION, TODAY, TOMORROW } from './evolving-domain.ts';
import { Office } from './office.ts';
import type { Person } from './people.ts';
import { Poller } from './poller.ts';
import { InProcessInstance } from './in-process-instance.ts';
import type { Instance } from './instance.ts';
import { settle } from './settle.ts';
import { SpawnedInstance } from './spawned-instance.ts';
import type { World } from './world.ts';
import { WorldClock } from './world-clock.ts';

export interface OpenWorld extends World {
  close(): Promise<void>;
}

/** Longer than anything in a scenario takes on a busy machine. Real time: what does not end would wait for ever. */
const PATIENCE = 90_000;

export async function createWorld(environment: Environment, plan: Plan): Promise<OpenWorld> {
  const domain: Domain = plan.evolves ? TOMORROW : TODAY;
  const random = createSeededRandom(plan.seed + 0x5eed);
  const clock = new WorldClock(environment, profileOf(plan.profile).processes === true);
  await clock.begin();
  const newId = (): string => seededId(clock.now, random.next);
  const faults = new FaultCounter();
  const count = { steps: 0, writes: 0, kills: 0, acknowledged: 0 };
  const violations: Violation[] = [];
  const violation = (invariant: string, what: string): void => void violations.push({ invariant, what });
  const journal = new Journal();

  if (plan.evolves) await environment.owner.pool.query(BACK);
  const deployed = { domain: TODAY };
  const { processes = false } = profileOf(plan.profile);
  const happened = ({ kind }: ServerFault): void => {
    faults.happened(kind);
    if (kind !== 'connectionsTerminated') count.kills += 1;
  };
  const instances = Array.from({ length: plan.instances }, (): Instance => {
    if (processes) return new SpawnedInstance({ ...environment, happened });
    return new InProcessInstance({
      appUrl: environment.appUrl,
      domain: () => deployed.domain,
      now: () => new Date(clock.serverNow),
      newId,
      happened,
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
    });
  });
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
    ownerOf: (index) => (devices[index] as Device).person,
    deviceIdsOf: (index) => [...(devices[index]?.deviceIds ?? [])],
  });
  for (const [index, { person, tabs, pullLimit, skew, app }] of plan.devices.entries()) {
    const own = createSeededRandom(plan.seed * 31 + index);
    const device: Device = new Device({
      index,
      person: people[person] as Person,
      tabs,
      pullLimit,
      domain: app === 2 ? TOMORROW : TODAY,
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
      onSent: (request, over) => proxy.sent(request, over),
    });
    device.skew = skew;
    if (tabs > 1) faults.happened('twoTabs');
    await device.open();
    devices.push(device);
  }
  const world: OpenWorld = {
    environment,
    domain,
    deployed,
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
      await databaseAtRest(environment);
      truth = await readTruth(world);
    },
    wire,
    async migrate() {
      if (!plan.evolves || deployed.domain === TOMORROW) return;
      await environment.owner.pool.query(MIGRATION);
      deployed.domain = TOMORROW;
      for (const instance of instances) instance.restart();
      faults.happened('migration');
    },
    async close() {
      for (const { tabs } of devices) for (const tab of tabs) tab.kill();
      await proxy.close();
      for (const instance of instances) await instance.stop();
    },
  };
  await world.refresh();
  return world;
}

/** What a killed service had sent is still carried out for a moment, and rolled back or committed. */
async function databaseAtRest({ owner }: Environment): Promise<void> {
  for (;;) {
    const { rows } = await owner.pool.query<{ busy: number }>(
      `select count(*)::int as busy from pg_stat_activity
       where datname = current_database() and usename = 'backhaul_app' and state <> 'idle'`,
    );
    if (rows[0]?.busy === 0) return;
  }
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

function seededId(now: number, random: () => number): string {
  return v7({ msecs: now, random: Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256)) });
}
