import type { DeviceId, UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { type ConflictFilter, conflictPage } from './conflict-page.ts';

export interface ConflictCounts {
  readonly open: number;
  readonly resolved: number;
  /** Open, and a manager has to choose. */
  readonly mustChoose: number;
  readonly byEntity: { readonly [entity: string]: number };
  /** Either side, most first; a conflict with oneself counts once. */
  readonly byAuthor: readonly { readonly userId: UserId; readonly count: number }[];
  readonly byDevice: readonly {
    readonly device: DeviceId;
    readonly userId: UserId | null;
    readonly platform: string | null;
    readonly count: number;
  }[];
}

const COLUMNS = [
  'conflict_id',
  'status',
  'entity',
  'client_user_id',
  'server_user_id',
  'client_device_id',
  'server_device_id',
];

/**
 * Counts the newest conflicts that match, at most `limit` for each number: what it reads is bounded, however many there are.
 * Open and resolved ones are told apart whatever the filter's status; the breakdowns follow it. One statement.
 */
export async function countConflicts(
  tx: TenantTx,
  { status, ...filter }: ConflictFilter,
  { limit, top }: { readonly limit: number; readonly top: number },
): Promise<ConflictCounts> {
  const newest = { after: null, order: 'desc', limit } as const;
  const open = conflictPage(tx, COLUMNS, { ...filter, status: 'open' }, newest);
  const resolved = conflictPage(tx, COLUMNS, { ...filter, status: 'resolved' }, newest);
  // Not taken from the open ones: those that wait for a choice may be older than all of them.
  const asked = conflictPage(tx, ['policy'], { policy: 'ask', ...filter, status: 'open' }, newest);
  const { rows } = await sql<ConflictCounts>`
    with matched as materialized (select * from ${open} as o union all select * from ${resolved} as r),
    shown as (select * from matched ${status === undefined ? sql`` : sql`where status = ${status}`}),
    authors as (
      select "userId", count(*)::int as count from (
        select client_user_id as "userId", conflict_id from shown union
        select server_user_id, conflict_id from shown) as sides
      where "userId" is not null group by "userId" order by count desc, "userId" limit ${top}
    ),
    busiest as (
      select device, count(*)::int as count from (
        select client_device_id as device, conflict_id from shown union
        select server_device_id, conflict_id from shown) as sides
      where device is not null group by device order by count desc, device limit ${top}
    ),
    devices as (
      select b.device, d.user_id as "userId", d.platform, b.count from busiest b
      left join devices d on d.tenant_id = ${tx.tenantId} and d.device_id = b.device
      order by b.count desc, b.device
    )
    select count(*) filter (where status = 'open')::int as open,
      count(*) filter (where status = 'resolved')::int as resolved,
      (select count(*)::int from ${asked} as asked where policy = 'ask') as "mustChoose",
      (select coalesce(jsonb_object_agg(entity, count), '{}') from
        (select entity, count(*)::int from shown group by entity) as entities) as "byEntity",
      (select coalesce(jsonb_agg(authors), '[]') from authors) as "byAuthor",
      (select coalesce(jsonb_agg(devices), '[]') from devices) as "byDevice"
    from matched
  `.execute(tx.db);
  return rows[0] as ConflictCounts;
}
