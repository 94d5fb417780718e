import type { Cursor, UserId } from '@backhaul/shared';
import type { TenantTx } from '../../tenant-tx.ts';

export interface StoredLogo {
  readonly bytes: Buffer;
  readonly version: Cursor;
}

/** `null`: nobody has given one. */
export async function readTenantLogo(tx: TenantTx): Promise<StoredLogo | null> {
  const row = await tx.db
    .selectFrom('tenant_logos')
    .select(['bytes', 'version'])
    .where('tenant_id', '=', tx.tenantId)
    .executeTakeFirst();
  return row ?? null;
}

/** Run under the tenant clock's lock, which hands out the version. */
export async function writeTenantLogo(
  tx: TenantTx,
  { bytes, version, updatedBy }: { bytes: Buffer; version: Cursor; updatedBy: UserId },
): Promise<void> {
  const values = { bytes, version, updated_by: updatedBy };
  await tx.db
    .insertInto('tenant_logos')
    .values({ tenant_id: tx.tenantId, ...values })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(values))
    .execute();
}

export async function deleteTenantLogo(tx: TenantTx): Promise<void> {
  await tx.db.deleteFrom('tenant_logos').where('tenant_id', '=', tx.tenantId).execute();
}
