import { readRecords, type TenantTx } from '@backhaul/db';
import { type Entity, entityOf, type FieldVersions, type RecordId, type RecordValues } from '@backhaul/shared';
import type { Services } from '../../../services.ts';

export interface PlainRecord {
  readonly id: RecordId;
  readonly values: RecordValues;
  readonly isLive: boolean;
  readonly fieldVersions: FieldVersions;
  /** It has, or had, a sensitive value. */
  readonly isSealed: boolean;
}

/** Plain fields alone: nothing that is billed needs a sealed one. */
export async function readMany(
  { domain }: Services,
  tx: TenantTx,
  name: string,
  ids: readonly RecordId[],
): Promise<PlainRecord[]> {
  if (ids.length === 0) return [];
  const rows = await readRecords(tx, entityOf(domain, name) as Entity, ids);
  return rows.map(({ id, values, deletedAt, fieldVersions, sealed }) => {
    return { id, values, isLive: deletedAt === null, fieldVersions, isSealed: sealed !== null };
  });
}
