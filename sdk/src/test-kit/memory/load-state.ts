import type { RecordId, StoredRecord } from '@backhaul/shared';
import {
  type AdmittedChange,
  type DecidableChange,
  type HistoryEntry,
  historyQueries,
  namedQueriesOf,
  namedState,
  type PushState,
  recordKey,
  referencesOf,
  type Writer,
} from '@backhaul/shared/engine';
import { type MemoryTenant, rowsOf } from './memory-tenant.ts';
import { findNamed } from './named-rows.ts';

/** Everything that deciding about a batch needs. */
export function loadState(
  tenant: MemoryTenant,
  { writer, changes: decidable }: { readonly writer: Writer; readonly changes: readonly DecidableChange[] },
): PushState {
  const { domain } = tenant;
  const changes = decidable.filter((change): change is AdmittedChange => !('kind' in change));
  const records = new Map<string, StoredRecord>();
  const known = new Map<string, { purged: boolean }>();
  for (const change of changes) {
    const stored = tenant.rows.get(recordKey(change.entity, change.entityId));
    if (stored) records.set(recordKey(change.entity, change.entityId), stored);
    for (const { entity, id } of [{ entity: change.entity, id: change.entityId }, ...referencesOf(change)]) {
      if (tenant.rows.has(recordKey(entity, id))) known.set(recordKey(entity, id), { purged: false });
    }
  }
  const queries = namedQueriesOf(changes, { domain, writer });
  const found = writer.authority.kind === 'service' ? [] : findNamed(tenant, { domain, ...writer.authority }, queries);
  const recordOf = (entity: string, id: RecordId) => records.get(recordKey(entity, id));
  return {
    records,
    known,
    uniqueOwners: uniqueOwners(tenant, changes),
    history: new Map(
      historyQueries(changes, { records, writer }).map(({ entity, id, after }): [string, HistoryEntry[]] => {
        const key = recordKey(entity, id);
        const entries = tenant.history.get(key) ?? [];
        return [key, entries.filter(({ version }) => after === null || version > after)];
      }),
    ),
    named: namedState(changes, queries, { found, recordOf }),
  };
}

function uniqueOwners(tenant: MemoryTenant, changes: readonly AdmittedChange[]): PushState['uniqueOwners'] {
  const owners = new Map<string, Map<string, RecordId>>();
  for (const [name, group] of Map.groupBy(changes, ({ entity }) => entity)) {
    const { fields, fieldNames } = (group[0] as AdmittedChange).declaration;
    for (const field of fieldNames.filter((candidate) => fields[candidate]?.uniqueLive)) {
      const live = rowsOf(tenant, name).filter(({ deletedAt }) => deletedAt === null);
      owners.set(`${name}.${field}`, new Map(live.map(({ id, values }) => [values[field] as string, id])));
    }
  }
  return owners;
}
