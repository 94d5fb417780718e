import type { TenantTx } from '@backhaul/db';
import {
  columnName,
  type Domain,
  type Entity,
  entityOf,
  type Member,
  type RecordId,
  type UserId,
} from '@backhaul/shared';
import { sql } from 'kysely';

/** Members by name, then people with a pending invite. Two statements, three with the members' own records. */
export async function listMembers(domain: Domain, tx: TenantTx, now: Date): Promise<Member[]> {
  const records = await readMemberRecords(domain, tx);
  const members = await tx.db
    .selectFrom('members')
    .select(['user_id as userId', 'email', 'name', 'role', 'status', 'created_at as createdAt'])
    .where('tenant_id', '=', tx.tenantId)
    .orderBy(sql`coalesce(name, email, user_id)`)
    .orderBy('user_id')
    .execute();
  const invites = await tx.db
    .selectFrom('invites')
    .select(['email', 'role', 'employee_id as employeeId', 'created_at as createdAt'])
    .where('tenant_id', '=', tx.tenantId)
    .where('status', '=', 'pending')
    .where('expires_at', '>', now.toISOString())
    .orderBy('email')
    .execute();
  return [
    ...members.map((member) => ({ ...member, employeeId: records.get(member.userId) ?? null })),
    ...invites.map((invite) => ({ ...invite, userId: null, name: null, status: 'invited' as const })),
  ];
}

/** User id -> the live record that stands for the user. */
export async function readMemberRecords(domain: Domain, tx: TenantTx): Promise<ReadonlyMap<UserId, RecordId>> {
  const { entity, userField } = domain.memberScope;
  const column = sql.ref(columnName(userField));
  const { rows } = await sql<{ id: RecordId; userId: UserId }>`
    select id, ${column} as "userId" from ${sql.table((entityOf(domain, entity) as Entity).table)}
    where tenant_id = ${tx.tenantId} and deleted_at is null and ${column} is not null
  `.execute(tx.db);
  return new Map(rows.map(({ id, userId }) => [userId, id]));
}
