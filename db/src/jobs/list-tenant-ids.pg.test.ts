import { randomBytes } from 'node:crypto';
import { fieldService, type TenantId } from '@backhaul/shared';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase, type Database } from '../create-database.ts';
import { migrate } from '../migrate.ts';
import { purgeTombstones } from '../queries/sync/purge-tombstones.ts';
import { lockTenantClock } from '../tenant-clock.ts';
import { withTenant } from '../tenant-tx.ts';
import { createTenant } from '../testing/create-tenant.ts';
import { databaseUrl } from '../testing/test-server.ts';
import { listTenantIds } from './list-tenant-ids.ts';

/** The owner of a database on somebody's own server: no superuser, and subject to row-level security like anybody. */
describe('jobs of an owner who is no superuser', () => {
  const name = `owned_${randomBytes(6).toString('hex')}`;
  let server: Client;
  let owner: Database;
  let app: Database;
  const ids: TenantId[] = [];

  beforeAll(async () => {
    server = new Client({ connectionString: inject('postgresOwnerUrl') });
    await server.connect();
    await server.query(`create role ${name} login createrole nosuperuser nobypassrls password '${name}'`);
    await server.query(`create database ${name} owner ${name}`);
    const url = new URL(databaseUrl(inject('postgresOwnerUrl'), name));
    url.username = name;
    url.password = name;
    owner = createDatabase({ connectionString: url.href, max: 2 });
    app = createDatabase({ connectionString: databaseUrl(inject('postgresAppUrl'), name), max: 2 });
    await migrate(owner);
    for (let index = 1; index <= 5; index += 1) {
      ids.push(await createTenant(app, `0190a3b2-0000-7000-8000-00000000000${index}`));
    }
  });
  afterAll(async () => {
    await Promise.all([owner.close(), app.close()]);
    await server.query(`drop database ${name} with (force)`);
    await server.query(`drop role ${name}`);
    await server.end();
  });

  it('list tenants in pages', async () => {
    const first = await listTenantIds(owner, { after: null, limit: 3 });
    const second = await listTenantIds(owner, { after: first.at(-1) ?? null, limit: 3 });
    expect([...first, ...second]).toEqual(ids);
    expect(second).toHaveLength(2);
  });

  it('I6: see nothing of them through that door but which there are', async () => {
    for (const table of ['members', 'tasks', 'tenant_clocks', 'audit', 'tenant_settings']) {
      const { rows } = await owner.pool.query(`select set_config('app.job', 'on', false), count(*)::int from ${table}`);
      expect(rows, table).toMatchObject([{ count: 0 }]);
    }
    await owner.pool.query('reset all');
  });

  it('I6: the role that serves requests finds nothing behind it', async () => {
    expect(await listTenantIds(app, { after: null, limit: 10 })).toEqual([]);
  });

  it('purge in one tenant at a time', async () => {
    const [one, other] = ids as [TenantId, TenantId];
    for (const tenantId of [one, other]) {
      await withTenant(app, tenantId, ({ db }) =>
        db
          .withTables<{ teams: Record<string, unknown> }>()
          .insertInto('teams')
          .values({
            tenant_id: tenantId,
            id: tenantId,
            name: 'North',
            created_at: '2026-01-01T00:00:00Z',
            updated_at: '2026-01-02T00:00:00Z',
            deleted_at: '2026-01-02T00:00:00Z',
            field_versions: '{}',
          })
          .execute(),
      );
    }
    const purged = await withTenant(owner, one, async (tx) => {
      await lockTenantClock(tx);
      const upTo = '2026-01-02T00:00:00.000000Z' as Parameters<typeof purgeTombstones>[2]['upTo'];
      return purgeTombstones(tx, fieldService, { upTo, limit: 100, from: null });
    });
    expect(purged).toEqual({ count: 1, next: null });
    const left = await withTenant(app, other, (tx) => tx.db.selectFrom('purged_records').selectAll().execute());
    expect(left).toEqual([]);
  });
});
