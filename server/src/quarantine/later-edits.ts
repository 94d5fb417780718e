import {
  type QuarantineRow,
  readHistory,
  readQuarantinedChanges,
  type StoredHistoryEntry,
  type TenantTx,
} from '@backhaul/db';
import { type ChangeId, type Cursor, DELETION } from '@backhaul/shared';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import { type AdmittedChange, type DecidableChange } from '@backhaul/shared/engine';
import { derivedChangeId } from '../sync/push/change-identity.ts';
import { openEntry } from '../sync/push/load-state.ts';

/** What the same device has edited later of the record of an entry, and has been accepted since. */
export interface LaterEdits {
  readonly fields: ReadonlySet<string>;
  readonly isDeleted: boolean;
}

/**
 * By entry. The engine takes what comes from one outbox as made in the order of its arrival, which does not hold for changes
 * that waited here or on the device: a later one may have been applied first, the device may have been admitted and pushed
 * again, or what it was refused was put right by another edit. None may be overwritten by what was typed before it.
 *
 * Of changes that were handed over, the order tells which is later. A push is later than what had been handed over before it,
 * and else by its edit time.
 */
export async function readLaterEdits(
  tx: TenantTx,
  keyring: Keyring,
  rows: readonly QuarantineRow[],
): Promise<ReadonlyMap<QuarantineRow, LaterEdits>> {
  const named = rows.filter(isNamed);
  if (named.length === 0) return new Map();
  const queries = [...Map.groupBy(named, keyOf).values()].map((group) => ({
    entity: group[0]?.entity ?? '',
    id: group[0]?.entity_id as NamedRow['entity_id'],
    // No edit is accepted before it was made.
    after: group.flatMap((row) => [row.version, row.edited_at as Cursor]).toSorted()[0] as Cursor,
  }));
  const history = (await readHistory(tx, queries)).map((entry) => openEntry(keyring, entry));
  if (history.length === 0) return new Map();
  const byRecord = Map.groupBy(history, ({ entity, entityId }) => `${entity}/${entityId}`);
  const places = await readPlaces(tx, named);
  return new Map(
    named.map((row) => {
      const isLater = ({ version, device, changeId, editedAt }: StoredHistoryEntry): boolean => {
        if (device !== row.device_id || changeId === null) return false;
        const place = places.get(changeId);
        if (place !== undefined) return place > row.version;
        return version > row.version || editedAt > row.edited_at;
      };
      const later = (byRecord.get(keyOf(row)) ?? []).filter(isLater);
      const deletion = later.findLast(({ changes }) => DELETION in changes)?.changes[DELETION];
      const fields = new Set(later.flatMap(({ changes }) => Object.keys(changes)));
      return [row, { fields, isDeleted: deletion !== undefined && deletion.to !== null }];
    }),
  );
}

/** What is left of a change behind those; `null`: nothing. Corrections were made just now. */
export function withoutLaterEdits(
  change: DecidableChange,
  later: LaterEdits | undefined,
  corrected: ReadonlySet<string>,
): DecidableChange | null {
  if ('kind' in change || !later || later.fields.size === 0) return change;
  const kept = (field: string): boolean => corrected.has(field) || (!later.isDeleted && !later.fields.has(field));
  const payload = Object.fromEntries(Object.entries(change.payload).filter(([field]) => kept(field)));
  if (change.op === 'delete' || Object.keys(payload).length === 0) return null;
  return { ...change, payload } satisfies AdmittedChange;
}

type NamedRow = QuarantineRow & {
  readonly entity: string;
  readonly entity_id: NonNullable<QuarantineRow['entity_id']>;
};

const isNamed = (row: QuarantineRow): row is NamedRow => row.entity !== null && row.entity_id !== null;
const keyOf = (row: NamedRow): string => `${row.entity}/${row.entity_id}`;

/** Where changes of these records stand in the order of arrival, under every id that they may have been applied with. */
async function readPlaces(tx: TenantTx, rows: readonly NamedRow[]): Promise<ReadonlyMap<ChangeId, Cursor>> {
  const places = new Map<ChangeId, Cursor>();
  const keys = [...new Map(rows.map((row) => [keyOf(row), { entity: row.entity, id: row.entity_id }])).values()];
  for (const known of await readQuarantinedChanges(tx, keys)) {
    places.set(known.change_id, known.version);
    places.set(ownChangeId(known), known.version);
  }
  return places;
}

/** The id of an entry's change where its own id has another meaning by now. */
export function ownChangeId(row: Pick<QuarantineRow, 'quarantine_id' | 'device_id'>): ChangeId {
  return derivedChangeId(row.device_id, `quarantine/${row.quarantine_id}`);
}
