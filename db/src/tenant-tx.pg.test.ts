import { randomUUID } from 'node:crypto';
import { parseTenantId, type TenantId } from '@backhaul/shared';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from './create-database.ts';
import { APP_ROLE } from './ensure-app-role.ts';
import { type TenantTx, withTenant } from './tenant-tx.ts';
import { createTenant } from './testing/create-tenant.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';

let db: TestDatabase;
let mine: TenantId;
let theirs: TenantId;

beforeAll(async () => {
  db = await createTestDatabase();
  mine = await createTenant(db.app, randomUUID());
  theirs = await createTenant(db.app, randomUUID());
  await withTenant(db.app, mine, (tx) => insertTeam(tx, mine, 'Mine'));
  await withTenant(db.app, theirs, (tx) => insertTeam(tx, theirs, 'Theirs'));
});
afterAll(() => db.drop());

async function insertTeam(tx: TenantTx, tenantId: TenantId, name: string): Promise<void> {
  await sql`insert into teams (tenant_id, id, name, created_at, updated_at, field_versions)
    values (${tenantId}, ${randomUUID()}, ${name}, clock_timestamp(), clock_timestamp(), '{}')`.execute(tx.db);
}

const teamNames = async (tx: TenantTx) =>
  (await sql<{ name: string }>`select name from teams order by name`.execute(tx.db)).rows.map((row) => row.name);

/** A query of the application role outside of any door. */
const asApp = async (text: string) => (await db.app.pool.query(text)).rows;

describe('I6: TenantTx', () => {
  it('sees only its tenant, even in a statement that names none', async () => {
    expect(await withTenant(db.app, mine, teamNames)).toEqual(['Mine']);
    expect(await withTenant(db.app, theirs, teamNames)).toEqual(['Theirs']);
  });

  it('changes only its tenant, even in a statement that names none', async () => {
    const renamed = await withTenant(db.app, mine, (tx) => sql`update teams set name = 'Mine'`.execute(tx.db));
    expect(renamed.numAffectedRows).toBe(1n);
  });

  it('can not write a row of another tenant', async () => {
    const foreign = withTenant(db.app, mine, (tx) => insertTeam(tx, theirs, 'Planted'));
    await expect(foreign).rejects.toThrow('violates row-level security policy');
    const moved = withTenant(db.app, mine, (tx) => sql`update teams set tenant_id = ${theirs}`.execute(tx.db));
    await expect(moved).rejects.toThrow('violates row-level security policy');
  });

  it('leaves nothing of its tenant on the connection', async () => {
    const single = createDatabase({ connectionString: db.appUrl, max: 1 });
    try {
      await withTenant(single, mine, teamNames);
      const settings = await single.pool.query(`select current_setting('app.tenant_id', true) as tenant,
        current_setting('statement_timeout') as timeout, (select count(*) from teams) as teams`);
      expect(settings.rows).toEqual([{ tenant: '', timeout: '0', teams: 0 }]);
    } finally {
      await single.close();
    }
  });

  it('rolls back everything when the work throws, and the connection serves on', async () => {
    const failing = withTenant(db.app, mine, async (tx) => {
      await insertTeam(tx, mine, 'Never');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await withTenant(db.app, mine, teamNames)).toEqual(['Mine']);
  });

  it('rolls back when an error of the database was swallowed, and says so', async () => {
    const swallowing = withTenant(db.app, mine, async (tx) => {
      await insertTeam(tx, mine, 'Never');
      await expect(sql`select 1 / 0`.execute(tx.db)).rejects.toThrow('division by zero');
    });
    await expect(swallowing).rejects.toThrow();
    expect(await withTenant(db.app, mine, teamNames)).toEqual(['Mine']);
  });

  it('works in READ COMMITTED, in UTC, with limits', async () => {
    const { rows } = await withTenant(db.app, mine, (tx) =>
      sql`select current_setting('transaction_isolation') as isolation, current_setting('timezone') as timezone,
        current_setting('statement_timeout') as statement,
        current_setting('idle_in_transaction_session_timeout') as idle`.execute(tx.db),
    );
    expect(rows).toEqual([{ isolation: 'read committed', timezone: 'UTC', statement: '1min', idle: '10s' }]);
  });

  it('refuses writes when it is read-only', async () => {
    expect(await withTenant(db.app, mine, teamNames, { readOnly: true })).toEqual(['Mine']);
    const writing = withTenant(db.app, mine, (tx) => insertTeam(tx, mine, 'Never'), { readOnly: true });
    await expect(writing).rejects.toThrow('read-only transaction');
  });

  it('can not be used after its transaction has ended', async () => {
    const leaked = await withTenant(db.app, mine, (tx) => Promise.resolve(tx));
    await expect(teamNames(leaked)).rejects.toThrow('already committed');
  });

  it('is not made for an id that is not a UUID, whatever the type says', async () => {
    expect(parseTenantId("x'; reset role; --")).toBeNull();
    const forged = "00000000-0000-0000-0000-000000000000'; select 1; --" as TenantId;
    await expect(withTenant(db.app, forged, teamNames)).rejects.toThrow('must be a UUID');
  });
});

describe('I6: the application role', () => {
  it('sees no row of any table while no tenant and no person is set', async () => {
    const { rows: tables } = await db.owner.pool.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
    );
    expect(tables.length).toBeGreaterThan(15);
    const counts = await Promise.all(tables.map(({ name }) => asApp(`select count(*) as rows from ${name}`)));
    expect(counts.flat().filter((count) => count.rows !== 0)).toEqual([]);
  });

  it('owns nothing, is no superuser, has no BYPASSRLS and can act as nobody else', async () => {
    const { rows } = await db.owner.pool.query(
      `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
        (select count(*) from pg_class c where c.relowner = r.oid) as relations,
        (select count(*) from pg_auth_members m where m.member = r.oid) as memberships
      from pg_roles r where rolname = $1`,
      [APP_ROLE],
    );
    expect(rows).toEqual([
      {
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolreplication: false,
        relations: 0,
        memberships: 0,
      },
    ]);
  });

  it.each([
    ['alter table teams disable row level security', 'must be owner'],
    ['alter table teams no force row level security', 'must be owner'],
    ['drop policy tenant_isolation on teams', 'must be owner'],
    ['create policy mine on teams using (true)', 'must be owner'],
    [`alter role ${APP_ROLE} bypassrls`, 'permission denied'],
    ['set role postgres', 'permission denied'],
    ['set session authorization postgres', 'permission denied'],
    ['create table public.loot (id int)', 'permission denied'],
    ['truncate teams', 'permission denied'],
    ['select * from backhaul_migrations.kysely_migration', 'permission denied'],
    ['copy teams to program $$cat$$', 'permission denied'],
    ['select passwd from pg_shadow', 'permission denied'],
  ])('can not: %s', async (statement, refusal) => {
    await expect(asApp(statement)).rejects.toThrow(refusal);
  });

  it('gets an error and not all rows when it switches row security off', async () => {
    const client = await db.app.pool.connect();
    try {
      await client.query('set row_security = off');
      await expect(client.query('select * from teams')).rejects.toThrow(
        'would be affected by row-level security policy',
      );
    } finally {
      client.release(true);
    }
  });

  // The limit of row-level security here: it stops mistakes, not an attacker who runs SQL of their own as this role.
  it('can choose any tenant by setting the variable itself, one at a time', async () => {
    const client = await db.app.pool.connect();
    try {
      await client.query(`set app.tenant_id = '${theirs}'`);
      const { rows } = await client.query('select name from teams');
      expect(rows).toEqual([{ name: 'Theirs' }]);
    } finally {
      client.release(true);
    }
  });
});

describe('the owner without superuser rights', () => {
  it('is held to the policies too, because row security is forced', async () => {
    const client = await db.owner.pool.connect();
    const role = `owner_${randomUUID().replaceAll('-', '')}`;
    try {
      await client.query('begin');
      await client.query(`create role ${role}`);
      await client.query(`grant usage, create on schema public to ${role}`);
      await client.query(`alter table teams owner to ${role}`);
      await client.query(`set local role ${role}`);
      const { rows } = await client.query('select name from teams');
      expect(rows).toEqual([]);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
