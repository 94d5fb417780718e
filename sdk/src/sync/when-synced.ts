import { liveQuery } from 'dexie';
import { BackhaulError } from '../errors.ts';
import { barredError } from '../escrow/barred-error.ts';
import type { ObservedSource } from '../status/observable.ts';
import type { SyncStatus } from '../status/sync-status.ts';
import { type LocalDatabase, readMemory } from '../store/local-database.ts';
import type { HeldReason, Recovery, RejectedChange } from '../store/rows.ts';

/** A record of the local database: `{ table: 'tasks', id }`. */
export interface RecordOfTable {
  readonly table: string;
  readonly id: string;
}

/** What has become of everything that was typed, or of everything that was typed on one record. */
export type SyncOutcome =
  | { readonly kind: 'synced' }
  /** The rest waits for something that the server lacks. Of the whole outbox `reasons` is empty. */
  | { readonly kind: 'held'; readonly reasons: readonly HeldReason[] }
  /** Something was refused and waits for somebody to retry or discard it. Of the whole outbox `changes` is empty. */
  | { readonly kind: 'rejected'; readonly changes: readonly RejectedChange[] };

export interface WhenSyncedParts {
  readonly local: LocalDatabase;
  readonly status: ObservedSource<SyncStatus>;
  readonly ended: AbortSignal;
}

/** Settles once nothing waits to be sent; rejects when this tab will not hear of it any more, or when waiting work was lost with its storage. */
export function whenSynced({ local, status, ended }: WhenSyncedParts, record?: RecordOfTable): Promise<SyncOutcome> {
  const { promise, resolve, reject } = Promise.withResolvers<SyncOutcome>();
  const settle = (outcome: SyncOutcome | null): void => (outcome ? resolve(outcome) : undefined);
  const began = status.get().recovery?.at;
  const look = async (now: SyncStatus): Promise<SyncOutcome | null> => {
    if (now.barred) throw barredError(now.barred);
    refuseLoss(now.recovery, began);
    // A live query does not outlive every loss of its connection; a status does.
    return record ? outcomeOf(local, record, began).catch(() => null) : outcomeOfAll(now);
  };
  const check = (now: SyncStatus): void => void look(now).then(settle, reject);
  const stop = (): void => reject(ended.reason);
  const live = record && liveQuery(() => outcomeOf(local, record, began)).subscribe(settle, reject);
  const unsubscribe = status.subscribe(check);
  ended.addEventListener('abort', stop, { once: true });
  if (ended.aborted) stop();
  else check(status.get());
  return promise.finally(() => {
    live?.unsubscribe();
    unsubscribe();
    ended.removeEventListener('abort', stop);
  });
}

/** Throws if storage has lost work since: nothing is left to be sent then, and that does not make it synced. */
function refuseLoss(recovery: Recovery | null | undefined, began: string | undefined): void {
  if (recovery?.lost && recovery.at !== began) {
    throw new BackhaulError('STORAGE_UNAVAILABLE', 'Unsent work was lost');
  }
}

/** `null`: something still waits to be sent. */
function outcomeOfAll({ pending, held, rejected }: SyncStatus): SyncOutcome | null {
  if (pending > held) return null;
  if (rejected > 0) return { kind: 'rejected', changes: [] };
  return held > 0 ? { kind: 'held', reasons: [] } : { kind: 'synced' };
}

function outcomeOf(
  local: LocalDatabase,
  record: RecordOfTable,
  began: string | undefined,
): Promise<SyncOutcome | null> {
  const { dexie, outbox, rejected, memory } = local;
  return dexie.transaction('r', [outbox, rejected, memory], () => readOutcome(local, record, began));
}

async function readOutcome(
  local: LocalDatabase,
  { table, id }: RecordOfTable,
  began: string | undefined,
): Promise<SyncOutcome | null> {
  const entity = local.stores.find(({ store }) => store === table)?.entityName;
  if (entity === undefined) throw new BackhaulError('UNKNOWN_ENTITY', `This domain has no ${table}`);
  const [pending, changes, { barred, recovery }] = await Promise.all([
    local.outbox.where('[entity+entityId]').equals([entity, id]).toArray(),
    local.rejected.where('[entity+entityId]').equals([entity, id]).toArray(),
    readMemory(local),
  ]);
  // Its changes have not been sent but set aside.
  if (barred) throw barredError(barred);
  refuseLoss(recovery, began);
  const reasons = pending.flatMap(({ held, state }) =>
    held !== null && held.notBefore !== null && state === 'unsent' ? [held] : [],
  );
  if (pending.length > reasons.length) return null;
  if (changes.length > 0) return { kind: 'rejected', changes };
  return reasons.length > 0 ? { kind: 'held', reasons } : { kind: 'synced' };
}
