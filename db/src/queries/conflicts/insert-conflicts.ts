import type { ChangeId, ConflictKind, ConflictPolicy, Cursor, DeviceId, RecordId, UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { JsonObject } from '../../tables.ts';
import type { TenantTx } from '../../tenant-tx.ts';

export interface NewConflictSide {
  readonly values: JsonObject;
  readonly user: UserId | null;
  readonly device: DeviceId | null;
  /** When the edit was made, ISO-8601 UTC. */
  readonly at: string | null;
}

export interface NewConflict {
  readonly conflictId: string;
  readonly version: Cursor;
  readonly entity: string;
  readonly entityId: RecordId;
  readonly changeId: ChangeId | null;
  readonly kind: ConflictKind;
  readonly fields: readonly string[];
  readonly policy: ConflictPolicy;
  readonly winner: 'client' | 'server';
  readonly client: NewConflictSide;
  readonly server: NewConflictSide;
  readonly serverVersion: Cursor;
  /** The sensitive values of both sides, as an envelope. */
  readonly sealed: Buffer | null;
}

/** One statement, whatever their number. */
export async function insertConflicts(tx: TenantTx, conflicts: readonly NewConflict[]): Promise<void> {
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
