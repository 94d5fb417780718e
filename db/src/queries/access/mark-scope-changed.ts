import type { Cursor, UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** These members' scope keys changed with this version: cursors older than it must resync. One statement. */
export async function markScopeChanged(tx: TenantTx, userIds: readonly UserId[], version: Cursor): Promise<void> {
  if (userIds.length === 0) return;
  await sql`
    update members set scope_version = ${version}::timestamptz
    where tenant_id = ${tx.tenantId} and user_id = any(${userIds}::text[])
  `.execute(tx.db);
}
