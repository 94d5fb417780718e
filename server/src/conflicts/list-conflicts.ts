import { listConflicts as readConflicts, withTenant } from '@backhaul/db';
import {
  type ConflictsQuery,
  type ConflictsResponse,
  type Language,
  parseCursor,
  type TenantId,
} from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import { conflictFilter } from './conflict-filter.ts';
import { toConflicts } from './to-conflicts.ts';

const DEFAULT_LIMIT = 100;

/** The tenant's conflicts with both sides' values, for managers. Throws INVALID_CURSOR, INVALID_ID. */
export async function listConflicts(
  services: Services,
  { tenantId, language }: { readonly tenantId: TenantId; readonly language: Language },
  query: ConflictsQuery,
): Promise<ConflictsResponse> {
  const { since, order = 'asc', limit = DEFAULT_LIMIT } = query;
  const after = since === undefined ? null : parseCursor(since);
  if (since !== undefined && after === null) throw new ApiError('INVALID_CURSOR');
  const filter = conflictFilter(query);
  return withTenant(
    services.database,
    tenantId,
    async (tx) => {
      const rows = await readConflicts(tx, filter, { after, order, limit: limit + 1 });
      const hasMore = rows.length > limit;
      const page = hasMore ? rows.slice(0, limit) : rows;
      const conflicts = await toConflicts(services, tx, { rows: page, language });
      return { conflicts, nextCursor: page.at(-1)?.version ?? after, hasMore };
    },
    { readOnly: true },
  );
}
