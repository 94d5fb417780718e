import { type PageRow, readPage, readRecords, type TenantTx, withTenant } from '@backhaul/db';
import {
  type Cursor,
  type Entity,
  entityOf,
  type Grant,
  parseCursor,
  readGrants,
  type RecordId,
} from '@backhaul/shared';
import type { Access } from '../access/read-access.ts';
import { openValues } from '../crypto/record-seal.ts';
import { ApiError } from '../http/api-error.ts';
import { openView } from '../projection/open-view.ts';
import { projectRecord, type WireRecord } from '@backhaul/shared/engine';
import type { Services } from '../services.ts';

export interface RecordsPage {
  readonly records: WireRecord[];
  readonly nextCursor: Cursor | null;
  readonly hasMore: boolean;
}

/** One entity's records that the member may see, oldest version first. Throws INVALID_CURSOR. */
export async function listRecords(
  services: Services,
  access: Access,
  query: { entity: string; since: string | undefined; limit: number; includeDeleted: boolean },
): Promise<RecordsPage> {
  const after = query.since === undefined ? null : parseCursor(query.since);
  if (query.since !== undefined && after === null) throw new ApiError('INVALID_CURSOR');
  const { domain } = services;
  const { role, keys } = access;
  const read = async (tx: TenantTx): Promise<WireRecord[]> => {
    const rows = await readPage(tx, {
      domain,
      role,
      keys,
      after,
      snapshot: null,
      limit: query.limit + 1,
      entities: [query.entity],
      ...(query.includeDeleted ? {} : { liveOnly: true }),
    });
    const grants = readGrants(domain, role, query.entity);
    const opened = await openRows(services, tx, query.entity, rows);
    return opened.map((row) => projectRecord(grants[row.grant] as Grant, row));
  };
  const records = await withTenant(services.database, access.tenantId, read, { readOnly: true });
  const hasMore = records.length > query.limit;
  const page = hasMore ? records.slice(0, query.limit) : records;
  return { records: page, nextCursor: (page.at(-1)?.updatedAt as Cursor | undefined) ?? after, hasMore };
}

/** A record, live or deleted, or `null` where there is none that the member may see. */
export async function getRecord(
  services: Services,
  access: Access,
  { entity, id }: { entity: string; id: RecordId },
): Promise<WireRecord | null> {
  const read = (tx: TenantTx): Promise<WireRecord[]> => openVisible(services, tx, access, { entity, ids: [id] });
  const [record] = await withTenant(services.database, access.tenantId, read, { readOnly: true });
  return record ?? null;
}

/** Those of these records that the member may see, as they may see them. */
export async function openVisible(
  services: Services,
  tx: TenantTx,
  access: Access,
  { entity, ids }: { entity: string; ids: readonly RecordId[] },
): Promise<WireRecord[]> {
  const { domain } = services;
  const rows = await readRecords(tx, entityOf(domain, entity) as Entity, ids);
  const view = await openView(
    tx,
    { domain, role: access.role, keys: access.keys },
    rows.map(({ id }) => ({ entity, id })),
  );
  const opened = await openRows(services, tx, entity, rows);
  return opened.map((row) => view.project(entity, row)).filter((record) => record !== null);
}

async function openRows<Row extends Pick<PageRow, 'id' | 'values' | 'sealed'>>(
  { domain, crypto }: Services,
  tx: TenantTx,
  entity: string,
  rows: readonly Row[],
): Promise<Row[]> {
  const keyring = await crypto.keyring(tx);
  const declaration = entityOf(domain, entity) as Entity;
  return rows.map((row) => ({ ...row, values: openValues(keyring, entity, declaration, row) }));
}
