import type { ConflictRow, TenantTx } from '@backhaul/db';
import { type Conflict, type Json, type Language, parseInstant } from '@backhaul/shared';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import type { Services } from '../services.ts';
import { type ConflictFacts, personOf, summarise } from '@backhaul/shared/engine';
import { readNames } from './read-names.ts';

/** Conflicts as they are answered: sealed values opened, people by name, a sentence in the reader's language. */
export async function toConflicts(
  { domain, crypto }: Pick<Services, 'domain' | 'crypto'>,
  tx: TenantTx,
  { rows, language }: { readonly rows: readonly ConflictRow[]; readonly language: Language },
): Promise<Conflict[]> {
  if (rows.length === 0) return [];
  const keyring = await crypto.keyring(tx);
  const names = await readNames(tx, rows.map(factsOf));
  return rows.map((row) => {
    const values = sideValues(keyring, row);
    return {
      id: row.conflict_id,
      entity: row.entity,
      entityId: row.entity_id,
      fields: row.fields,
      summary: summarise({ domain, language, names }, factsOf(row)),
      kind: row.kind,
      winner: row.winner,
      status: row.status,
      policy: row.policy,
      client: {
        values: values.client,
        by: personOf(names, row.client_user_id),
        device: row.client_device_id,
        at: parseInstant(row.client_at),
      },
      server: {
        values: values.server,
        by: personOf(names, row.server_user_id),
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

function factsOf(row: ConflictRow): ConflictFacts {
  const { entity, fields, kind, policy, winner, resolution } = row;
  const people = { clientUser: row.client_user_id, serverUser: row.server_user_id, resolvedBy: row.resolved_by };
  return { entity, fields, kind, policy, winner, resolution, ...people };
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
