import type { Database } from '../create-database.ts';
import type { Catalog, Column, DatabaseRole, Policy, Table } from './catalog.ts';
import { readCatalog } from './read-catalog.ts';

/**
 * The schema as text that a person can read and a diff can compare: tables with their keys, indexes, policies and grants,
 * then views, functions and roles. The same schema gives the same text on every server. Not meant to be executed.
 */
export async function dumpSchema(database: Database): Promise<string> {
  return formatCatalog(await database.kysely.transaction().execute(readCatalog));
}

function formatCatalog({ tables, views, functions, roles }: Catalog): string {
  const blocks = [
    '-- Written by `pnpm schema:dump` from a migrated database. Compared in CI; change it through a migration.',
    ...tables.map(formatTable),
    ...views.map(
      (view) => `create view ${view.name} with (security_invoker = ${view.securityInvoker}) as\n${view.definition}`,
    ),
    ...functions.map((fn) => `${fn.definition.trim()};`),
    roles.map(formatRole).join('\n'),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function formatTable(table: Table): string {
  const { name, rowSecurity } = table;
  const members = [
    ...table.columns.map(formatColumn),
    ...table.constraints.map((constraint) => `constraint ${constraint.name} ${constraint.definition}`),
  ];
  return [
    `create table ${name} (\n  ${members.join(',\n  ')}\n);`,
    ...table.indexes.filter((index) => !index.ofConstraint).map((index) => `${index.definition};`),
    ...(rowSecurity.enabled ? [`alter table ${name} enable row level security;`] : []),
    ...(rowSecurity.forced ? [`alter table ${name} force row level security;`] : []),
    ...table.policies.map((policy) => formatPolicy(name, policy)),
    ...table.triggers.map((trigger) => `${trigger};`),
    ...table.grants.map(({ role, privileges }) => `grant ${privileges.join(', ')} on ${name} to ${role};`),
  ].join('\n');
}

function formatColumn(column: Column): string {
  const notNull = column.nullable ? '' : ' not null';
  return `${column.name} ${column.type}${notNull}${column.default === null ? '' : ` default ${column.default}`}`;
}

function formatPolicy(table: string, policy: Policy): string {
  const kind = policy.permissive ? '' : ' as restrictive';
  return [
    `create policy ${policy.name} on ${table}${kind} for ${policy.command} to ${policy.roles.join(', ')}`,
    ...(policy.using === null ? [] : [`  using (${oneLine(policy.using)})`]),
    ...(policy.check === null ? [] : [`  with check (${oneLine(policy.check)})`]),
  ]
    .join('\n')
    .concat(';');
}

const oneLine = (expression: string) => expression.replace(/\s+/g, ' ');

/** The owner's name and rights are the server's business; what matters is who may use the tables without owning them. */
function formatRole(role: DatabaseRole): string {
  if (role.ownsTables) return '-- The owner of the tables runs the migrations.';
  const rights = [
    role.superuser ? 'superuser' : 'nosuperuser',
    role.bypassesRowSecurity ? 'bypassrls' : 'nobypassrls',
    role.createsRoles ? 'createrole' : 'nocreaterole',
  ];
  return `-- role ${role.name}: ${rights.join(' ')}${role.memberOf.length > 0 ? ` in ${role.memberOf.join(', ')}` : ''}`;
}
