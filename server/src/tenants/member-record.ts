import type { TenantClock, TenantTx } from '@backhaul/db';
import { columnName, type Domain, type Entity, entityOf, type RecordId, type UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import { writeAsService } from '../records/write-record.ts';
import type { Services } from '../services.ts';

/** The live record that stands for a person in the domain, and whose user it names; `null` when there is none. */
export async function readMemberRecord(
  domain: Domain,
  tx: TenantTx,
  recordId: RecordId,
): Promise<{ readonly userId: UserId | null } | null> {
  const { entity, userField } = domain.memberScope;
  const { rows } = await sql<{ userId: UserId | null }>`
    select ${sql.ref(columnName(userField))} as "userId"
    from ${sql.table((entityOf(domain, entity) as Entity).table)}
    where tenant_id = ${tx.tenantId} and id = ${recordId} and deleted_at is null
  `.execute(tx.db);
  return rows[0] ?? null;
}

/** Makes a record stand for a person. Left alone when it is gone or taken: the person is a member all the same. */
export async function linkMemberRecord(
  services: Services,
  { tx, clock, recordId, userId }: { tx: TenantTx; clock: TenantClock; recordId: RecordId; userId: UserId },
): Promise<void> {
  const { entity, userField } = services.domain.memberScope;
  const record = await readMemberRecord(services.domain, tx, recordId);
  if (!record || record.userId !== null) return;
  await writeAsService(
    services,
    { tx, clock, actor: userId },
    { op: 'upsert', entity, id: recordId, values: { [userField]: userId }, base: { kind: 'current' } },
  );
}
