import { setImmediate as turn } from 'node:timers/promises';
import { type Domain, type Entity, type Json, MANAGED_KEYS } from '@backhaul/shared';
import type { Dexie } from 'dexie';

export type Row = { readonly id: string; readonly updatedAt: string | null; readonly [field: string]: Json };

/** What a tab's local database holds at one moment, read in one transaction, beside the SDK. */
export interface LocalState {
  /** Entity -> id -> row, as the app sees them. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, Row>>;
  readonly outbox: readonly OutboxEntry[];
  readonly copies: readonly CopyEntry[];
  readonly memory: MemoryEntry;
  readonly rejected: readonly RejectedEntry[];
  readonly conflicts: readonly { readonly id: string }[];
  readonly escrow: readonly SetAside[];
}

/** Work that the device may not push any more. */
export interface SetAside {
  readonly changes: readonly OutboxEntry[];
  readonly rejected: readonly RejectedEntry[];
}

export interface OutboxEntry {
  readonly seq: number;
  readonly changeId: string;
  readonly op: 'upsert' | 'delete';
  readonly entity: string;
  readonly entityId: string;
  readonly payload: { readonly [field: string]: Json };
  readonly baseUpdatedAt: string | null;
  readonly state: 'unsent' | 'sent';
  readonly held: { readonly code: string; readonly message: string } | null;
}

export interface CopyEntry {
  readonly entity: string;
  readonly entityId: string;
  readonly updatedAt: string | null;
  readonly values: Row | null;
  readonly presence: 'live' | 'gone' | 'hidden';
}

export interface MemoryEntry {
  readonly deviceId: string;
  readonly cursor: string | null;
  readonly resync: object | null;
  readonly barred: string | null;
}

export interface RejectedEntry {
  readonly changeId: string;
  readonly op: 'upsert' | 'delete';
  readonly entity: string;
  readonly entityId: string;
  readonly payload: { readonly [field: string]: Json };
  readonly code: string;
  readonly message: string;
}

const ENGINE = ['_outbox', '_copies', '_memory', 'rejected', 'conflicts', '_escrow'] as const;

export async function readLocalState(dexie: Dexie, domain: Domain): Promise<LocalState> {
  const entities = Object.entries(domain.entities);
  const stores = [...ENGINE, ...entities.map(([, { collection }]) => collection)];
  const transaction = await openTransaction(dexie, stores);
  const [outbox, copies, memory, rejected, conflicts, escrow, ...rows] = await Promise.all(
    stores.map((store) => settled(transaction.objectStore(store).getAll())),
  );
  return {
    rows: new Map(entities.map(([name, entity], index) => [name, byId(shown(entity, rows[index] as Row[]))])),
    outbox: outbox as OutboxEntry[],
    copies: copies as CopyEntry[],
    memory: (memory as MemoryEntry[])[0] as MemoryEntry,
    rejected: rejected as RejectedEntry[],
    conflicts: conflicts as { id: string }[],
    escrow: escrow as LocalState['escrow'],
  };
}

/** What a newer app has left in a row stays there, and an older one does not see it. */
function shown(entity: Entity, rows: readonly Row[]): Row[] {
  const isShown = ([key]: [string, Json]): boolean => MANAGED_KEYS.has(key) || Object.hasOwn(entity.fields, key);
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(isShown)) as Row);
}

/** A connection that was just lost may not have been told yet; Dexie opens another when it has. */
async function openTransaction(dexie: Dexie, stores: string[]): Promise<IDBTransaction> {
  for (;;) {
    if (!dexie.isOpen()) await dexie.open();
    try {
      return dexie.backendDB().transaction(stores, 'readonly');
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error;
      await turn();
    }
  }
}

/** What waits to be handed over, in the database that outlives those of the tenants. */
export async function readVault(storage: IDBFactory, name: string): Promise<SetAside[]> {
  const known = await storage.databases();
  if (!known.some((database) => database.name === name)) return [];
  const request = storage.open(name);
  const database = (await settled(request)) as IDBDatabase;
  const all = await settled(database.transaction('work').objectStore('work').getAll());
  database.close();
  return all as SetAside[];
}

function byId(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

function settled(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('The read failed')));
  });
}
