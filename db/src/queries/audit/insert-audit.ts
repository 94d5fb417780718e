import type { AuditAction, ChangeId, Cursor, DeviceId, UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { FieldChanges } from '@backhaul/shared/engine';
import type { TenantTx } from '../../tenant-tx.ts';

export interface NewAuditRow {
  readonly auditId: string;
  /** The tenant clock's value of this write, used by no other audit row. */
  readonly version: Cursor;
  readonly entity: string;
  readonly entityId: string;
  readonly action: AuditAction;
  readonly actor: UserId | null;
  /** Who typed it, where that was not the actor. */
  readonly author?: UserId | null;
  readonly device: DeviceId | null;
  readonly changeId: ChangeId | null;
  /** When the edit was made, ISO-8601 UTC. */
  readonly at: string;
  readonly changes: FieldChanges;
  /** The changes of sensitive fields, as an envelope. */
  readonly sealed: Buffer | null;
}

/** One statement, whatever their number. */
export async function insertAudit(tx: TenantTx, rows: readonly NewAuditRow[]): Promise<void> {
  if (rows.length === 0) return;
  const json = JSON.stringify(
    rows.map(({ sealed, ...row }) => ({ ...row, sealed: sealed === null ? null : `\\x${sealed.toString('hex')}` })),
  );
  await sql`
    insert into audit
      (tenant_id, audit_id, version, entity, entity_id, action, actor_user_id, author_user_id, device_id, change_id,
       edited_at, changes, sealed)
    select ${tx.tenantId}::uuid, "auditId", version, entity, "entityId", action, actor, author, device, "changeId", at,
      changes, sealed
    from jsonb_to_recordset(${json}::jsonb) as new (
      "auditId" uuid, version timestamptz, entity text, "entityId" text, action text, actor text, author text,
      device uuid, "changeId" uuid, at timestamptz, changes jsonb, sealed bytea)
  `.execute(tx.db);
}
