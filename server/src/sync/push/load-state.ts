import {
  findKnownIds,
  findUniqueOwners,
  readHistory,
  readRecords,
  type StoredHistoryEntry,
  type TenantTx,
} from '@backhaul/db';
import { type Domain, type Entity, entityOf, type RecordId, type StoredRecord } from '@backhaul/shared';
import {
  type AdmittedChange,
  type DecidableChange,
  historyQueries,
  type PushState,
  type RecordKey,
  recordKey,
  referencesOf,
  type Writer,
} from '@backhaul/shared/engine';
import { openRecord } from '../../crypto/record-seal.ts';
import type { Keyring } from '../../crypto/tenant-crypto.ts';
import { loadNamed } from './load-named.ts';

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
  const queries = historyQueries(changes, { records, writer });
  if (queries.length === 0) return new Map();
  const entries = (await readHistory(tx, queries)).map((entry) => openEntry(keyring, entry));
  return Map.groupBy(entries, (entry) => recordKey(entry.entity, entry.entityId));
}

/** With the values of sensitive fields. */
export function openEntry(keyring: Keyring, entry: StoredHistoryEntry): StoredHistoryEntry {
  if (entry.sealed === null) return entry;
  const opened = keyring.open(['audit', entry.auditId], entry.sealed) as StoredHistoryEntry['changes'];
  return { ...entry, changes: { ...entry.changes, ...opened } };
}
