import {
  type AuditRow,
  type ConflictRow,
  findKnownIds,
  listAudit,
  listConflicts,
  type TenantTx,
  withTenant,
} from '@backhaul/db';
import {
  entityOf,
  type HistoryItem,
  type HistoryQuery,
  type HistoryResponse,
  type Language,
  parseCursor,
  type RecordId,
} from '@backhaul/shared';
import type { Access } from '../access/read-access.ts';
import { toEntries } from '../audit/to-entries.ts';
import { toConflicts } from '../conflicts/to-conflicts.ts';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import { openVisible } from './list-records.ts';

export interface HistoryReader {
  readonly access: Access;
  readonly language: Language;
}

const DEFAULT_LIMIT = 100;

/**
 * Everything that happened to a record, for managers: accepted writes and the conflicts that they met, of a deleted or purged
 * record, too. Throws INVALID_CURSOR, or NOT_FOUND for one that never was.
 */
export async function recordHistory(
  services: Services,
  { access, language }: HistoryReader,
  { entity, id, since, order = 'asc', limit = DEFAULT_LIMIT }: HistoryQuery & { entity: string; id: RecordId },
): Promise<HistoryResponse> {
  const after = since === undefined ? null : parseCursor(since);
  if (since !== undefined && after === null) throw new ApiError('INVALID_CURSOR');
  if (!entityOf(services.domain, entity)) throw new ApiError('NOT_FOUND');
  return withTenant(
    services.database,
    access.tenantId,
    async (tx) => {
      const [record = null] = await openVisible(services, tx, access, { entity, ids: [id] });
      const purged = record === null && (await isPurged(services, tx, { entity, id }));
      if (!record && !purged) throw new ApiError('NOT_FOUND');
      const range = { after, order, limit: limit + 1 };
      const found: Found[] = [
        ...(await listAudit(tx, { ...range, entity, entityId: id })).map((write) => ({
          version: write.version,
          write,
        })),
        ...(await listConflicts(tx, { entity, entityId: id }, range)).map((conflict) => ({
          version: conflict.version,
          conflict,
        })),
      ];
      const direction = order === 'asc' ? 1 : -1;
      found.sort((a, b) => (a.version < b.version ? -direction : direction));
      const page = found.slice(0, limit);
      const history = await toItems(services, tx, { page, language });
      return {
        entity,
        entityId: id,
        record,
        purged,
        history,
        nextCursor: page.at(-1)?.version ?? after,
        hasMore: found.length > limit,
      };
    },
    { readOnly: true },
  );
}

/** A row of one log or the other; no two share a version. */
type Found = Pick<AuditRow, 'version'> & ({ readonly write: AuditRow } | { readonly conflict: ConflictRow });

async function isPurged(
  { domain }: Services,
  tx: TenantTx,
  key: { readonly entity: string; readonly id: RecordId },
): Promise<boolean> {
  return (await findKnownIds(tx, domain, [key])).some(({ purged }) => purged);
}

async function toItems(
  services: Services,
  tx: TenantTx,
  { page, language }: { readonly page: readonly Found[]; readonly language: Language },
): Promise<HistoryItem[]> {
  const writes = page.flatMap((found) => ('write' in found ? [found.write] : []));
  const conflicts = page.flatMap((found) => ('conflict' in found ? [found.conflict] : []));
  const entries = (await toEntries(services, tx, { rows: writes, language })).values();
  const answered = (await toConflicts(services, tx, { rows: conflicts, language })).values();
  return page.map((found): HistoryItem => {
    if ('write' in found) return { kind: 'write', entry: take(entries) };
    return { kind: 'conflict', conflict: take(answered) };
  });
}

function take<Item>(items: Iterator<Item>): Item {
  const { value, done } = items.next();
  if (done) throw new Error('A row was not answered');
  return value;
}
