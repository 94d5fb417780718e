import type { RecordId } from '@backhaul/shared';
import type { TenantTx } from '../../tenant-tx.ts';

export interface NumberedRecord {
  readonly entity: string;
  readonly id: RecordId;
}

/** `null`: it has none yet. */
export async function readDocumentNumber(tx: TenantTx, { entity, id }: NumberedRecord): Promise<string | null> {
  const row = await tx.db
    .selectFrom('document_numbers')
    .select('number')
    .where('tenant_id', '=', tx.tenantId)
    .where('entity', '=', entity)
    .where('entity_id', '=', id)
    .executeTakeFirst();
  return row?.number ?? null;
}

/** The next of the series. Only under the tenant clock's lock does nobody else get the same one. */
export async function readNextSequence(tx: TenantTx, entity: string): Promise<number> {
  const { last } = await tx.db
    .selectFrom('document_numbers')
    .select((row) => row.fn.max('sequence').as('last'))
    .where('tenant_id', '=', tx.tenantId)
    .where('entity', '=', entity)
    .executeTakeFirstOrThrow();
  return (last ?? 0) + 1;
}

export async function insertDocumentNumber(
  tx: TenantTx,
  { entity, id, sequence, number, now }: NumberedRecord & { sequence: number; number: string; now: string },
): Promise<void> {
  await tx.db
    .insertInto('document_numbers')
    .values({ tenant_id: tx.tenantId, entity, entity_id: id, sequence, number, assigned_at: now })
    .execute();
}
