import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockTenantClock, saveTenantClock } from './tenant-clock.ts';
import { withTenant } from './tenant-tx.ts';
import { createTenant } from './testing/create-tenant.ts';
import { createTestDatabase, type TestDatabase } from './testing/create-test-database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test('who watches the clocks is told of every commit that moved one, and of no other', async () => {
  const tenant = await createTenant(db.app, randomUUID());
  const told: unknown[] = [];
  const watched = { ...db.app, onClockMoved: (...news: unknown[]) => told.push(news) };
  const moved = await withTenant(watched, tenant, async (tx) => {
    const clock = await lockTenantClock(tx);
    const version = clock?.next();
    if (clock) await saveTenantClock(tx, clock);
    expect(told).toEqual([]);
    return version;
  });
  expect(told).toEqual([[tenant, moved]]);
  await withTenant(watched, tenant, async (tx) => {
    const clock = await lockTenantClock(tx);
    if (clock) await saveTenantClock(tx, clock);
  });
  const failing = withTenant(watched, tenant, async (tx) => {
    const clock = await lockTenantClock(tx);
    clock?.next();
    if (clock) await saveTenantClock(tx, clock);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(told).toHaveLength(1);
});
