import { randomUUID } from 'node:crypto';
import { parseTenantId, type TenantId } from '@backhaul/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTenant } from '../../testing/create-tenant.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/create-test-database.ts';
import { openDoor } from '../../transaction-door.ts';
import { lockTenantClock } from '../../tenant-clock.ts';
import { withTenant } from '../../tenant-tx.ts';
import { readClocks } from './read-clocks.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const nobody = parseTenantId('018f0000-0000-7000-8000-00000000dead') as TenantId;

test('the clocks of several tenants come at once, and of no others', async () => {
  const [a, b] = [await createTenant(db.app, randomUUID()), await createTenant(db.app, randomUUID())];
  await createTenant(db.app, randomUUID());
  const clocks = await readClocks(db.app, [a, b, nobody]);
  expect([...clocks.keys()].toSorted()).toEqual([a, b].toSorted());
  const own = await withTenant(db.app, a, (tx) => lockTenantClock(tx));
  expect(clocks.get(a)).toBe(own?.current);
  expect(await readClocks(db.app, [])).toEqual(new Map());
});

test('I6: the door shows clocks and nothing else, and takes no writes', async () => {
  const tenant = await createTenant(db.app, randomUUID());
  const door = { settings: { 'app.listened_tenants': tenant }, readOnly: false };
  const seen = await openDoor(db.app, door, async (tx) => ({
    clocks: await tx.selectFrom('tenant_clocks').select('tenant_id').execute(),
    members: await tx.selectFrom('members').select('user_id').execute(),
    tenants: await tx.selectFrom('tenants').select('name').execute(),
    moved: await tx.updateTable('tenant_clocks').set({ purged_to: null }).executeTakeFirst(),
  }));
  expect(seen).toMatchObject({ clocks: [{ tenant_id: tenant }], members: [], tenants: [] });
  expect(seen.moved.numUpdatedRows).toBe(0n);
  await expect(readClocks(db.app, ["x', '" as TenantId])).rejects.toThrow('must be a UUID');
});
