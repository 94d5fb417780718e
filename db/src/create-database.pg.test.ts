import { randomUUID } from 'node:crypto';
import { type TenantId, parseTenantId } from '@backhaul/shared';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from './create-database.ts';
import { withTenant } from './tenant-tx.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';

const tenantId = parseTenantId(randomUUID()) as TenantId;

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

async function connectionsOf(applicationName: string): Promise<unknown> {
  const { rows } = await db.owner.pool.query('select count(*) as n from pg_stat_activity where application_name = $1', [
    applicationName,
  ]);
  return rows[0].n;
}

describe('createDatabase', () => {
  it('closes every connection, also when only doors were used', async () => {
    const applicationName = `closing ${randomUUID()}`;
    const database = createDatabase({ connectionString: db.appUrl, applicationName });
    const inside = await withTenant(database, tenantId, () => connectionsOf(applicationName));
    expect(inside).toBe(1);
    await database.close();
    // A backend takes a moment to leave the view after its client said goodbye.
    await expect.poll(() => connectionsOf(applicationName)).toBe(0);
    await expect(database.pool.query('select 1')).rejects.toThrow('after calling end on the pool');
  });

  it('waits for the transactions in progress before it closes', async () => {
    const database = createDatabase({ connectionString: db.appUrl });
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const work = withTenant(database, tenantId, async (tx) => {
      started.resolve();
      await finish.promise;
      return (await sql<{ n: number }>`select 1 as n`.execute(tx.db)).rows;
    });
    await started.promise;
    const closed = database.close();
    finish.resolve();
    expect(await work).toEqual([{ n: 1 }]);
    await closed;
  });

  it('survives the loss of idle connections, tells of it, and connects anew', async () => {
    const applicationName = `losing ${randomUUID()}`;
    const lost: Error[] = [];
    const database = createDatabase({
      connectionString: db.appUrl,
      applicationName,
      onConnectionLost: (error) => lost.push(error),
    });
    await database.pool.query('select 1');
    await db.owner.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
      applicationName,
    ]);
    await expect.poll(() => lost.length).toBeGreaterThan(0);
    expect((await database.pool.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
    await database.close();
  });

  // Without a listener on the connection itself, its end is an exception that nobody catches: the run fails, not the test.
  it.each(['between two statements', 'in the middle of one'])(
    'survives the loss of a connection that is in use, %s: the work fails, and the next one connects anew',
    async (moment) => {
      const applicationName = `losing ${randomUUID()}`;
      const database = createDatabase({ connectionString: db.appUrl, applicationName });
      const inside = Promise.withResolvers<void>();
      const ended = Promise.withResolvers<void>();
      const work = withTenant(database, tenantId, async (tx) => {
        inside.resolve();
        if (moment === 'in the middle of one') await sql`select pg_sleep(30)`.execute(tx.db);
        await ended.promise;
        await sql`select 1`.execute(tx.db);
      });
      const outcome = expect(work).rejects.toThrow();
      await inside.promise;
      if (moment === 'in the middle of one') await expect.poll(() => sleepers(applicationName)).toBe(1);
      await db.owner.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
        applicationName,
      ]);
      await expect.poll(() => connectionsOf(applicationName)).toBe(0);
      ended.resolve();
      await outcome;
      expect((await database.pool.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
      await database.close();
    },
  );
});

async function sleepers(applicationName: string): Promise<unknown> {
  const { rows } = await db.owner.pool.query(
    `select count(*) as n from pg_stat_activity where application_name = $1 and wait_event = 'PgSleep'`,
    [applicationName],
  );
  return rows[0].n;
}
