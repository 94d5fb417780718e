import { readRecords, type TenantTx } from '@backhaul/db';
import {
  type Cursor,
  type DeviceId,
  type Domain,
  type Entity,
  entityOf,
  isUnseen,
  type Json,
  jsonEqual,
  lastWrite,
  type QuarantineEntry,
  type StoredRecord,
} from '@backhaul/shared';
import { sql } from 'kysely';
import { openRecord } from '../crypto/record-seal.ts';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import { type AdmittedChange, recordKey, resolveBase } from '@backhaul/shared/engine';

export const keyOf = ({ entity, entityId }: AdmittedChange): string => recordKey(entity, entityId);

/** The records that the changes name, by key. One statement for each entity. */
export async function readRecordsOf(
  domain: Domain,
  keyring: Keyring,
  tx: TenantTx,
  frames: readonly AdmittedChange[],
): Promise<Map<string, StoredRecord>> {
  const records = new Map<string, StoredRecord>();
  for (const [name, group] of Map.groupBy(frames, ({ entity }) => entity)) {
    const declaration = entityOf(domain, name) as Entity;
    for (const row of await readRecords(tx, declaration, [...new Set(group.map(({ entityId }) => entityId))])) {
      records.set(recordKey(name, row.id), openRecord(keyring, name, declaration, row));
    }
  }
  return records;
}

/** What devices had pulled, for changes that do not say what they were made on. */
export async function readPullCursors(
  tx: TenantTx,
  devices: readonly DeviceId[],
): Promise<ReadonlyMap<DeviceId, Cursor | null>> {
  const rows = await tx.db
    .selectFrom('devices')
    .select(['device_id', 'pull_cursor'])
    .where('tenant_id', '=', tx.tenantId)
    .where('device_id', '=', sql<DeviceId>`any(${devices}::uuid[])`)
    .execute();
  return new Map(rows.map((row) => [row.device_id, row.pull_cursor]));
}

export interface CurrentContext {
  /** Only stubs of these are left. */
  readonly purged: ReadonlySet<string>;
  readonly typed: { readonly [field: string]: unknown };
  readonly deviceId: DeviceId;
  readonly pullCursor: Cursor | null;
}

/** A record as it is now, beside a change of it. */
export function currentOf(
  frame: AdmittedChange | null,
  stored: StoredRecord | null,
  { purged, typed, deviceId, pullCursor }: CurrentContext,
): QuarantineEntry['current'] {
  const nothing = { values: {}, updatedAt: null, changedSince: [] };
  if (frame === null) return { state: 'none', ...nothing };
  if (stored === null) return { state: purged.has(keyOf(frame)) ? 'gone' : 'none', ...nothing };
  const { declaration, op } = frame;
  const fields = declaration.fieldNames.filter((field) => op === 'delete' || Object.hasOwn(typed, field));
  const seen = { base: resolveBase(frame, stored, { pullCursor }), device: deviceId };
  const isNews = (field: string): boolean =>
    isUnseen(lastWrite(stored, field), seen) && !jsonEqual(stored.values[field], typed[field] as Json);
  return {
    state: stored.deletedAt === null ? 'live' : 'deleted',
    values: Object.fromEntries(fields.map((field) => [field, stored.values[field] ?? null])),
    updatedAt: stored.updatedAt,
    changedSince: fields.filter(isNews),
  };
}
