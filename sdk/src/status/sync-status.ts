import type { EscrowReason } from '@backhaul/shared';
import { Dexie, liveQuery } from 'dexie';
import type { BackhaulErrorCode } from '../errors.ts';
import type { SetAsideCounts } from '../escrow/set-aside-counts.ts';
import { WAITING } from '../attachments/upload-state.ts';
import { isOfSchema } from '../push/older-server.ts';
import { type LocalDatabase, readMemory } from '../store/local-database.ts';
import type { Recovery } from '../store/rows.ts';
import { type SchemaSkew, schemaSkew } from '../store/schema-memory.ts';

export type SyncPhase = 'stopped' | 'idle' | 'pushing' | 'pulling' | 'waiting' | 'offline';

export interface SyncError {
  readonly code: BackhaulErrorCode;
  readonly message: string;
}

/** Where this device's sync stands. All times are ISO-8601 UTC of the device's clock. */
export interface SyncStatus extends OutboxCounts {
  /** Of the tab that syncs for all, unless this one has a cycle of its own. */
  readonly phase: SyncPhase;
  readonly online: boolean;
  /** A stream is open: what others change arrives by itself. Of several tabs one holds it for all. */
  readonly live: boolean;
  /** This is the tab that syncs by itself. */
  readonly leading: boolean;
  /** Of the last cycle that this tab knows of; `null` after one that succeeded. */
  readonly error: SyncError | null;
  /** Whether the browser has promised to keep the local database when space runs out; `null`: not known. */
  readonly persisted: boolean | null;
  /** Work of this user that a device could not push any more. */
  readonly setAside: SetAsideCounts;
}

/** What the local database says, whichever tab wrote it. */
export interface OutboxCounts {
  /** Changes that the server has not acknowledged, held ones included. */
  readonly pending: number;
  /** Those that wait for something else to arrive. */
  readonly held: number;
  /** Of these, those that wait for a newer server: it does not know a field, an entity or a value of this app. */
  readonly heldForServer: number;
  /** How the server's declaration compares with this app's, by its last answer. */
  readonly schema: SchemaSkew;
  /** When the oldest unacknowledged edit was made. */
  readonly oldestUnsentAt: string | null;
  readonly rejected: number;
  /** Files that the service does not have yet. */
  readonly uploads: number;
  /** Files that were refused: somebody has to retry or discard them. */
  readonly uploadsRejected: number;
  /** Files that had not been sent when this device lost its right to them, and are gone. */
  readonly uploadsLost: number;
  /** Requests to send a record (`db.sends`) that the service has not taken yet. */
  readonly sends: number;
  /** Those that were refused: somebody has to ask again or discard them. */
  readonly sendsRefused: number;
  /** Those that had not been taken when this device lost its right to them, and are given up. */
  readonly sendsLost: number;
  /** Conflicts that nobody has dismissed. */
  readonly conflicts: number;
  readonly lastPushAt: string | null;
  readonly lastPullAt: string | null;
  /** Why nothing can be read or written here; `null`: everything can. */
  readonly barred: EscrowReason | null;
  /** How the local database before this one was lost, if it was; everything has been or is pulled anew. */
  readonly recovery: Recovery | null;
}

/** The counts, and where the outbox ends: a higher number means that something was written. */
export interface OutboxView {
  readonly counts: OutboxCounts;
  readonly lastSeq: number;
}

export function readOutboxView(local: LocalDatabase): Promise<OutboxView> {
  const { outbox, rejected, conflicts, memory, files, sends } = local;
  return local.dexie.transaction('r', [outbox, rejected, conflicts, memory, files, sends], () => readView(local));
}

async function readView(local: LocalDatabase): Promise<OutboxView> {
  const [pending, held, oldest, newest, rejected, conflicts, memory, uploads, uploadsRejected, sends, sendsRefused] =
    await Promise.all([
      local.outbox.count(),
      // Not those that the user has altered since, nor those that were set aside: nobody knows what becomes of them.
      local.outbox
        .where('held.notBefore')
        .above(Dexie.minKey)
        .filter(({ state }) => state === 'unsent')
        .toArray(),
      local.outbox.orderBy('seq').first(),
      local.outbox.orderBy('seq').last(),
      local.rejected.count(),
      local.conflicts.filter(({ seen }) => !seen).count(),
      readMemory(local),
      local.files.where('state.kind').anyOf(WAITING).count(),
      local.files.where('state.kind').equals('rejected').count(),
      local.sends.where('state').equals('waiting').count(),
      local.sends.where('state').equals('refused').count(),
    ]);
  const oldestUnsentAt = oldest?.clientUpdatedAt ?? null;
  const { lastPushAt, lastPullAt, barred, recovery = null } = memory;
  return {
    counts: {
      pending,
      held: held.length,
      heldForServer: held.filter((change) => change.held !== null && isOfSchema(change.held)).length,
      schema: schemaSkew(memory.schema, local.schemaVersion),
      oldestUnsentAt,
      rejected,
      uploads,
      uploadsRejected,
      uploadsLost: memory.lostFiles ?? 0,
      sends,
      sendsRefused,
      sendsLost: memory.lostSends ?? 0,
      conflicts,
      lastPushAt,
      lastPullAt,
      barred,
      recovery,
    },
    lastSeq: newest?.seq ?? 0,
  };
}

interface OutboxWatch {
  readonly seen: (view: OutboxView) => void;
  readonly failed: (error: unknown) => void;
  /** A look makes the next page of a pull wait, so that meanwhile there are few of them. */
  readonly isPulling: () => boolean;
}

/** Milliseconds from one look to the next while pages come. */
const LOOK_MS = 250;

/** Calls back with the present view and after changes, by any tab. Answers a function that ends it. */
export function watchOutbox(local: LocalDatabase, { seen, failed, isPulling }: OutboxWatch): () => void {
  let next = 0;
  let last = 0;
  const subscription = liveQuery(async () => {
    const turn = ++last;
    const early = isPulling() ? next - performance.now() : 0;
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    // A newer look takes the place of one that has waited. Of those that read, each tells what it saw: Dexie drops the answer of a
    // query that the next page has made old, and page after page nobody would hear of anything.
    if (turn !== last) return;
    next = performance.now() + LOOK_MS;
    const view = await readOutboxView(local);
    setTimeout(() => subscription.closed || seen(view));
  }).subscribe(() => undefined, failed);
  return () => subscription.unsubscribe();
}
