import { lockTenantClock, purgeTombstones, withTenant } from '@backhaul/db';
import { createTestDatabase } from '@backhaul/db/testing';
import {
  type AuditResponse,
  type ConflictsResponse,
  fieldService,
  parseCursor,
  parseTenantId,
  type TenantId,
} from '@backhaul/shared';
import { v7 } from 'uuid';
import { handOver, waitingIn } from './escrow.ts';
import { create, createWorld, type SyncClient, TASK, type World } from './sync-client.ts';

export interface MadeTask {
  readonly id: string;
  readonly version: string;
}

/** A business with a database of its own, a task, and an employee whose device was revoked. */
export interface QuarantineWorld {
  readonly world: World;
  /** The manager's. */
  readonly office: SyncClient;
  /** The employee's, revoked. */
  readonly ana: SyncClient;
  readonly made: MadeTask;
  readonly makeTask: () => Promise<MadeTask>;
  readonly taskNow: (id: string) => Promise<Record<string, unknown>>;
  readonly conflictsOf: (id: string) => Promise<ConflictsResponse['conflicts']>;
  readonly auditOf: (id: string) => Promise<AuditResponse['audit']>;
  /** Hands changes over from the revoked device and answers their entries' ids, in the same order. */
  readonly quarantined: (...changes: readonly unknown[]) => Promise<string[]>;
  /** Purges every tombstone up to a version. */
  readonly purgeAll: (upTo: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function createQuarantineWorld(): Promise<QuarantineWorld> {
  const database = await createTestDatabase();
  const world = await createWorld({ database: database.app });
  const office = world.device();
  const { member } = await world.employee('ana@example.com');
  const ana = world.device(member);
  await ana.pull();
  const made = await makeTask();
  await office.call('DELETE', `/v1/devices/${ana.deviceId}`);

  async function makeTask(): Promise<MadeTask> {
    const { results } = await office.push([create('task', v7(), TASK)]);
    return { id: results[0]?.entityId as string, version: results[0]?.updatedAt as string };
  }

  return {
    world,
    office,
    ana,
    made,
    makeTask,
    taskNow: async (id) => (await office.call<Record<string, unknown>>('GET', `/v1/tasks/${id}`)).body,
    conflictsOf: async (id) =>
      (await office.call<ConflictsResponse>('GET', `/v1/conflicts?entityId=${id}`)).body.conflicts,
    auditOf: async (id) => (await office.call<AuditResponse>('GET', `/v1/audit?entityId=${id}`)).body.audit,
    async quarantined(...changes) {
      const before = new Set((await waitingIn(office)).map(({ id }) => id));
      const { status, text } = await handOver(world, ana, { changes });
      if (status !== 202) throw new Error(text);
      return (await waitingIn(office)).map(({ id }) => id).filter((id) => !before.has(id));
    },
    purgeAll: (upTo) =>
      withTenant(database.owner, parseTenantId(world.tenantId) as TenantId, async (tx) => {
        await lockTenantClock(tx);
        const limit = parseCursor(upTo) as NonNullable<ReturnType<typeof parseCursor>>;
        await purgeTombstones(tx, fieldService, { upTo: limit, limit: 1_000, from: null });
      }),
    async close() {
      await world.close();
      await database.drop();
    },
  };
}
