import { columnName, type Domain, type Entity } from '@backhaul/shared';
import { plainColumns } from '../column-type.ts';
import type { Catalog, Table } from './catalog.ts';

/** Columns that every domain table has besides its fields: name -> type, with `?` where null is a value. */
const MANAGED_COLUMNS: readonly (readonly [string, string])[] = [
  ['tenant_id', 'uuid'],
  ['id', 'uuid'],
  ['sealed', 'bytea?'],
  ['created_at', 'timestamptz'],
  ['updated_at', 'timestamptz'],
  ['deleted_at', 'timestamptz?'],
  ['field_versions', 'jsonb'],
];

/**
 * Migrations are written by hand; this compares each domain table with its declaration. Answers one sentence for each
 * difference: a missing table, a column missing, too many or of another type, a uniqueness that nothing enforces.
 */
export function findDomainDifferences(catalog: Catalog, domain: Domain): string[] {
  return Object.values(domain.entities).flatMap((entity) => {
    const table = catalog.tables.find(({ name }) => name === entity.table);
    return table ? [...entityDifferences(table, entity)] : [`table ${entity.table} is missing`];
  });
}

function* entityDifferences(table: Table, entity: Entity): Iterable<string> {
  const declared = new Map(MANAGED_COLUMNS);
  for (const { field, column, type } of plainColumns(entity)) {
    declared.set(column, entity.fields[field]?.required ? type : `${type}?`);
  }
  const actual = new Map(table.columns.map(({ name, type, nullable }) => [name, nullable ? `${type}?` : type]));
  for (const [name, type] of declared) {
    const found = actual.get(name);
    if (found !== type) yield `column ${table.name}.${name} must be ${type} and is ${found ?? 'missing'}`;
  }
  for (const name of actual.keys()) {
    if (!declared.has(name)) yield `column ${table.name}.${name} is not declared`;
  }
  const key = table.constraints.find(({ kind }) => kind === 'primary key')?.columns.join(', ');
  if (key !== 'tenant_id, id') yield `the primary key of ${table.name} must be (tenant_id, id)`;
  if (!table.indexes.some((index) => index.unique && index.columns.join(', ') === 'tenant_id, updated_at')) {
    yield `${table.name} needs a unique index on (tenant_id, updated_at) for the pull`;
  }
  const tombstones = table.indexes.some(
    ({ columns, definition }) =>
      columns.join(', ') === 'tenant_id, updated_at' && definition.includes('deleted_at IS NOT NULL'),
  );
  if (!tombstones) yield `${table.name} needs an index on (tenant_id, updated_at) of its tombstones for the purge`;
  for (const [name, field] of Object.entries(entity.fields)) {
    if (field.uniqueLive && !hasLiveUniqueIndex(table, columnName(name))) {
      yield `${table.name}.${columnName(name)} needs a unique index over live rows`;
    }
  }
}

function hasLiveUniqueIndex(table: Table, column: string): boolean {
  return table.indexes.some(
    ({ unique, columns, definition }) =>
      unique && columns.join(', ') === `tenant_id, ${column}` && definition.includes('deleted_at IS NULL'),
  );
}
