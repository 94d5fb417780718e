import type { Cursor, DeviceId, QuarantineStatus, UserId } from '@backhaul/shared';
import { type RawBuilder, sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { QUARANTINE_COLUMNS, type QuarantineRow } from './read-quarantine.ts';

export interface QuarantineFilter {
  readonly status?: QuarantineStatus | undefined;
  readonly entity?: string | undefined;
  readonly device?: DeviceId | undefined;
  readonly author?: UserId | undefined;
}

export interface QuarantinePaging {
  readonly after: Cursor | null;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** Bytes of sealed content; the first row comes whatever its size. */
  readonly maxBytes: number;
}

/** Up to `limit` rows, fewer where they are large; `hasMore` when rows are left. One statement. */
export async function listQuarantine(
  tx: TenantTx,
  filter: QuarantineFilter,
  { after, order, limit, maxBytes }: QuarantinePaging,
): Promise<{ readonly rows: QuarantineRow[]; readonly hasMore: boolean }> {
  const direction = sql.raw(order);
  const position = after === null ? sql`` : sql`and version ${sql.raw(order === 'asc' ? '>' : '<')} ${after}`;
  // Measured before anything is fetched: a device may have handed over more than this process can hold.
  const { rows } = await sql<QuarantineRow & Measured>`
    select * from (
      select *, coalesce(sum(octet_length(sealed)) over before_it, 0) as before, row_number() over here as place,
        count(*) over ()::integer as found
      from (
        select ${sql.join(QUARANTINE_COLUMNS.map((column) => sql.ref(column)))} from quarantine
        where tenant_id = ${tx.tenantId} ${conditions(filter)} ${position}
        order by version ${direction} limit ${limit + 1}
      ) page
      window here as (order by version ${direction}),
        before_it as (order by version ${direction} rows between unbounded preceding and 1 preceding)
    ) measured
    where place <= ${limit} and before < ${maxBytes}
    order by version ${direction}
  `.execute(tx.db);
  return {
    rows: rows.map(({ before: _, place: __, found: ___, ...row }) => row),
    hasMore: rows.length < (rows[0]?.found ?? 0),
  };
}

interface Measured {
  readonly before: number;
  readonly place: number;
  /** Rows of the page and the one behind it. */
  readonly found: number;
}

/** Entries by status, whatever the filter's own status. */
export async function countQuarantine(
  tx: TenantTx,
  filter: Omit<QuarantineFilter, 'status'>,
): Promise<{ readonly [S in QuarantineStatus]: number }> {
  const { rows } = await sql<{ status: QuarantineStatus; count: number }>`
    select status, count(*)::integer as count from quarantine
    where tenant_id = ${tx.tenantId} ${conditions(filter)}
    group by status
  `.execute(tx.db);
  const counts = Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  return { waiting: 0, applied: 0, discarded: 0, ...counts };
}

function conditions({ status, entity, device, author }: QuarantineFilter): RawBuilder<unknown> {
  const given = [
    ...(status === undefined ? [] : [sql`and status = ${status}`]),
    ...(entity === undefined ? [] : [sql`and entity = ${entity}`]),
    ...(device === undefined ? [] : [sql`and device_id = ${device}`]),
    ...(author === undefined ? [] : [sql`and user_id = ${author}`]),
  ];
  return given.length === 0 ? sql`` : sql.join(given, sql` `);
}
