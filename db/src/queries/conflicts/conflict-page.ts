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
 * A subquery of the first conflicts in a range. Each filter has an index in the order of versions, so it reads about as many
 * rows as it answers. A device or a person on either side is two such reads, of which each stops at the limit: one condition
 * with `or` would read all of both sides and sort them.
 */
export function conflictPage(
  { tenantId }: TenantTx,
  columns: readonly string[],
  filter: ConflictFilter,
  { after, order, limit }: ConflictRange,
): RawBuilder<unknown> {
  const direction = sql.raw(order);
  const plain = [
    sql`tenant_id = ${tenantId}`,
    ...(after === null ? [] : [order === 'asc' ? sql`version > ${after}` : sql`version < ${after}`]),
    ...equalities(filter),
  ];
  const read = (names: readonly string[], conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> => sql`(
    select ${sql.join(names.map((name) => sql.ref(name)))} from conflicts
    where ${sql.join(conditions, sql` and `)} order by version ${direction} limit ${limit})`;
  const sides = sidesOf(filter);
  if (!sides) return read(columns, plain);
  const { either, rest } = sides;
  const ids = either.map((side) => read(['conflict_id'], [...plain, ...rest, side]));
  return read(columns, [sql`tenant_id = ${tenantId}`, sql`conflict_id in (${sql.join(ids, sql` union `)})`]);
}

function equalities({ status, entity, entityId, kind, policy }: ConflictFilter): RawBuilder<unknown>[] {
  const wanted = { status, entity, entity_id: entityId, kind, policy };
  return Object.entries(wanted).flatMap(([column, value]) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`],
  );
}

/** The condition on one side or the other; of a device and a person both, the device is the rarer. */
function sidesOf({ device, author }: ConflictFilter) {
  const byDevice = device === undefined ? null : onSides('device_id', device);
  const byAuthor = author === undefined ? null : onSides('user_id', author);
  const either = byDevice ?? byAuthor;
  if (!either) return null;
  return { either, rest: byDevice && byAuthor ? [sql`(${sql.join(byAuthor, sql` or `)})`] : [] };
}

function onSides(column: string, value: string): RawBuilder<unknown>[] {
  return ['client', 'server'].map((side) => sql`${sql.ref(`${side}_${column}`)} = ${value}`);
}
