import type { UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** User id -> the name a manager knows them by; people who left are absent. One statement. */
export async function readMemberNames(tx: TenantTx, userIds: readonly UserId[]): Promise<Map<UserId, string>> {
  if (userIds.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('members')
    .select(['user_id', sql<string>`coalesce(name, email, user_id)`.as('name')])
    .where('tenant_id', '=', tx.tenantId)
    .where('user_id', '=', sql<UserId>`any(${userIds}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.user_id, row.name]));
}
