import type {
  ConflictKind,
  ConflictPolicy,
  ConflictStatus,
  Cursor,
  DeviceId,
  RecordId,
  UserId,
} from '@backhaul/shared';
import { type RawBuilder, sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** Which conflicts; an absent member matches all. */
export interface ConflictFilter {
  readonly status?: ConflictStatus | undefined;
  readonly entity?: string | undefined;
  readonly entityId?: RecordId | undefined;
  readonly kind?: ConflictKind | undefined;
  readonly policy?: ConflictPolicy | undefined;
  /** On either side. */
  readonly device?: DeviceId | undefined;
  readonly author?: UserId | undefined;
}

export interface ConflictRange {
  readonly after: Cursor | null;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
}

/**
 * A subquery of the first conflicts in a range. Every filter has an index in the order of status and version, so it reads about
 * as many rows as it answers: of both statuses, and of both sides of a device or a person, it reads one page each and joins them.
 * One condition with `or` would read everything that matches and sort it.
 */
export function conflictPage(
  { tenantId }: TenantTx,
  columns: readonly string[],
  filter: ConflictFilter,
  { after, order, limit }: ConflictRange,
): RawBuilder<unknown> {
  const shared = [
    sql`tenant_id = ${tenantId}`,
    ...(after === null ? [] : [order === 'asc' ? sql`version > ${after}` : sql`version < ${after}`]),
    ...equalities(filter),
  ];
  const read = (names: readonly string[], conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> => sql`(
    select ${sql.join(names.map((name) => sql.ref(name)))} from conflicts
    where ${sql.join(conditions, sql` and `)} order by version ${sql.raw(order)} limit ${limit})`;
  const [only, ...others] = branches(filter);
  if (others.length === 0) return read(columns, [...shared, ...(only ?? [])]);
  const ids = branches(filter).map((branch) => read(['conflict_id'], [...shared, ...branch]));
  return read(columns, [sql`tenant_id = ${tenantId}`, sql`conflict_id in (${sql.join(ids, sql` union `)})`]);
}

function equalities({ entity, entityId, kind, policy }: ConflictFilter): RawBuilder<unknown>[] {
  const wanted = { entity, entity_id: entityId, kind, policy };
  return Object.entries(wanted).flatMap(([column, value]) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`],
  );
}

/** Conditions of which one must hold, such that each is a range of an index. */
function branches(filter: ConflictFilter): RawBuilder<unknown>[][] {
  const { status, entity, kind, policy, entityId } = filter;
  const sides = sidesOf(filter);
  // The whole log, and that of a record, are in the order of versions alone.
  const isOrdered = entityId !== undefined || [sides, entity, kind, policy].every((one) => one === undefined);
  const statuses = status === undefined ? (isOrdered ? [] : ['open', 'resolved']) : [status];
  const byStatus = statuses.length === 0 ? [[]] : statuses.map((one) => [sql`status = ${one}`]);
  return byStatus.flatMap((conditions) => (sides ?? [[]]).map((side) => [...conditions, ...side]));
}

/** The condition on one side or the other; of a device and a person both, the device is the rarer. */
function sidesOf({ device, author }: ConflictFilter): RawBuilder<unknown>[][] | undefined {
  const byDevice = device === undefined ? undefined : onSides('device_id', device);
  const byAuthor = author === undefined ? undefined : onSides('user_id', author);
  const rest = byDevice && byAuthor ? [sql`(${sql.join(byAuthor, sql` or `)})`] : [];
  return (byDevice ?? byAuthor)?.map((side) => [side, ...rest]);
}

function onSides(column: string, value: string): RawBuilder<unknown>[] {
  return ['client', 'server'].map((side) => sql`${sql.ref(`${side}_${column}`)} = ${value}`);
}
