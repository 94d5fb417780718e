import type { ScopeExit } from '@backhaul/shared/engine';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** The newest exit of a record stands for all before it. No two of the same role, key and record. One statement. */
export async function writeExits(tx: TenantTx, exits: readonly ScopeExit[]): Promise<void> {
  if (exits.length === 0) return;
  await sql`
    insert into scope_exits (tenant_id, role, scope_key, entity, id, version)
    select ${tx.tenantId}::uuid, role, "scopeKey", entity, id, version
    from jsonb_to_recordset(${JSON.stringify(exits)}::jsonb) as new (
      role text, "scopeKey" text, entity text, id uuid, version timestamptz)
    on conflict (tenant_id, role, scope_key, entity, id) do update set version = excluded.version
  `.execute(tx.db);
}
