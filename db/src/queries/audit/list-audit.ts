import type { Cursor, UserId } from '@backhaul/shared';
import type { Selectable } from 'kysely';
import type { AuditTable } from '../../tables.ts';
import type { TenantTx } from '../../tenant-tx.ts';

export type AuditRow = Omit<Selectable<AuditTable>, 'tenant_id' | 'change_id'>;

export interface AuditFilter {
  readonly after: Cursor | null;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly entity?: string | undefined;
  readonly entityId?: string | undefined;
  readonly actor?: UserId | undefined;
}

export async function listAudit(tx: TenantTx, filter: AuditFilter): Promise<AuditRow[]> {
  const { after, order, limit, entity, entityId, actor } = filter;
  let query = tx.db
    .selectFrom('audit')
    .select([
      'audit_id',
      'version',
      'entity',
      'entity_id',
      'action',
      'actor_user_id',
      'author_user_id',
      'device_id',
      'edited_at',
      'changes',
      'sealed',
    ])
    .where('tenant_id', '=', tx.tenantId);
  if (after !== null) query = query.where('version', order === 'asc' ? '>' : '<', after);
  if (entity !== undefined) query = query.where('entity', '=', entity);
  if (entityId !== undefined) query = query.where('entity_id', '=', entityId);
  if (actor !== undefined) query = query.where('actor_user_id', '=', actor);
  return query.orderBy('version', order).limit(limit).execute();
}
