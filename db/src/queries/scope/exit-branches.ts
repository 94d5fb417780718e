import { type Cursor, type Entity, entityOf, EVERYBODY, leavingKeys, scopeKey } from '@backhaul/shared';
import type { Viewer } from '@backhaul/shared/engine';
import { type RawBuilder, sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { visibility } from './visibility.ts';

export interface ExitQuery extends Viewer {
  /** Left out: no exits are wanted. */
  readonly exitsAfter?: Cursor;
  readonly limit: number;
}

/**
 * Parts of a page: the records of one entity that left the sight of a member and are not in it now, by another key or because
 * they came back. One part for each key that the member holds, which walks its own index; of a record that left by several
 * of them, the last time counts. Columns as in a page of rows.
 */
export function exitBranches(tx: TenantTx, query: ExitQuery, name: string): RawBuilder<unknown>[] {
  const { domain, role, keys, exitsAfter, limit } = query;
  if (exitsAfter === undefined) return [];
  const held = [...leavingKeys(domain, role, name)].flatMap((key) => {
    if (key === EVERYBODY) return [key];
    return keys[key] === undefined ? [] : [scopeKey(key, keys[key])];
  });
  const { table } = entityOf(domain, name) as Entity;
  const seen = visibility(tx, query, name, 'seen');
  const conditions = [
    ...(seen === null
      ? []
      : [
          sql`not exists (
            select 1 from ${sql.table(table)} as seen
            where seen.tenant_id = ${tx.tenantId} and seen.id = gone.id and ${seen.condition})`,
        ]),
    ...(held.length < 2
      ? []
      : [
          sql`not exists (
            select 1 from scope_exits as later
            where later.tenant_id = ${tx.tenantId} and later.role = ${role} and later.scope_key = any(${held}::text[])
              and later.entity = ${name} and later.id = gone.id
              and (later.version, later.scope_key) > (gone.version, gone.scope_key))`,
        ]),
  ];
  return held.map(
    (key) => sql`
    (select 'exit' as kind, ${sql.lit(name)} as entity, id, version as "updatedAt", null::timestamptz as "createdAt",
       null::timestamptz as "deletedAt", null::json as "values", null::bytea as sealed, null::integer as "grant"
     from scope_exits as gone
     where ${sql.join(
       [
         sql`gone.tenant_id = ${tx.tenantId}`,
         sql`gone.role = ${role}`,
         sql`gone.scope_key = ${key}`,
         sql`gone.entity = ${name}`,
         sql`gone.version > ${exitsAfter}::timestamptz`,
         ...conditions,
       ],
       sql` and `,
     )}
     order by version limit ${limit})`,
  );
}
