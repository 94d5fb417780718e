import { PROTOCOL_VERSION } from '@backhaul/shared';
import type { ResolvedOptions } from '../options.ts';
import type { SyncStatus } from '../status/sync-status.ts';
import { type LocalDatabase, readMemory } from '../store/local-database.ts';
import type { OutboxChange, RejectedChange } from '../store/rows.ts';
import type { CycleLog } from './cycle-log.ts';
import type { InspectedChange, InspectedRejection, StorageInspection, SyncInspection } from './inspection.ts';

export interface InspectParts {
  readonly local: LocalDatabase;
  readonly options: Pick<ResolvedOptions, 'tenantId' | 'appVersion' | 'platform' | 'now' | 'estimateStorage'>;
  readonly status: SyncStatus;
  readonly cycles: CycleLog;
}

const SHOWN_CHANGES = 200;
const SHOWN_REJECTIONS = 50;

/** Member by member, so that nothing comes in that is not named here: it is read by people whose data it is not. */
export async function inspect({ local, options, status, cycles }: InspectParts): Promise<SyncInspection> {
  const now = options.now();
  const [memory, outbox, rejected, storage, records] = await Promise.all([
    readMemory(local),
    local.outbox.orderBy('seq').limit(SHOWN_CHANGES).toArray(),
    local.rejected.orderBy('at').toArray(),
    inspectStorage(options.estimateStorage),
    countRecords(local),
  ]);
  const { deviceId, cursor, resync, clockOffset, schema } = memory;
  return {
    takenAt: new Date(now).toISOString(),
    tenantId: options.tenantId,
    deviceId,
    versions: {
      protocol: PROTOCOL_VERSION,
      schema: local.schemaVersion,
      serverSchema: schema.server,
      app: options.appVersion ?? null,
      platform: options.platform ?? null,
    },
    status: inspectStatus(status),
    cursor,
    resync: resync && { cursor: resync.cursor, scopeChanged: resync.scopeChanged === true },
    clockOffset,
    storage,
    records,
    outbox: outbox.map((change) => inspectChange(change, now)),
    rejected: rejected.slice(-SHOWN_REJECTIONS).map(inspectRejection),
    cycles: cycles.read(),
  };
}

function inspectStatus(status: SyncStatus): SyncInspection['status'] {
  const { setAside, recovery, error } = status;
  return {
    phase: status.phase,
    online: status.online,
    live: status.live,
    leading: status.leading,
    error: error?.code ?? null,
    persisted: status.persisted,
    pending: status.pending,
    held: status.held,
    heldForServer: status.heldForServer,
    schema: status.schema,
    oldestUnsentAt: status.oldestUnsentAt,
    rejected: status.rejected,
    conflicts: status.conflicts,
    uploads: status.uploads,
    uploadsRejected: status.uploadsRejected,
    uploadsLost: status.uploadsLost,
    sends: status.sends,
    sendsRefused: status.sendsRefused,
    sendsLost: status.sendsLost,
    lastPushAt: status.lastPushAt,
    lastPullAt: status.lastPullAt,
    barred: status.barred,
    setAside: { waiting: setAside.waiting, handedOver: setAside.handedOver, lapsed: setAside.lapsed },
    recovery: recovery && {
      reason: recovery.reason,
      at: recovery.at,
      saved: recovery.saved,
      lost: recovery.lost,
      isLeast: recovery.isLeast === true,
    },
  };
}

function inspectChange(change: OutboxChange, now: number): InspectedChange {
  const { changeId, op, entity, entityId, payload, state, held, clientUpdatedAt, baseUpdatedAt } = change;
  return {
    changeId,
    op,
    entity,
    entityId,
    fields: Object.keys(payload),
    state: held === null ? state : state === 'sent' ? 'setAside' : 'held',
    editedAt: clientUpdatedAt,
    age: now - Date.parse(clientUpdatedAt),
    base: baseUpdatedAt,
    heldBecause: held?.code ?? null,
    attempts: held?.attempts ?? 0,
  };
}

function inspectRejection({
  changeId,
  op,
  entity,
  entityId,
  code,
  payload,
  fields,
  at,
}: RejectedChange): InspectedRejection {
  // The server repeats names that it does not know, whatever they are.
  const known = fields.filter((field) => Object.hasOwn(payload, field));
  return { changeId, op, entity, entityId, code, fields: known, at };
}

async function inspectStorage(estimate: () => Promise<StorageEstimate>): Promise<StorageInspection> {
  const { usage = null, quota = null } = await estimate().catch((): StorageEstimate => ({}));
  return { used: usage, quota };
}

async function countRecords(local: LocalDatabase): Promise<{ readonly [entity: string]: number }> {
  const counts = local.stores.map(
    async ({ entityName }) => [entityName, await local.rows(entityName).count()] as const,
  );
  return Object.fromEntries(await Promise.all(counts));
}
