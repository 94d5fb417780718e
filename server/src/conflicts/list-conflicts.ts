import {
  type ConflictRow,
  listConflicts as readConflicts,
  readMemberNames,
  type TenantTx,
  withTenant,
} from '@backhaul/db';
import type { Conflict, ConflictsQuery, ConflictsResponse, Json, UserId } from '@backhaul/shared';
import { parseCursor, parseInstant, parseRecordId, type TenantId } from '@backhaul/shared';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';

const DEFAULT_LIMIT = 100;

/** The tenant's conflicts with both sides' values, for managers. Throws INVALID_CURSOR. */
export async function listConflicts(
  services: Services,
  tenantId: TenantId,
  query: ConflictsQuery,
): Promise<ConflictsResponse> {
  const { since, order = 'asc', limit = DEFAULT_LIMIT, status, entity, entityId } = query;
  const after = since === undefined ? null : parseCursor(since);
  if (since !== undefined && after === null) throw new ApiError('INVALID_CURSOR');
  const record = parseRecordId(entityId) ?? undefined;
  return withTenant(
    services.database,
    tenantId,
    async (tx) => {
      const rows = await readConflicts(tx, { after, order, limit: limit + 1, status, entity, entityId: record });
      const hasMore = rows.length > limit;
      const page = hasMore ? rows.slice(0, limit) : rows;
      const conflicts = await toConflicts(services, tx, page);
      return { conflicts, nextCursor: page.at(-1)?.version ?? after, hasMore };
    },
    { readOnly: true },
  );
}

/** Conflicts as they are answered: sealed values opened, people by name. */
export async function toConflicts(services: Services, tx: TenantTx, rows: readonly ConflictRow[]): Promise<Conflict[]> {
  const keyring = await services.crypto.keyring(tx);
  const users = rows.flatMap((row) => [row.client_user_id, row.server_user_id]).filter((user) => user !== null);
  const names = await readMemberNames(tx, [...new Set(users)]);
  const person = (userId: UserId | null) => (userId === null ? null : { userId, name: names.get(userId) ?? userId });
  return rows.map((row) => {
    const values = sideValues(keyring, row);
    return {
      id: row.conflict_id,
      entity: row.entity,
      entityId: row.entity_id,
      fields: row.fields,
      summary: row.summary,
      winner: row.winner,
      status: row.status,
      policy: row.policy,
      client: {
        values: values.client,
        by: person(row.client_user_id),
        device: row.client_device_id,
        at: parseInstant(row.client_at),
      },
      server: {
        values: values.server,
        by: person(row.server_user_id),
        device: row.server_device_id,
        at: parseInstant(row.server_at),
      },
      createdAt: row.version,
      resolution: row.resolution,
      resolvedAt: row.resolved_version,
      resolvedBy: row.resolved_by,
    };
  });
}

export interface SideValues {
  readonly client: { readonly [field: string]: Json };
  readonly server: { readonly [field: string]: Json };
}

/** Both sides' values, sensitive ones included. */
export function sideValues(keyring: Keyring, row: ConflictRow): SideValues {
  const sealed = row.sealed === null ? null : keyring.open(['conflict', row.conflict_id], row.sealed);
  const { client = {}, server = {} } = (sealed ?? {}) as Partial<SideValues>;
  return { client: { ...row.client_values, ...client }, server: { ...row.server_values, ...server } };
}
