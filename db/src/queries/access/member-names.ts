import type { UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/**
 * User id -> the name a manager knows them by: today's, or of those who left, the one that the audit log keeps of their
 * removal. Whoever was never a member is absent. One statement.
 */
export async function readMemberNames(tx: TenantTx, userIds: readonly UserId[]): Promise<Map<UserId, string>> {
  const wanted = [...new Set(userIds)];
  if (wanted.length === 0) return new Map();
  const { rows } = await sql<{ userId: UserId; name: string }>`
    select user_id as "userId", coalesce(name, email, user_id) as name, null as version from members
    where tenant_id = ${tx.tenantId} and user_id = any(${wanted}::text[])
    union all
    select entity_id, changes -> 'name' ->> 'from', version from audit
    where tenant_id = ${tx.tenantId} and entity = 'member' and entity_id = any(${wanted}::text[])
      and action = 'remove' and changes -> 'name' ->> 'from' is not null
    -- The last name wins: of several removals the latest, and a membership before all of them.
    order by version nulls last
  `.execute(tx.db);
  return new Map(rows.map(({ userId, name }) => [userId, name]));
}
