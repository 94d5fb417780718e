import { type Catalog, OWNER, type Policy, type Table } from './catalog.ts';

/**
 * What exists before a tenant is known, with row security but no tenant: keyed by a person or a device, or by what a provider
 * of messages names.
 */
export const DIRECTORY_TABLES: ReadonlySet<string> = new Set([
  'users',
  'device_owners',
  'webhook_events',
  'contact_stops',
]);

/**
 * The rules that keep tenants apart and let every tenant live on a shard of its own. Answers one sentence for each breach,
 * none for a sound schema.
 */
export function findTenancyBreaches(catalog: Catalog, appRole: string): string[] {
  return [
    ...catalog.tables.flatMap((table) => [...tableBreaches(table)]),
    ...catalog.views
      .filter((view) => !view.securityInvoker)
      .map((view) => `view ${view.name} reads with its owner's rights: it needs security_invoker`),
    ...catalog.functions.filter((fn) => fn.securityDefiner).map((fn) => `function ${fn.name} is SECURITY DEFINER`),
    ...catalog.otherSchemas.map((name) => `schema ${name} is out of these rules' sight`),
    ...roleBreaches(catalog, appRole),
  ];
}

function* tableBreaches(table: Table): Iterable<string> {
  const { name } = table;
  if (!table.rowSecurity.enabled) yield `table ${name} has no row-level security`;
  if (!table.rowSecurity.forced) yield `table ${name} does not force row-level security on its owner`;
  if (table.policies.length === 0) yield `table ${name} has no policy`;
  if (table.triggers.length > 0) yield `table ${name} has triggers`;
  for (const policy of table.policies) {
    const conditions = [policy.using, policy.check].filter((condition) => condition !== null);
    if (!conditions.every((condition) => condition.includes("current_setting('app."))) {
      yield `policy ${policy.name} of ${name} is bound to neither a tenant nor a person`;
    }
    if (conditions.some((condition) => condition.includes("'app.job'")) && !isJobsDoor(name, policy)) {
      yield `policy ${policy.name} of ${name} opens the jobs' door onto more than which tenants there are`;
    }
  }
  for (const grant of table.grants) {
    if (grant.role === 'public') yield `table ${name} is open to every role`;
  }
  if (!DIRECTORY_TABLES.has(name)) yield* tenantKeyBreaches(table);
}

/** Jobs, which run as the owner, see all tenants' ids; everything else they do in one tenant at a time. */
function isJobsDoor(table: string, { command, roles }: Policy): boolean {
  return table === 'tenants' && command === 'select' && roles.join() === OWNER;
}

/** `tenant_id` leads every key: rows of a tenant lie together, and uniqueness never reaches across tenants. */
function* tenantKeyBreaches({ name, columns, constraints, indexes }: Table): Iterable<string> {
  const tenantId = columns.find((column) => column.name === 'tenant_id');
  if (tenantId?.type !== 'uuid' || tenantId.nullable) yield `table ${name} needs a column tenant_id uuid not null`;
  if (!constraints.some((constraint) => constraint.kind === 'primary key')) yield `table ${name} has no primary key`;
  for (const index of indexes) {
    if (index.unique && index.columns[0] !== 'tenant_id')
      yield `unique index ${index.name} of ${name} has no tenant_id first`;
  }
  for (const constraint of constraints) {
    const { kind, references } = constraint;
    if (kind === 'foreign key' && (constraint.columns[0] !== 'tenant_id' || references?.columns[0] !== 'tenant_id')) {
      yield `foreign key ${constraint.name} of ${name} has no tenant_id first`;
    }
    if (kind === 'foreign key' && constraint.definition.includes('ON DELETE SET')) {
      yield `foreign key ${constraint.name} of ${name} would set tenant_id, which a sharded table refuses`;
    }
    // Exclusion constraints and the like are unknown to these rules, so they are not allowed by default.
    if (kind === 'other') yield `constraint ${constraint.name} of ${name} is of a kind that no rule covers`;
  }
}

function* roleBreaches({ roles }: Catalog, appRole: string): Iterable<string> {
  const app = roles.find((role) => role.name === appRole);
  if (!app) return yield `role ${appRole} may use no table`;
  if (app.superuser || app.bypassesRowSecurity) yield `role ${appRole} bypasses row-level security`;
  if (app.createsRoles) yield `role ${appRole} may make roles`;
  if (app.ownsTables) yield `role ${appRole} owns tables`;
  for (const role of app.memberOf) yield `role ${appRole} can act as ${role}`;
}
