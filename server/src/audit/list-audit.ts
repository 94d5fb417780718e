import { listAudit as readAudit, withTenant } from '@backhaul/db';
import {
  type AuditQuery,
  type AuditResponse,
  type Language,
  parseCursor,
  parseRecordId,
  parseUserId,
  type TenantId,
} from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import { toEntries } from './to-entries.ts';

const DEFAULT_LIMIT = 100;

/** What happened in a tenant, who did it and on which device, for managers. Throws INVALID_CURSOR, INVALID_ID. */
export async function listAudit(
  services: Services,
  { tenantId, language }: { readonly tenantId: TenantId; readonly language: Language },
  query: AuditQuery,
): Promise<AuditResponse> {
  const { since, order = 'asc', limit = DEFAULT_LIMIT, entity, entityId, actor } = query;
  const after = since === undefined ? null : parseCursor(since);
  if (since !== undefined && after === null) throw new ApiError('INVALID_CURSOR');
  const actorId = actor === undefined ? undefined : parseUserId(actor);
  if (actorId === null)
    throw new ApiError('INVALID_ID', { message: 'The actor is no user id', details: { parameter: 'actor' } });
  return withTenant(
    services.database,
    tenantId,
    async (tx) => {
      // A record's id in any letter case; other ids, of members for example, as they are.
      const subject = parseRecordId(entityId) ?? entityId;
      const rows = await readAudit(tx, { after, order, limit: limit + 1, entity, entityId: subject, actor: actorId });
      const hasMore = rows.length > limit;
      const page = hasMore ? rows.slice(0, limit) : rows;
      const audit = await toEntries(services, tx, { rows: page, language });
      return { audit, nextCursor: page.at(-1)?.version ?? after, hasMore };
    },
    { readOnly: true },
  );
}
