import {
  findKnownIds,
  findUniqueOwners,
  type HistoryEntry,
  type HistoryQuery,
  readHistory,
  readRecords,
  type RecordKey,
  type TenantTx,
} from '@backhaul/db';
import {
  CREATION,
  type Cursor,
  DELETION,
  type Domain,
  type Entity,
  entityOf,
  isUnseen,
  lastWrite,
  type RecordId,
  type StoredRecord,
} from '@backhaul/shared';
import { openRecord } from '../../crypto/record-seal.ts';
import type { Keyring } from '../../crypto/tenant-crypto.ts';
import type { AdmittedChange, DecidableChange, Writer } from './change.ts';
import { loadNamed, type NamedState } from './named-in-progress.ts';
import { resolveBase } from './resolve-base.ts';
import type { UniqueOwners } from './unique-owners.ts';

/** Everything that deciding about a batch needs, read under the tenant clock's lock. Nothing more is read while folding. */
export interface PushState {
  readonly records: ReadonlyMap<string, StoredRecord>;
  /** Records that exist or existed, among those that the batch changes or refers to; `true`: only a stub is left. */
  readonly known: ReadonlyMap<string, { readonly purged: boolean }>;
  readonly uniqueOwners: UniqueOwners;
  /** Writes that the batch's sender may not have seen, oldest first, by record. */
  readonly history: ReadonlyMap<string, readonly HistoryEntry[]>;
  readonly named: NamedState;
}

export const recordKey = (entity: string, id: string): string => `${entity}/${id}`;

/** Reads with a number of statements that depends on the entities involved, not on the number of changes. */
export async function loadState(
  tx: TenantTx,
  {
    domain,
    keyring,
    writer,
    changes: decidable,
  }: { domain: Domain; keyring: Keyring; writer: Writer; changes: readonly DecidableChange[] },
): Promise<PushState> {
  const changes = decidable.filter((change): change is AdmittedChange => !('kind' in change));
  const records = new Map<string, StoredRecord>();
  for (const [name, group] of Map.groupBy(changes, (change) => change.entity)) {
    const declaration = entityOf(domain, name) as Entity;
    const ids = [...new Set(group.map((change) => change.entityId))];
    for (const row of await readRecords(tx, declaration, ids)) {
      records.set(recordKey(name, row.id), openRecord(keyring, name, declaration, row));
    }
  }
  const known = await loadKnown(tx, domain, records, changes);
  const uniqueOwners = await loadUniqueOwners(tx, domain, records, changes);
  const history = await loadHistory(tx, { keyring, writer, records, changes });
  const recordOf = (entity: string, id: RecordId) => records.get(recordKey(entity, id));
  const named = await loadNamed(tx, { domain, writer, recordOf, changes });
  return { records, known, uniqueOwners, history, named };
}

async function loadKnown(
  tx: TenantTx,
  domain: Domain,
  records: ReadonlyMap<string, StoredRecord>,
  changes: readonly AdmittedChange[],
): Promise<Map<string, { purged: boolean }>> {
  const known = new Map<string, { purged: boolean }>();
  for (const key of records.keys()) known.set(key, { purged: false });
  const wanted = new Map<string, RecordKey>();
  const want = (entity: string, id: RecordId): void => {
    const key = recordKey(entity, id);
    if (!known.has(key)) wanted.set(key, { entity, id });
  };
  for (const change of changes) {
    want(change.entity, change.entityId);
    for (const { entity, id } of referencesOf(change)) want(entity, id);
  }
  for (const found of await findKnownIds(tx, domain, [...wanted.values()])) {
    known.set(recordKey(found.entity, found.id), { purged: found.purged });
  }
  return known;
}

/** The records that a change's payload names. */
export function referencesOf({ declaration, payload }: AdmittedChange): (RecordKey & { field: string })[] {
  return Object.entries(payload).flatMap(([field, value]) => {
    const declared = declaration.fields[field];
    if (declared?.kind !== 'reference' || value === null) return [];
    return [{ field, entity: declared.entity, id: value as RecordId }];
  });
}

async function loadUniqueOwners(
  tx: TenantTx,
  domain: Domain,
  records: ReadonlyMap<string, StoredRecord>,
  changes: readonly AdmittedChange[],
): Promise<Map<string, Map<string, RecordId>>> {
  const owners = new Map<string, Map<string, RecordId>>();
  for (const [name, group] of Map.groupBy(changes, (change) => change.entity)) {
    const declaration = entityOf(domain, name) as Entity;
    for (const field of declaration.fieldNames.filter((candidate) => declaration.fields[candidate]?.uniqueLive)) {
      const values = new Set<string>();
      for (const change of group) {
        // A record that comes back to life claims the value that it had.
        const stored = records.get(recordKey(name, change.entityId));
        for (const value of [change.payload[field], stored?.deletedAt ? stored.values[field] : null]) {
          if (typeof value === 'string') values.add(value);
        }
      }
      if (values.size === 0) continue;
      const found = await findUniqueOwners(tx, declaration, field, [...values]);
      owners.set(`${name}.${field}`, new Map(found.map(({ id, value }) => [value, id])));
    }
  }
  return owners;
}

async function loadHistory(
  tx: TenantTx,
  {
    keyring,
    writer,
    records,
    changes,
  }: {
    keyring: Keyring;
    writer: Writer;
    records: ReadonlyMap<string, StoredRecord>;
    changes: readonly AdmittedChange[];
  },
): Promise<PushState['history']> {
  const queries = new Map<string, HistoryQuery>();
  for (const change of changes) {
    const stored = records.get(recordKey(change.entity, change.entityId));
    if (!stored || !meetsUnseenWrite(stored, change, writer)) continue;
    const key = recordKey(change.entity, change.entityId);
    const after = earlier(queries.get(key), resolveBase(change, stored, writer));
    queries.set(key, { entity: change.entity, id: change.entityId, after });
  }
  if (queries.size === 0) return new Map();
  const entries = (await readHistory(tx, [...queries.values()])).map((entry) => openEntry(keyring, entry));
  return Map.groupBy(entries, (entry) => recordKey(entry.entity, entry.entityId));
}

/** Whether the change touches anything that somebody else has written since its base. */
function meetsUnseenWrite(stored: StoredRecord, change: AdmittedChange, writer: Writer): boolean {
  const seen = { base: resolveBase(change, stored, writer), device: writer.outbox };
  const touched =
    change.op === 'delete'
      ? [CREATION, ...Object.keys(stored.fieldVersions)]
      : [DELETION, ...Object.keys(change.payload)];
  return touched.some((field) => isUnseen(lastWrite(stored, field), seen));
}

function earlier(query: HistoryQuery | undefined, base: Cursor | null): Cursor | null {
  if (!query) return base;
  if (base === null || query.after === null) return null;
  return query.after < base ? query.after : base;
}

/** With the values of sensitive fields. */
export function openEntry(keyring: Keyring, entry: HistoryEntry): HistoryEntry {
  if (entry.sealed === null) return entry;
  const opened = keyring.open(['audit', entry.auditId], entry.sealed) as HistoryEntry['changes'];
  return { ...entry, changes: { ...entry.changes, ...opened } };
}
