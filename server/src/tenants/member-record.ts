import type { TenantTx } from '@backhaul/db';
import { columnName, type Domain, type Entity, entityOf, type RecordId, type UserId } from '@backhaul/shared';
import { type TenantClock } from '@backhaul/shared/engine';
import { sql } from 'kysely';
import { writeAsService } from '../records/write-record.ts';
import type { Services } from '../services.ts';

/** The live record that stands for a person in the domain, and the member it names, if any; `null` when there is none. */
export async function readMemberRecord(
  domain: Domain,
  tx: TenantTx,
  recordId: RecordId,
): Promise<{ readonly userId: UserId | null } | null> {
  const { entity, userField } = domain.memberScope;
  const { rows } = await sql<{ userId: UserId | null }>`
    select m.user_id as "userId"
    from ${sql.table((entityOf(domain, entity) as Entity).table)} r
    left join members m on m.tenant_id = r.tenant_id and m.user_id = r.${sql.ref(columnName(userField))}
    where r.tenant_id = ${tx.tenantId} and r.id = ${recordId} and r.deleted_at is null
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
