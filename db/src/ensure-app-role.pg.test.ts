import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import { APP_ROLE, ensureAppRole } from './ensure-app-role.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

async function currentUser(connectionString: string): Promise<unknown> {
  const client = new Client({ connectionString });
  await client.connect();
  const { rows } = await client.query('select current_user as name');
  await client.end();
  return rows[0].name;
}

describe('ensureAppRole', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());

  it('answers a connection string to the same database and touches nothing when the login works', async () => {
    const before = await db.owner.pool.query('select xmin from pg_authid where rolname = $1', [APP_ROLE]);
    const url = await ensureAppRole(db.ownerUrl, 'backhaul-test');
    expect(url).toBe(db.appUrl);
    const after = await db.owner.pool.query('select xmin from pg_authid where rolname = $1', [APP_ROLE]);
    expect(after.rows).toEqual(before.rows);
  });
});

describe('ensureAppRole on a server of its own', () => {
  // Passwords belong to the role and the role to the server: this one is not shared with other suites.
  it('sets a password when several instances start at once, changes it later, and says why it can not', async () => {
    const folder = await temporaryFolder();
    const server = await startEmbeddedPostgres({ dataDir: folder.path, settings: { fsync: 'off' } });
    try {
      await expect(ensureAppRole(server.connectionString, 'x')).rejects.toThrow(`The role ${APP_ROLE} can not log in`);
      const owner = new Client({ connectionString: server.connectionString });
      await owner.connect();
      await owner.query(`create role ${APP_ROLE} nologin`);
      await owner.end();
      const password = `it's "odd" \\ %40 ü:@/`;
      const urls = await Promise.all(Array.from({ length: 8 }, () => ensureAppRole(server.connectionString, password)));
      expect(new Set(urls).size).toBe(1);
      expect(await currentUser(urls[0] as string)).toBe(APP_ROLE);
      const changed = await ensureAppRole(server.connectionString, 'another');
      expect(await currentUser(changed)).toBe(APP_ROLE);
      await expect(currentUser(urls[0] as string)).rejects.toThrow('password authentication failed');
    } finally {
      await server.stop();
      await folder.remove();
    }
  });

  it('throws when the owner can not connect', async () => {
    const wrong = new URL(inject('postgresOwnerUrl'));
    wrong.password = 'wrong';
    await expect(ensureAppRole(wrong.href, 'x')).rejects.toThrow('password authentication failed');
  });
});
