import type { NewConflict } from '@backhaul/shared/engine';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export interface SealedConflict extends NewConflict {
  /** The sensitive values of both sides, as an envelope; `null`: there are none. */
  readonly sealed: Buffer | null;
}

/** One statement, whatever their number. */
export async function insertConflicts(tx: TenantTx, conflicts: readonly SealedConflict[]): Promise<void> {
  if (conflicts.length === 0) return;
  const json = JSON.stringify(
    conflicts.map(({ client, server, sealed, ...row }) => ({
      ...row,
      client_values: client.values,
      client_user: client.user,
      client_device: client.device,
      client_at: client.at,
      server_values: server.values,
      server_user: server.user,
      server_device: server.device,
      server_at: server.at,
      sealed: sealed === null ? null : `\\x${sealed.toString('hex')}`,
    })),
  );
  await sql`
    insert into conflicts
      (tenant_id, conflict_id, version, entity, entity_id, change_id, kind, fields, policy, winner, status,
       client_values, client_user_id, client_device_id, client_at,
       server_values, server_user_id, server_device_id, server_at, server_version, sealed)
    select ${tx.tenantId}::uuid, "conflictId", version, entity, "entityId", "changeId", kind, fields, policy, winner,
      'open', client_values, client_user, client_device, client_at,
      server_values, server_user, server_device, server_at, "serverVersion", sealed
    from jsonb_to_recordset(${json}::jsonb) as new (
      "conflictId" uuid, version timestamptz, entity text, "entityId" uuid, "changeId" uuid, kind text, fields text[],
      policy text, winner text, client_values jsonb, client_user text, client_device uuid,
      client_at timestamptz, server_values jsonb, server_user text, server_device uuid, server_at timestamptz,
      "serverVersion" timestamptz, sealed bytea)
  `.execute(tx.db);
}
