import { randomUUID } from 'node:crypto';
import { parseUserId, type TenantId, type UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DirectoryTx, withDirectory } from './directory-tx.ts';
import { withTenant } from './tenant-tx.ts';
import { createTenant } from './testing/create-tenant.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';

const user = (name: string) => parseUserId(name) as UserId;
// No parser makes such an id. Should one come through all the same, it must stay a value.
const ada = { userId: "user_ada'||\\'--" as UserId, verifiedEmail: 'Ada@Example.com' };
const bob = { userId: user('user_bob'), verifiedEmail: 'bob@example.com' };

let db: TestDatabase;
let adasTenant: TenantId;
let bobsTenant: TenantId;

beforeAll(async () => {
  db = await createTestDatabase();
  adasTenant = await createTenant(db.app, randomUUID());
  bobsTenant = await createTenant(db.app, randomUUID());
  for (const [tenantId, person] of [
    [adasTenant, ada],
    [bobsTenant, bob],
  ] as const) {
    await withTenant(db.app, tenantId, ({ db: tx }) =>
      sql`insert into members (tenant_id, user_id, role, status, scope_version)
        values (${tenantId}, ${person.userId}, 'manager', 'active', clock_timestamp())`.execute(tx),
    );
    await withDirectory(db.app, person, ({ db: tx, userId }) =>
      tx.insertInto('users').values({ user_id: userId }).execute(),
    );
  }
  await withTenant(db.app, bobsTenant, ({ db: tx }) =>
    sql`insert into invites (tenant_id, invite_id, email, role, status, invited_by, expires_at)
      values (${bobsTenant}, ${randomUUID()}, 'ada@example.com', 'employee', 'pending', ${bob.userId}, now())`.execute(
      tx,
    ),
  );
});
afterAll(() => db.drop());

async function visible(tx: DirectoryTx) {
  const count = async (table: string) =>
    (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(tx.db)).rows[0]?.n;
  return {
    users: await count('users'),
    members: await count('members'),
    tenants: await count('tenants'),
    invites: await count('invites'),
    teams: await count('teams'),
    clocks: await count('tenant_clocks'),
  };
}

describe('I6: DirectoryTx', () => {
  it('shows a person their own row, memberships, tenants and invites, and nothing else', async () => {
    expect(await withDirectory(db.app, ada, visible)).toEqual({
      users: 1,
      members: 1,
      tenants: 1,
      invites: 1,
      teams: 0,
      clocks: 0,
    });
    const tenants = await withDirectory(db.app, ada, (tx) => tx.db.selectFrom('tenants').select('tenant_id').execute());
    expect(tenants).toEqual([{ tenant_id: adasTenant }]);
  });

  it('shows no invite to an email that is not verified', async () => {
    const unverified = await withDirectory(db.app, { ...ada, verifiedEmail: null }, visible);
    expect([unverified.invites, unverified.members]).toEqual([0, 1]);
  });

  it('shows a stranger nothing', async () => {
    const stranger = { userId: user('user_nobody'), verifiedEmail: 'nobody@example.com' };
    expect(new Set(Object.values(await withDirectory(db.app, stranger, visible)))).toEqual(new Set([0]));
  });

  it('can not write as somebody else, nor into a tenant', async () => {
    const asBob = withDirectory(db.app, ada, (tx) =>
      tx.db.insertInto('users').values({ user_id: bob.userId }).execute(),
    );
    await expect(asBob).rejects.toThrow('violates row-level security policy');
    const promoted = await withDirectory(db.app, ada, (tx) =>
      sql`update members set role = 'manager' where user_id = ${ada.userId}`.execute(tx.db),
    );
    expect(promoted.numAffectedRows).toBe(0n);
    const accepted = await withDirectory(db.app, ada, (tx) =>
      sql`update invites set status = 'accepted'`.execute(tx.db),
    );
    expect(accepted.numAffectedRows).toBe(0n);
  });

  it('keeps the email in lower case', async () => {
    expect(await withDirectory(db.app, ada, (tx) => Promise.resolve(tx.verifiedEmail))).toBe('ada@example.com');
  });

  it('refuses an email with control characters before it becomes a statement', async () => {
    const odd = { ...ada, verifiedEmail: "a@b.c\0'; drop table users; --" };
    await expect(withDirectory(db.app, odd, visible)).rejects.toThrow('control character');
  });
});
