import { createSeededRandom } from '@backhaul/server/demo';
import { createTestDatabase, type TestDatabase } from '@backhaul/db/testing';
import { defineDomain, defineEntity, field } from '@backhaul/shared';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPullingClient, freshRecords, type PullingClient } from '../support/pulled-records.ts';
import { create, createWorld, edit, remove, type SyncClient, type World } from '../support/sync-client.ts';

const everything = [{ rows: 'all', fields: 'all' }] as const;
const full = { read: everything, create: everything, update: everything, delete: everything };
const none = { read: [], create: [], update: [], delete: [] };
const OWN = [{ field: 'guardId', key: 'guard' }] as const;

/**
 * Guards and the sites they watch. Everything that a scope can be made of is in it: own keys, rows for everybody in a state,
 * and sites seen in four ways that show fewer fields one after the other.
 */
const guarding = defineDomain({
  name: 'guarding',
  schemaVersion: 1,
  entities: {
    guard: defineEntity({
      table: 'guards',
      fields: { userId: field.text({ uniqueLive: true }), postId: field.reference('post') },
    }),
    post: defineEntity({ table: 'posts', fields: { title: field.text() } }),
    site: defineEntity({
      table: 'sites',
      fields: {
        title: field.text({ required: true }),
        state: field.oneOf(['watched', 'left']),
        alarmCode: field.text({ sensitive: true }),
        postId: field.reference('post'),
      },
    }),
    shift: defineEntity({
      table: 'shifts',
      fields: { guardId: field.reference('guard'), siteId: field.reference('site'), remark: field.text() },
    }),
    plan: defineEntity({
      table: 'plans',
      fields: { state: field.oneOf(['draft', 'open']), siteId: field.reference('site') },
    }),
    report: defineEntity({
      table: 'reports',
      fields: { guardId: field.reference('guard'), body: field.text(), grade: field.text(), pay: field.text() },
    }),
  },
  memberScope: { entity: 'guard', userField: 'userId', keys: { guard: 'id', post: 'postId' } },
  roles: {
    manager: { guard: full, post: full, site: full, shift: full, plan: full, report: full },
    employee: {
      guard: none,
      post: none,
      site: {
        ...none,
        read: [
          { rows: [{ via: 'shift', field: 'siteId' }], fields: 'all' },
          { rows: [{ field: 'postId', key: 'post' }], fields: ['title', 'state', 'postId'] },
          { rows: [{ via: 'plan', field: 'siteId' }], fields: ['title', 'state'] },
          { rows: 'all', where: { state: ['left'] }, fields: ['title'] },
        ],
        update: [{ rows: 'all', fields: ['state', 'alarmCode'] }],
      },
      shift: {
        read: [{ rows: OWN, fields: 'all' }],
        create: [{ rows: OWN, fields: 'all' }],
        update: [{ rows: OWN, fields: 'all' }],
        delete: [{ rows: OWN, fields: 'all' }],
      },
      plan: { ...none, read: [{ rows: 'all', where: { state: ['open'] }, fields: 'all' }] },
      report: {
        ...none,
        read: [{ rows: OWN, fields: ['guardId', 'body', 'grade'] }],
        delete: [{ rows: OWN, fields: 'all' }],
      },
    },
  },
});

let database: TestDatabase;
let world: World;
let office: SyncClient;
let ana: PullingClient;
let bea: PullingClient;
const id = { ana: v7(), bea: v7(), gate: v7(), tower: v7() };

beforeAll(async () => {
  database = await createTestDatabase();
  const columns = {
    guards: 'user_id text, post_id uuid',
    posts: 'title text',
    sites: 'title text not null, state text, post_id uuid',
    shifts: 'guard_id uuid, site_id uuid, remark text',
    plans: 'state text, site_id uuid',
    reports: 'guard_id uuid, body text, grade text, pay text',
  };
  for (const [table, own] of Object.entries(columns)) await createTable(database, table, own);
  await sql.raw("alter table shifts add constraint no_boom check (remark <> 'boom')").execute(database.owner.kysely);
  world = await createWorld({ database: database.app, domain: guarding });
  office = world.device();
  await push(create('post', id.gate, { title: 'Gate' }), create('post', id.tower, { title: 'Tower' }));
  for (const [name, postId] of [
    ['ana', id.gate],
    ['bea', id.tower],
  ] as const) {
    await push(create('guard', id[name], { postId }));
    const device = world.device(
      await world.server.addMember(
        { token: office.token, tenantId: world.tenantId },
        { email: `${name}@example.com`, role: 'employee', employeeId: id[name] },
      ),
    );
    if (name === 'ana') ana = createPullingClient(device);
    else bea = createPullingClient(device);
  }
});
afterAll(async () => {
  await world.close();
  await database.drop();
});
beforeEach(async () => {
  await news();
});

async function push(...changes: readonly unknown[]) {
  const answer = await office.push(changes);
  expect(answer.rejected).toEqual([]);
  return answer;
}

const set = (entity: string, record: string, values: object) => ({
  ...edit(entity, record, null, values),
  baseUpdatedAt: undefined,
});

async function news(limit?: number): Promise<{ ana: string[]; bea: string[] }> {
  const tell = async (device: PullingClient): Promise<string[]> => {
    const known = device.received.length;
    await device.pull(limit);
    expect([...device.records].toSorted()).toEqual([...(await freshRecords(device.client))].toSorted());
    return device.received.slice(known).map(({ op, reason, entity }) => `${reason ?? op} ${entity}`);
  };
  return { ana: await tell(ana), bea: await tell(bea) };
}

const fieldsOf = (device: PullingClient, site: string): string[] | null => {
  const payload = device.records.get(`site/${site}`);
  const managed = ['id', 'createdAt', 'updatedAt', 'deletedAt'];
  return payload === undefined ? null : Object.keys(JSON.parse(payload)).filter((name) => !managed.includes(name));
};

async function aSite(values: object = {}): Promise<string> {
  const site = v7();
  await push(create('site', site, { title: 'Harbour', state: 'watched', alarmCode: '4711', ...values }));
  await news();
  return site;
}

describe('scopes of a second domain', () => {
  it('what everybody with the role sees in one state leaves everybody with it, and what it names', async () => {
    const [plan, site] = [v7(), await aSite()];
    await push(create('plan', plan, { state: 'draft', siteId: site }));
    expect(await news()).toEqual({ ana: [], bea: [] });
    await push(set('plan', plan, { state: 'open' }));
    expect(await news()).toEqual({ ana: ['upsert plan', 'upsert site'], bea: ['upsert plan', 'upsert site'] });
    expect(fieldsOf(ana, site)).toEqual(['title', 'state']);
    await push(set('plan', plan, { state: 'draft' }));
    expect(await news()).toEqual({ ana: ['scope plan', 'scope site'], bea: ['scope plan', 'scope site'] });
  });

  it('a record that one grant shows no longer and another still does comes again, with fewer fields', async () => {
    const [plan, shift, site] = [v7(), v7(), await aSite()];
    await push(
      create('plan', plan, { state: 'open', siteId: site }),
      create('shift', shift, { guardId: id.ana, siteId: site }),
    );
    await news();
    expect([fieldsOf(ana, site), fieldsOf(bea, site)]).toEqual([
      ['title', 'state', 'alarmCode', 'postId'],
      ['title', 'state'],
    ]);
    await push(remove('shift', shift, null));
    expect(await news()).toEqual({ ana: ['delete shift', 'upsert site'], bea: ['upsert site'] });
    expect(fieldsOf(ana, site)).toEqual(['title', 'state']);
    await push(set('site', site, { postId: id.tower, state: 'left' }), set('plan', plan, { state: 'draft' }));
    await news();
    expect([fieldsOf(ana, site), fieldsOf(bea, site)]).toEqual([['title'], ['title', 'state', 'postId']]);
    await push(set('site', site, { state: 'watched' }));
    expect(await news()).toEqual({ ana: ['scope site'], bea: ['upsert site'] });
  });

  it('an employee uses what a change of the same push shows, and not what it hides', async () => {
    const [shift, site] = [v7(), await aSite()];
    const write = (code: string) => edit('site', site, null, { alarmCode: code });
    const own = create('shift', shift, { guardId: id.ana, siteId: site });
    const before = await ana.client.push([write('1'), own, write('2')]);
    expect(before.results.map(({ outcome }) => outcome)).toEqual(['rejected', 'applied', 'conflict']);
    // As of an id that nobody has used: a creation that lacks a title.
    expect(before.rejected).toMatchObject([{ index: 0, code: 'REQUIRED_FIELD' }]);
    expect(before.results[2]).toMatchObject({ payload: { alarmCode: '2' } });
    expect(await news()).toEqual({ ana: ['upsert shift', 'upsert site'], bea: [] });
    const after = await ana.client.push([
      write('3'),
      remove('shift', shift, before.results[1]?.updatedAt ?? null),
      write('4'),
    ]);
    expect(after.results.map(({ outcome }) => outcome)).toEqual(['merged', 'applied', 'rejected']);
    // Written while she saw it, and no longer hers to read when everything was done.
    expect(after.results[0]).not.toHaveProperty('payload');
    // Its own version came first.
    expect(await news()).toEqual({ ana: ['scope site', 'delete shift'], bea: [] });
  });

  it('in halves, too, where the database refuses some change', async () => {
    const [shift, site] = [v7(), await aSite()];
    const boom = () => create('shift', v7(), { guardId: id.ana, remark: 'boom' });
    const { results } = await ana.client.push([
      create('shift', shift, { guardId: id.ana, siteId: site }),
      boom(),
      edit('site', site, null, { alarmCode: '2' }),
      boom(),
      set('shift', shift, { siteId: null }),
      edit('site', site, null, { alarmCode: '3' }),
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'applied',
      'rejected',
      'conflict',
      'rejected',
      'applied',
      'rejected',
    ]);
    expect(await news()).toEqual({ ana: ['upsert shift'], bea: [] });
  });

  it('a deletion tells nothing of what somebody had changed in fields that its sender may not read', async () => {
    const deletes = async (values: object) => {
      const report = v7();
      const made = await push(create('report', report, { guardId: id.ana, body: 'Quiet', pay: '10' }));
      await push(edit('report', report, made.cursor, values));
      const change = remove('report', report, made.results[0]?.updatedAt as string);
      const answers = [await ana.client.push([change]), await ana.client.push([change])];
      const { body } = await office.call<{ conflicts: { fields: string[] }[] }>(
        'GET',
        `/v1/conflicts?entity=report&entityId=${report}`,
      );
      expect(body.conflicts.map(({ fields }) => fields.toSorted())).toEqual([Object.keys(values).toSorted()]);
      return answers.map(({ conflicts }) => conflicts);
    };
    for (const conflicts of await deletes({ pay: '20' })) expect(conflicts).toEqual([]);
    for (const conflicts of await deletes({ pay: '20', grade: 'A' })) {
      expect(conflicts).toMatchObject([{ fields: ['grade'] }]);
      expect(conflicts[0]?.summary).toContain('grade');
      expect(conflicts[0]?.summary).not.toContain('pay');
    }
  });

  it.each([1, 2, 3])(
    'I1, I6: whatever comes and goes, a device holds what a new one is shown (seed %i)',
    async (seed) => {
      const { next: random, pick } = createSeededRandom(seed);
      const ids = (count: number) => Array.from({ length: count }, () => v7());
      const [sites, shifts, plans] = [ids(3), ids(3), ids(2)];
      const maybe = <Value>(values: readonly Value[]): Value | null => (random() < 0.3 ? null : pick(values));
      const step = (): object => {
        const dice = random();
        if (dice < 0.4) {
          const values = { guardId: maybe([id.ana, id.bea]), siteId: maybe(sites) };
          return create('shift', pick(shifts), values);
        }
        if (dice < 0.6) return create('plan', pick(plans), { state: pick(['draft', 'open']), siteId: maybe(sites) });
        if (dice < 0.75) return remove('shift', pick(shifts), null);
        if (dice < 0.8) return remove('plan', pick(plans), null);
        if (dice < 0.85) return remove('site', pick(sites), null);
        const values = { title: 'S', state: pick(['watched', 'left']), postId: maybe([id.gate, id.tower]) };
        return create('site', pick(sites), { alarmCode: '1', ...values });
      };
      await push(...sites.map((site) => create('site', site, { title: 'S', alarmCode: '1' })));
      for (let round = 0; round < 25; round += 1) {
        const { rejected } = await office.push(Array.from({ length: 1 + Math.floor(random() * 4) }, step));
        expect(rejected.filter(({ code }) => code !== 'RECORD_GONE')).toEqual([]);
        await news(1 + Math.floor(random() * 3));
      }
    },
  );
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
