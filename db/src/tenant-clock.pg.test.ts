import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cursor, parseTenantId, type TenantId } from '@backhaul/shared';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockTenantClock, saveTenantClock } from './tenant-clock.ts';
import { type TenantTx, withTenant } from './tenant-tx.ts';
import { createTenant } from './testing/create-tenant.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const newTenant = () => createTenant(db.app, randomUUID());

describe('tenant clock', () => {
  it('I4: hands out distinct versions to 16 concurrent writers, and a reader never sees one appear behind another', async () => {
    const tenantId = await newTenant();
    let writing = true;
    const watched = watchVersions(tenantId, () => writing);
    const writers = Array.from({ length: 16 }, async () => {
      const versions: Cursor[] = [];
      for (let round = 0; round < 5; round += 1) versions.push(...(await writeTeams(tenantId, 3)));
      return versions;
    });
    const handedOut = (await Promise.all(writers)).flat();
    writing = false;
    const seen = await watched;
    expect(new Set(handedOut).size).toBe(16 * 5 * 3);
    // The order in which they became visible is their own order, and none was stepped over.
    expect(seen).toEqual([...handedOut].sort());
  });

  it('stands at the last version handed out', async () => {
    const tenantId = await newTenant();
    const versions = await writeTeams(tenantId, 4);
    expect(await readClock(tenantId)).toBe(versions.at(-1));
  });

  it('keeps no version of a transaction that rolled back', async () => {
    const tenantId = await newTenant();
    const before = await readClock(tenantId);
    const failing = withTenant(db.app, tenantId, async (tx) => {
      await writeInto(tx, 2);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await readClock(tenantId)).toBe(before);
    expect(await teamVersions(tenantId, '2000-01-01T00:00:00.000000Z')).toEqual([]);
  });

  it('does not move when nothing was handed out', async () => {
    const tenantId = await newTenant();
    const before = await readClock(tenantId);
    await withTenant(db.app, tenantId, async (tx) => {
      const clock = await lockTenantClock(tx);
      if (clock) await saveTenantClock(tx, clock);
    });
    expect(await readClock(tenantId)).toBe(before);
  });

  it('moves past a clock that is ahead of the server time', async () => {
    const tenantId = await newTenant();
    const ahead = '2199-01-01T00:00:00.000000Z' as Cursor;
    await db.owner.kysely
      .updateTable('tenant_clocks')
      .set({ clock: ahead })
      .where('tenant_id', '=', tenantId)
      .execute();
    expect(await writeTeams(tenantId, 1)).toEqual(['2199-01-01T00:00:00.000001Z']);
  });

  it('is null for a tenant that does not exist', async () => {
    const nobody = parseTenantId(randomUUID()) as TenantId;
    expect(await withTenant(db.app, nobody, lockTenantClock)).toBeNull();
  });
});

function writeTeams(tenantId: TenantId, count: number): Promise<Cursor[]> {
  return withTenant(db.app, tenantId, (tx) => writeInto(tx, count));
}

async function writeInto(tx: TenantTx, count: number): Promise<Cursor[]> {
  const clock = await lockTenantClock(tx);
  if (!clock) throw new Error('no such tenant');
  const versions = Array.from({ length: count }, () => clock.next());
  for (const version of versions) {
    await sql`insert into teams (tenant_id, id, name, created_at, updated_at, field_versions)
      values (${tx.tenantId}, ${randomUUID()}, 'Team', ${version}, ${version}, '{}')`.execute(tx.db);
  }
  await saveTenantClock(tx, clock);
  return versions;
}

/** What a puller does: asks for what is newer than the newest it has, and collects it. */
async function watchVersions(tenantId: TenantId, writing: () => boolean): Promise<Cursor[]> {
  const seen: Cursor[] = [];
  for (;;) {
    const last = !writing();
    seen.push(...(await teamVersions(tenantId, seen.at(-1) ?? '2000-01-01T00:00:00.000000Z')));
    if (last) return seen;
    await delay(1);
  }
}

async function teamVersions(tenantId: TenantId, since: string): Promise<Cursor[]> {
  const { rows } = await withTenant(db.app, tenantId, (tx) =>
    sql<{ updated_at: Cursor }>`select updated_at from teams
      where tenant_id = ${tenantId} and updated_at > ${since} order by updated_at`.execute(tx.db),
  );
  return rows.map((row) => row.updated_at);
}

async function readClock(tenantId: TenantId): Promise<Cursor> {
  const row = await withTenant(db.app, tenantId, (tx) =>
    tx.db.selectFrom('tenant_clocks').select('clock').where('tenant_id', '=', tenantId).executeTakeFirstOrThrow(),
  );
  return row.clock;
}
