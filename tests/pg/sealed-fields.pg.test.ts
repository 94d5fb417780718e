import { createTestDatabase } from '@backhaul/db/testing';
import { type Entity, fieldService } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  create,
  createNeighbour,
  createWorld,
  edit,
  remove,
  type SyncClient,
  TASK,
  type World,
} from '../support/sync-client.ts';

const CANARY = 'kanarienvogel';
const PLAIN: Record<string, Record<string, unknown>> = {
  client: { name: 'Bea' },
  employee: { name: 'Ana' },
  task: TASK,
  finance_entry: {
    title: 'Invoice',
    amount: 5,
    type: 'receivable',
    dueDate: '2026-12-01',
    status: 'pending',
    currency: 'usd',
    kind: 'general',
  },
};
const SEALED = Object.entries(fieldService.entities as { [name: string]: Entity }).filter(
  ([, { sensitiveFields }]) => sensitiveFields.length > 0,
);
const secrets = (entity: Entity, word: string) =>
  Object.fromEntries(entity.sensitiveFields.map((field) => [field, `${CANARY} ${word} ${field}`]));

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let a: SyncClient;
let b: SyncClient;
beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld({ database: database.app });
  a = world.device();
  b = world.device();
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

/** Every row of every table as text, envelopes as bytes, read by the owner. */
async function everything(): Promise<string> {
  const { rows: tables } = await database.owner.pool.query<{ name: string }>(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
  );
  expect(tables.length).toBeGreaterThan(15);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await database.owner.pool.query<{ row: string }>(`select t::text as row from ${name} t`);
    texts.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return texts.join('\n');
}

/** Also as the hexadecimal that PostgreSQL prints bytes in, and as base64 at any offset. */
function expectNoCanary(text: string): void {
  expect(text).not.toContain(CANARY);
  expect(text).not.toContain(Buffer.from(CANARY).toString('hex'));
  for (const shift of [0, 1, 2])
    expect(text).not.toContain(Buffer.from(CANARY.slice(shift, shift + 12)).toString('base64'));
}

it('the declaration seals what it must', () => {
  expect(Object.fromEntries(SEALED.map(([name, { sensitiveFields }]) => [name, sensitiveFields]))).toEqual({
    client: ['contact', 'phone', 'whatsappPhone', 'email', 'address', 'propertyDetails', 'accessNotes'],
    employee: ['phone', 'extraEarningsDescription', 'documentsDescription'],
    task: ['address', 'notes'],
    finance_entry: ['disputeReason', 'notes'],
    attachment: ['fileName'],
  });
});

it('attachment, which the service writes: holds no file name in the clear, and answers it', async () => {
  const ownerId = v7();
  await a.push([create('task', ownerId, TASK)]);
  const fileName = `${CANARY}.png`;
  const file = { ownerType: 'task', ownerId, mimeType: 'image/png', size: 3, fileName };
  const { status, body } = await a.call<{ attachmentId: string }>('POST', '/v1/attachments/presign', file);
  expect(status).toBe(200);
  expectNoCanary(await everything());
  const seen = (await b.pull()).changes.find(({ entityId }) => entityId === body.attachmentId);
  expect(seen?.payload).toMatchObject({ fileName });
});

describe.each(SEALED.filter(([, { writer }]) => writer !== 'server'))('%s', (name, entity) => {
  it('holds no sensitive value in the clear, in rows, audit, conflicts or receipts, and answers all of them', async () => {
    const id = v7();
    const [first, second, third] = ['first', 'second', 'third'].map((word) => secrets(entity, word)) as [
      Record<string, string>,
      Record<string, string>,
      Record<string, string>,
    ];
    const made = await a.push([create(name, id, { ...PLAIN[name], ...first })]);
    const version = made.results[0]?.updatedAt ?? null;
    await a.push([edit(name, id, version, second)]);
    const met = await b.push([
      edit(name, id, version, third),
      edit(name, v7(), version, third),
      create(name, v7(), { ...third, colour: 'red' }),
    ]);
    expect(met.results[0]).toMatchObject({ outcome: 'conflict', payload: third });
    expect(met.rejected.map(({ code }) => code)).toEqual(['RECORD_GONE', 'UNKNOWN_FIELD']);
    const wrong = Object.fromEntries(entity.sensitiveFields.map((field) => [field, `${CANARY}\0`]));
    const refused = await b.push([edit(name, id, version, wrong)]);
    expect(refused.rejected).toMatchObject([{ code: 'INVALID_TEXT', fields: entity.sensitiveFields }]);
    expect(JSON.stringify(refused)).not.toContain(CANARY);
    expect((await a.call('POST', `/v1/${entity.path}`, { ...PLAIN[name], ...third })).status).toBe(201);
    await b.push([remove(name, id, version)]);
    expectNoCanary(await everything());

    const { rows } = await database.owner.pool.query<{ sealed: Buffer }>(
      `select sealed from ${entity.table} where id = $1`,
      [id],
    );
    expect(rows[0]?.sealed.length).toBeGreaterThan(45);
    expect((await a.call('GET', `/v1/${entity.path}/${id}`)).body).toMatchObject(third);
    const { body: audit } = await a.call<{ audit: unknown[] }>('GET', `/v1/audit?entityId=${id}`);
    const change = (from: object | null, to: Record<string, string>) => ({
      changes: Object.fromEntries(
        Object.keys(to).map((field) => [
          field,
          { from: from === null ? null : (from as Record<string, string>)[field], to: to[field] },
        ]),
      ),
    });
    expect(audit.audit.slice(0, 3)).toMatchObject([change(null, first), change(first, second), change(second, third)]);
    const { body: conflicts } = await a.call<{ conflicts: unknown[] }>('GET', `/v1/conflicts?entityId=${id}`);
    expect(conflicts.conflicts[0]).toMatchObject({ client: { values: third }, server: { values: second } });
    expect(
      JSON.stringify([audit, conflicts].map((log) => JSON.stringify(log).match(/"summary":"[^"]*"/g))),
    ).not.toContain(CANARY);
  });

  it('an envelope opens in no other row, entity, tenant, and not when it was altered', async () => {
    const [own, other] = [v7(), v7()];
    await a.push([
      create(name, own, { ...PLAIN[name], ...secrets(entity, 'own') }),
      create(name, other, { ...PLAIN[name], ...secrets(entity, 'other') }),
    ]);
    const neighbour = await createNeighbour(world);
    await neighbour.push([create(name, own, { ...PLAIN[name], ...secrets(entity, 'theirs') })]);
    const { pool } = database.owner;
    const sealed = async (tenantId: string, id: string): Promise<Buffer> =>
      (
        await pool.query<{ sealed: Buffer }>(`select sealed from ${entity.table} where tenant_id = $1 and id = $2`, [
          tenantId,
          id,
        ])
      ).rows[0]?.sealed as Buffer;
    const put = (id: string, envelope: Buffer) =>
      pool.query(`update ${entity.table} set sealed = $3 where tenant_id = $1 and id = $2`, [
        world.tenantId,
        id,
        envelope,
      ]);
    const right = await sealed(world.tenantId, own);
    const flipped = Buffer.from(right);
    flipped[flipped.length - 1] = (flipped.at(-1) as number) ^ 1;

    for (const wrong of [
      await sealed(world.tenantId, other),
      await sealed(neighbour.tenantId, own),
      flipped,
      right.subarray(0, 40),
      Buffer.alloc(100),
    ]) {
      await put(own, wrong);
      const { status, body } = await a.call('GET', `/v1/${entity.path}/${own}`);
      expect([status, body]).toMatchObject([500, { error: { code: 'INTERNAL' } }]);
      expect(JSON.stringify(body)).not.toContain(CANARY);
    }
    await put(own, right);
    expect((await a.call('GET', `/v1/${entity.path}/${own}`)).body).toMatchObject(secrets(entity, 'own'));
  });
});

it('a record whose secrets are all cleared keeps no envelope', async () => {
  const id = v7();
  const made = await a.push([create('task', id, { ...TASK, notes: CANARY })]);
  await a.push([edit('task', id, made.results[0]?.updatedAt ?? null, { notes: null })]);
  const { rows } = await database.owner.pool.query('select sealed from tasks where id = $1', [id]);
  expect(rows).toEqual([{ sealed: null }]);
  expectNoCanary(await everything());
});

it('the same value is sealed anew each time: equal secrets do not show', async () => {
  const [one, two] = [v7(), v7()];
  await a.push([create('task', one, { ...TASK, notes: CANARY }), create('task', two, { ...TASK, notes: CANARY })]);
  const { rows } = await database.owner.pool.query<{ sealed: Buffer }>('select sealed from tasks where id = any($1)', [
    [one, two],
  ]);
  expect(rows).toHaveLength(2);
  const bodies = rows.map(({ sealed }) => sealed.subarray(17).toString('hex'));
  expect(new Set(bodies).size).toBe(2);
});
