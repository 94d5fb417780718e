import { createTestDatabase, type TestDatabase } from '@backhaul/db/testing';
import { type ConflictsResponse, defineDomain, defineEntity, field } from '@backhaul/shared';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, createWorld, edit, type SyncClient, type World } from '../support/sync-client.ts';

const everything = [{ rows: 'all', fields: 'all' }] as const;
const full = { read: everything, create: everything, update: everything, delete: everything };
const none = { read: [], create: [], update: [], delete: [] };

/** Nothing of it is known to the service: all there is are a declaration and tables. */
const library = defineDomain({
  name: 'library',
  schemaVersion: 1,
  entities: {
    reader: defineEntity({ table: 'readers', fields: { userId: field.text({ uniqueLive: true }) } }),
    book: defineEntity({
      table: 'books',
      fields: {
        title: field.text({ required: true }),
        price: field.money({ policy: 'serverWins' }),
        shelf: field.text({ policy: 'latestEdit' }),
        owner: field.text({ policy: 'ask', sensitive: true }),
      },
    }),
  },
  memberScope: { entity: 'reader', userField: 'userId', keys: { reader: 'id' } },
  roles: { manager: { reader: full, book: full }, employee: { reader: none, book: none } },
});

describe('a second domain', () => {
  let database: TestDatabase;
  let world: World;
  let a: SyncClient;
  let b: SyncClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    await createTable(database, 'readers', 'user_id text');
    await createTable(database, 'books', 'title text not null, price numeric(14,2), shelf text');
    world = await createWorld({ database: database.app, domain: library });
    a = world.device();
    b = world.device();
  });
  afterAll(async () => {
    await world.close();
    await database.drop();
  });

  it('syncs, has generic routes, and knows no entity of another one', async () => {
    const id = v7();
    const answer = await a.push([create('book', id, { title: 'Rayuela', owner: 'Julio' }), create('task', v7(), {})]);
    expect(answer.results.map(({ outcome }) => outcome)).toEqual(['applied', 'rejected']);
    expect(answer.rejected).toMatchObject([{ code: 'UNKNOWN_ENTITY', retryable: true }]);
    expect((await b.pullAll()).changes).toMatchObject([
      { entity: 'book', payload: { title: 'Rayuela', owner: 'Julio' } },
    ]);
    expect(await a.call('GET', `/v1/books/${id}`)).toMatchObject({ status: 200, body: { title: 'Rayuela' } });
    expect(await a.call('GET', '/v1/tasks')).toMatchObject({ status: 404 });
  });

  it.each([
    ['price', 1.5, 2.5, 'serverWins', 'server'],
    ['owner', 'Ana', 'Bea', 'ask', 'server'],
    ['title', 'From a', 'From b', 'clientWins', 'client'],
  ])(
    '%s: the policy of its declaration decides, and the loser can be put back',
    async (name, first, second, policy, winner) => {
      const { id, base } = await newBook();
      await a.push([edit('book', id, base, { [name]: first })]);
      const answer = await b.push([edit('book', id, base, { [name]: second })]);
      const [stands, lost] = winner === 'client' ? [second, first] : [first, second];
      expect(answer.results).toMatchObject([{ outcome: 'conflict', payload: { [name]: stands } }]);
      const conflict = await conflictOf(id);
      expect(conflict).toMatchObject({
        policy,
        winner,
        client: { values: { [name]: second } },
        server: { values: { [name]: first } },
      });
      const asked = policy === 'ask';
      expect(/a manager must choose/.test(conflict?.summary ?? '')).toBe(asked);
      const { body: counts } = await a.call('GET', `/v1/conflicts/counts?entityId=${id}&policy=${policy}`);
      expect(counts).toMatchObject({ open: 1, mustChoose: asked ? 1 : 0 });
      const { body: others } = await a.call<ConflictsResponse>('GET', `/v1/conflicts?entityId=${id}&policy=latestEdit`);
      expect(others.conflicts).toEqual([]);
      const restored = await a.call('POST', `/v1/conflicts/${conflict?.id}/resolve`, { resolution: 'restore' });
      expect(restored).toMatchObject({ status: 200, body: { record: { [name]: lost } } });
    },
  );

  it.each([
    ['earlier', '2026-01-01T00:00:00.000Z', 'server'],
    ['later', '2026-01-03T00:00:00.000Z', 'client'],
  ])('shelf: the %s edit arrives last, and the later one stands', async (_, at, winner) => {
    const { id, base } = await newBook();
    await a.push([{ ...edit('book', id, base, { shelf: 'from a' }), clientUpdatedAt: '2026-01-02T00:00:00.000Z' }]);
    // Its clock is a day behind, and it knows: the stated time is corrected before it is compared.
    const dayBehind = 86_400_000;
    const stated = new Date(Date.parse(at) - dayBehind).toISOString();
    await b.push([{ ...edit('book', id, base, { shelf: 'from b' }), clientUpdatedAt: stated, clockOffset: dayBehind }]);
    expect(await conflictOf(id)).toMatchObject({ policy: 'latestEdit', winner });
    const { body } = await a.call<{ shelf: string }>('GET', `/v1/books/${id}`);
    expect(body.shelf).toBe(winner === 'client' ? 'from b' : 'from a');
  });

  async function newBook(): Promise<{ id: string; base: string }> {
    const id = v7();
    const answer = await a.push([create('book', id, { title: 'Ficciones' }, '2025-01-01T00:00:00.000Z')]);
    return { id, base: answer.results[0]?.updatedAt as string };
  }

  async function conflictOf(id: string) {
    const { body } = await a.call<ConflictsResponse>('GET', `/v1/conflicts?entity=book&entityId=${id}`);
    return body.conflicts[0];
  }
});

async function createTable({ owner }: TestDatabase, table: string, columns: string): Promise<void> {
  await sql
    .raw(`
      create table ${table} (
        tenant_id uuid not null references tenants, id uuid not null, ${columns}, sealed bytea,
        created_at timestamptz not null, updated_at timestamptz not null, deleted_at timestamptz,
        field_versions jsonb not null, primary key (tenant_id, id));
      create unique index on ${table} (tenant_id, updated_at);
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      create policy tenant_isolation on ${table}
        using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
      grant select, insert, update on ${table} to backhaul_app`)
    .execute(owner.kysely);
}
