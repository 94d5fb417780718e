import {
  type Domain,
  type Entity,
  entityOf,
  EVERYBODY,
  type Grant,
  keyRules,
  readGrants,
  type RecordId,
} from '@backhaul/shared';
import type { NamedPair } from '@backhaul/shared/engine';
import { type RawBuilder, sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';
import { column, limitsOf } from './visibility.ts';

/**
 * Which of these pairs hold by records other than those that are being written, per entity in `written`. One statement,
 * whatever their number: each pair is one look into the index of the naming reference.
 */
export async function findHeldNames<Pair extends NamedPair>(
  tx: TenantTx,
  domain: Domain,
  { pairs, written }: { readonly pairs: readonly Pair[]; readonly written: ReadonlyMap<string, readonly RecordId[]> },
): Promise<ReadonlySet<Pair>> {
  if (pairs.length === 0) return new Set();
  const numbered = pairs.map((pair, number) => ({ pair, number }));
  const groups = Map.groupBy(numbered, ({ pair: { role, rule, keyName } }) =>
    [role, rule.via, rule.field, keyName].join('|'),
  );
  const parts = [...groups.values()].map((group) => {
    const { role, rule, keyName } = (group[0] as (typeof group)[number]).pair;
    const asked = group.map(({ pair: { keyValue, id }, number }) => ({ number, key: keyValue, id }));
    return sql`
      select asked.number
      from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked (number integer, key uuid, id uuid)
      where exists (
        select 1 from ${sql.table((entityOf(domain, rule.via) as Entity).table)} as naming
        where naming.tenant_id = ${tx.tenantId} and naming.deleted_at is null
          and ${column('naming', rule.field)} = asked.id
          and naming.id <> all(${written.get(rule.via) ?? []}::uuid[])
          and (${sql.join(
            readGrants(domain, role, rule.via).flatMap((grant) => coveredBy(grant, keyName)),
            sql` or `,
          )}))`;
  });
  const { rows } = await sql<{ number: number }>`${sql.join(parts, sql` union all `)}`.execute(tx.db);
  return new Set(rows.map(({ number }) => pairs[number] as Pair));
}

/** The rows that a grant covers for whoever holds the key `asked.key`, and for nothing else. */
function coveredBy(grant: Grant, keyName: string): RawBuilder<unknown>[] {
  const limits = limitsOf(grant, 'naming');
  if (grant.rows === 'all')
    return keyName === EVERYBODY ? [sql`(${sql.join([sql`true`, ...limits], sql` and `)})`] : [];
  return keyRules(grant)
    .filter(({ key }) => key === keyName)
    .map(({ field }) => sql`(${sql.join([sql`${column('naming', field)} = asked.key`, ...limits], sql` and `)})`);
}
