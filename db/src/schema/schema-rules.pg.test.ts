import { readFile } from 'node:fs/promises';
import { domains, fieldService } from '@backhaul/shared';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP_ROLE } from '../ensure-app-role.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import type { Catalog } from './catalog.ts';
import { findDomainDifferences } from './domain-rules.ts';
import { dumpSchema } from './dump-schema.ts';
import { readCatalog } from './read-catalog.ts';
import { DIRECTORY_TABLES, findTenancyBreaches } from './tenancy-rules.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('the migrated schema', () => {
  it('keeps tenants apart', async () => {
    const catalog = await db.owner.kysely.transaction().execute(readCatalog);
    expect(catalog.tables.length).toBeGreaterThan(DIRECTORY_TABLES.size);
    expect(findTenancyBreaches(catalog, APP_ROLE)).toEqual([]);
  });

  it.each(Object.values(domains))('has the tables that the domain $name declares', async (domain) => {
    expect(findDomainDifferences(await db.owner.kysely.transaction().execute(readCatalog), domain)).toEqual([]);
  });

  it('is the one in db/schema.sql: run `pnpm schema:dump` after a migration', async () => {
    const stored = await readFile(new URL('../../schema.sql', import.meta.url), 'utf8');
    expect(await dumpSchema(db.owner)).toBe(stored);
  });
});

/** The catalog as it would be after the statements; they are rolled back. */
async function catalogAfter(statements: string): Promise<Catalog> {
  const tx = await db.owner.kysely.startTransaction().execute();
  try {
    await sql.raw(statements).execute(tx);
    return await readCatalog(tx);
  } finally {
    await tx.rollback().execute();
  }
}
const breachesAfter = async (statements: string) => findTenancyBreaches(await catalogAfter(statements), APP_ROLE);
const differencesAfter = async (statements: string) =>
  findDomainDifferences(await catalogAfter(statements), fieldService);

describe('a bad schema is found', () => {
  it('a table that knows nothing of tenants', async () => {
    expect(await breachesAfter('create table loose (id uuid primary key, name text unique)')).toEqual([
      'table loose has no row-level security',
      'table loose does not force row-level security on its owner',
      'table loose has no policy',
      'table loose needs a column tenant_id uuid not null',
      'unique index loose_name_key of loose has no tenant_id first',
      'unique index loose_pkey of loose has no tenant_id first',
    ]);
  });

  it.each([
    ['create unique index wide on teams (name, tenant_id)', 'unique index wide of teams has no tenant_id first'],
    ['create unique index folded on teams (lower(name))', 'unique index folded of teams has no tenant_id first'],
    [
      `create unique index target on teams (tenant_id, id, name);
       alter table tasks add constraint mixed foreign key (team_id, tenant_id) references teams (id, tenant_id)`,
      'foreign key mixed of tasks has no tenant_id first',
    ],
    [
      `alter table tasks add constraint nulling foreign key (tenant_id, team_id) references teams (tenant_id, id)
         on delete set null (team_id)`,
      'foreign key nulling of tasks would set tenant_id, which a sharded table refuses',
    ],
    ['alter table teams disable row level security', 'table teams has no row-level security'],
    ['alter table teams no force row level security', 'table teams does not force row-level security on its owner'],
    ['drop policy tenant_isolation on teams', 'table teams has no policy'],
    ['create policy open on teams using (true)', 'policy open of teams is bound to neither a tenant nor a person'],
    [
      `create policy half on teams using (tenant_id = current_setting('app.tenant_id')::uuid) with check (true)`,
      'policy half of teams is bound to neither a tenant nor a person',
    ],
    [
      `create policy jobs_read_teams on teams for select to current_user using (current_setting('app.job', true) = 'on')`,
      "policy jobs_read_teams of teams opens the jobs' door onto more than which tenants there are",
    ],
    [
      `create policy jobs_for_all on tenants for select using (current_setting('app.job', true) = 'on')`,
      "policy jobs_for_all of tenants opens the jobs' door onto more than which tenants there are",
    ],
    ['grant select on teams to public', 'table teams is open to every role'],
    [
      `create function stamp() returns trigger language plpgsql as 'begin return new; end';
       create trigger stamp before update on teams for each row execute function stamp()`,
      'table teams has triggers',
    ],
    [
      `create function peek() returns bigint language sql security definer as 'select count(*) from teams'`,
      'function public.peek() is SECURITY DEFINER',
    ],
    [
      'create view every_team as select * from teams',
      "view every_team reads with its owner's rights: it needs security_invoker",
    ],
    [
      'create materialized view every_team as select * from teams',
      "view every_team reads with its owner's rights: it needs security_invoker",
    ],
    ['create schema elsewhere', "schema elsewhere is out of these rules' sight"],
    [`alter table teams owner to ${APP_ROLE}`, `role ${APP_ROLE} owns tables`],
  ])('%s', async (statements, breach) => {
    expect(await breachesAfter(statements)).toEqual([breach]);
  });

  it('the schema of the job queue is the library’s, and out of these rules', async () => {
    expect(await breachesAfter('create schema graphile_worker; create table graphile_worker.jobs (id int)')).toEqual(
      [],
    );
  });

  it('a view with its reader’s rights is fine', async () => {
    expect(await breachesAfter('create view fine with (security_invoker) as select * from teams')).toEqual([]);
  });

  it('a role with more rights than its work needs', () => {
    const role = {
      name: APP_ROLE,
      superuser: false,
      bypassesRowSecurity: true,
      createsRoles: true,
      ownsTables: false,
      memberOf: ['postgres'],
    };
    const catalog = { tables: [], views: [], functions: [], otherSchemas: [], roles: [role] };
    expect(findTenancyBreaches(catalog, APP_ROLE)).toEqual([
      `role ${APP_ROLE} bypasses row-level security`,
      `role ${APP_ROLE} may make roles`,
      `role ${APP_ROLE} can act as postgres`,
    ]);
  });

  it.each([
    ['alter table clients add phone text', 'column clients.phone is not declared'],
    ['alter table clients drop preferred_schedule', 'column clients.preferred_schedule must be text? and is missing'],
    [
      'alter table finance_entries alter amount type numeric(12,2)',
      'column finance_entries.amount must be numeric(14,2) and is numeric(12,2)',
    ],
    ['alter table tasks alter date type timestamptz', 'column tasks.date must be date and is timestamptz'],
    ['alter table tasks alter team_id set not null', 'column tasks.team_id must be uuid? and is uuid'],
    ['alter table tasks alter title drop not null', 'column tasks.title must be text and is text?'],
    ['drop index teams_by_version', 'teams needs a unique index on (tenant_id, updated_at) for the pull'],
    ['drop index teams_tombstones', 'teams needs an index on (tenant_id, updated_at) of its tombstones for the purge'],
    ['drop index employees_user_id_live', 'employees.user_id needs a unique index over live rows'],
    ['drop table teams', 'table teams is missing'],
  ])('differs from the declaration: %s', async (statements, difference) => {
    expect(await differencesAfter(statements)).toEqual([difference]);
  });

  it('shows in the dump', async () => {
    const changed = await createTestDatabase();
    await changed.owner.pool.query('revoke update on teams from backhaul_app');
    const dump = await dumpSchema(changed.owner);
    await changed.drop();
    expect(dump).toContain('grant insert, select on teams to backhaul_app;');
    expect(await dumpSchema(db.owner)).toContain('grant insert, select, update on teams to backhaul_app;');
  });
});
