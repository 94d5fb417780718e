import type { Cursor } from '../../cursor.ts';
import type { RecordId } from '../../ids.ts';
import { isUnseen } from '../../merge/merge-change.ts';
import { CREATION, DELETION, lastWrite, type StoredRecord } from '../../merge/stored-record.ts';
import type { HistoryEntry } from '../history-entry.ts';
import type { AdmittedChange, Writer } from './change.ts';
import type { NamedState } from './named-in-progress.ts';
import { resolveBase } from './resolve-base.ts';
import type { UniqueOwners } from './unique-owners.ts';

export interface RecordKey {
  readonly entity: string;
  readonly id: RecordId;
}

export const recordKey = (entity: string, id: string): string => `${entity}/${id}`;

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

/** The records that a change's payload names. */
export function referencesOf({ declaration, payload }: AdmittedChange): (RecordKey & { field: string })[] {
  return Object.entries(payload).flatMap(([field, value]) => {
    const declared = declaration.fields[field];
    if (declared?.kind !== 'reference' || value === null) return [];
    return [{ field, entity: declared.entity, id: value as RecordId }];
  });
}

export interface HistoryQuery extends RecordKey {
  /** Only later writes; `null`: all of them. */
  readonly after: Cursor | null;
}

/** Of which records, and from when on, a batch's decisions look back: only where it meets what somebody else has written. */
export function historyQueries(
  changes: readonly AdmittedChange[],
  { records, writer }: { readonly records: PushState['records']; readonly writer: Writer },
): HistoryQuery[] {
  const queries = new Map<string, HistoryQuery>();
  for (const change of changes) {
    const stored = records.get(recordKey(change.entity, change.entityId));
    if (!stored || !meetsUnseenWrite(stored, change, writer)) continue;
    const key = recordKey(change.entity, change.entityId);
    const after = earlier(queries.get(key), resolveBase(change, stored, writer));
    queries.set(key, { entity: change.entity, id: change.entityId, after });
  }
  return [...queries.values()];
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
