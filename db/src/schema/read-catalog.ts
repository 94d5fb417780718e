import { sql, type Transaction } from 'kysely';
import { JOBS_SCHEMA } from '../jobs/jobs-schema.ts';
import { MIGRATION_SCHEMA } from '../migrate.ts';
import type { Tables } from '../tables.ts';
import { type Catalog, type DatabaseRole, OWNER, type SqlFunction, type Table, type View } from './catalog.ts';

/** Reads the schema `public` from PostgreSQL's own catalogs. Needs the owner's connection. */
export async function readCatalog(db: Transaction<Tables>): Promise<Catalog> {
  // Without a search path the definitions name every schema but the system's.
  await sql`set local search_path = ''`.execute(db);
  const tables = await sql<Table>`${TABLES}`.execute(db);
  const views = await sql<View>`${VIEWS}`.execute(db);
  const functions = await sql<SqlFunction>`${FUNCTIONS}`.execute(db);
  const roles = await sql<DatabaseRole>`${ROLES}`.execute(db);
  const schemas = await sql<{ name: string }>`${OTHER_SCHEMAS}`.execute(db);
  return {
    tables: tables.rows,
    views: views.rows,
    functions: functions.rows,
    roles: roles.rows,
    otherSchemas: schemas.rows.map((schema) => schema.name),
  };
}

/** Order is by code point and never by a locale, so that the same schema always reads the same. */
const TABLES = sql.raw(`
select
  t.relname as name,
  jsonb_build_object('enabled', t.relrowsecurity, 'forced', t.relforcerowsecurity) as "rowSecurity",
  (select coalesce(jsonb_agg(jsonb_build_object(
      'name', a.attname,
      'type', replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz'),
      'nullable', not a.attnotnull,
      'default', pg_get_expr(d.adbin, d.adrelid)) order by a.attnum), '[]')
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped) as columns,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'name', c.conname,
      'kind', case c.contype when 'p' then 'primary key' when 'u' then 'unique' when 'f' then 'foreign key'
        when 'c' then 'check' else 'other' end,
      'columns', (select coalesce(jsonb_agg(a.attname order by k.position), '[]')
        from unnest(c.conkey) with ordinality k(attnum, position)
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum),
      'references', case when c.contype = 'f' then jsonb_build_object(
        'table', r.relname,
        'columns', (select jsonb_agg(a.attname order by k.position)
          from unnest(c.confkey) with ordinality k(attnum, position)
          join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum)) end,
      'definition', pg_get_constraintdef(c.oid)) order by c.conname collate "C"), '[]')
    from pg_constraint c left join pg_class r on r.oid = c.confrelid
    -- PostgreSQL 18 lists every "not null" as a constraint too; the columns say it already.
    where c.conrelid = t.oid and c.contype <> 'n') as constraints,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'name', ic.relname,
      'unique', i.indisunique,
      'ofConstraint', exists (select 1 from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u')),
      'columns', (select jsonb_agg(a.attname order by k.position)
        from unnest(i.indkey::int2[]) with ordinality k(attnum, position)
        left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where k.position <= i.indnkeyatts),
      'definition', pg_get_indexdef(i.indexrelid)) order by ic.relname collate "C"), '[]')
    from pg_index i join pg_class ic on ic.oid = i.indexrelid
    where i.indrelid = t.oid) as indexes,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'name', p.polname,
      'command', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
        when 'd' then 'delete' else 'all' end,
      'permissive', p.polpermissive,
      -- The owner's name is the server's business.
      'roles', (select jsonb_agg(name order by name collate "C") from (
        select case when role_id = t.relowner then '${OWNER}' else coalesce(r.rolname, 'public') end as name
        from unnest(p.polroles) role_id left join pg_roles r on r.oid = role_id) named),
      'using', pg_get_expr(p.polqual, p.polrelid),
      'check', pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname collate "C"), '[]')
    from pg_policy p where p.polrelid = t.oid) as policies,
  (select coalesce(jsonb_agg(pg_get_triggerdef(g.oid) order by g.tgname collate "C"), '[]')
    from pg_trigger g where g.tgrelid = t.oid and not g.tgisinternal) as triggers,
  (select coalesce(jsonb_agg(jsonb_build_object('role', role, 'privileges', privileges) order by role collate "C"), '[]')
    from (
      select coalesce(r.rolname, 'public') as role,
        jsonb_agg(lower(x.privilege_type) order by lower(x.privilege_type) collate "C") as privileges
      from aclexplode(t.relacl) x left join pg_roles r on r.oid = x.grantee
      where x.grantee <> t.relowner
      group by 1) granted) as grants
from pg_class t
where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p', 'f')
order by t.relname collate "C"`);

const VIEWS = sql.raw(`
select v.relname as name,
  pg_get_viewdef(v.oid) as definition,
  v.relkind = 'v' and coalesce((select bool_or(option_value::boolean) from pg_options_to_table(v.reloptions)
    where option_name = 'security_invoker'), false) as "securityInvoker"
from pg_class v
where v.relnamespace = 'public'::regnamespace and v.relkind in ('v', 'm')
order by v.relname collate "C"`);

const FUNCTIONS = sql.raw(`
select p.oid::regprocedure::text as name,
  case when p.prokind in ('f', 'p') then pg_get_functiondef(p.oid) else p.oid::regprocedure::text end as definition,
  p.prosecdef as "securityDefiner"
from pg_proc p
where p.pronamespace = 'public'::regnamespace
order by p.oid::regprocedure::text collate "C"`);

const ROLES = sql.raw(`
select r.rolname as name,
  r.rolsuper as superuser,
  r.rolbypassrls as "bypassesRowSecurity",
  r.rolcreaterole as "createsRoles",
  bool_or(t.relowner = r.oid) as "ownsTables",
  (select coalesce(jsonb_agg(g.rolname order by g.rolname collate "C"), '[]')
    from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid) as "memberOf"
from pg_roles r
join pg_class t on t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p', 'f')
  and (t.relowner = r.oid or exists (select 1 from aclexplode(t.relacl) x where x.grantee = r.oid))
group by r.oid, r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole
order by r.rolname collate "C"`);

const OTHER_SCHEMAS = sql.raw(`
select nspname as name from pg_namespace
where nspname not in ('public', 'information_schema', '${MIGRATION_SCHEMA}', '${JOBS_SCHEMA}') and nspname not like 'pg\\_%'
order by nspname collate "C"`);
