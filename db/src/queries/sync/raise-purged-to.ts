import type { Cursor } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** Cursors before this version can not be taken any more: what it told is gone. In the transaction that removed it. */
export async function raisePurgedTo(tx: TenantTx, version: Cursor): Promise<void> {
  await sql`
    update tenant_clocks set purged_to = greatest(purged_to, ${version}::timestamptz) where tenant_id = ${tx.tenantId}
  `.execute(tx.db);
}
