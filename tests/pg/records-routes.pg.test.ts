import type { AuditResponse, ConflictsResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, edit, stateOf, type SyncClient, TASK, type World } from '../support/sync-client.ts';

interface Subject {
  readonly entity: string;
  readonly path: string;
  readonly values: Record<string, unknown>;
  readonly patch: Record<string, unknown>;
  /** What only the engine refuses: field, value, code. */
  readonly wrong: readonly (readonly [field: string, value: unknown, code: string])[];
}

const SUBJECTS: readonly Subject[] = [
  {
    entity: 'client',
    path: 'clients',
    values: { name: 'Bea', phone: '+1 555 0100', address: '1 Main St', preferredDeliveryChannels: ['sms'] },
    patch: { name: 'Bea Ruiz', phone: null },
    wrong: [
      ['name', '', 'REQUIRED_FIELD'],
      ['preferredDeliveryChannels', ['fax'], 'INVALID_FIELD'],
    ],
  },
  {
    entity: 'employee',
    path: 'employees',
    values: { name: 'Ana', roleTitle: 'Cleaner', hourlyRate: 12.5, currency: 'usd', phone: '+1 555 0101' },
    patch: { hourlyRate: 19.99 },
    wrong: [
      ['hourlyRate', 1.005, 'INVALID_AMOUNT'],
      ['teamId', v7(), 'MISSING_REFERENCE'],
    ],
  },
  {
    entity: 'team',
    path: 'teams',
    values: { name: 'North' },
    patch: { name: 'South' },
    wrong: [['name', null, 'REQUIRED_FIELD']],
  },
  {
    entity: 'service_type',
    path: 'service-types',
    values: { name: 'Windows', basePrice: 80.1, currency: 'eur', pricingModel: 'perTask', defaultDurationMinutes: 90 },
    patch: { basePrice: 8.29 },
    wrong: [
      ['defaultDurationMinutes', 1.5, 'INVALID_FIELD'],
      ['currency', 'gbp', 'INVALID_FIELD'],
    ],
  },
  {
    entity: 'task',
    path: 'tasks',
    values: { ...TASK, notes: 'key', startTime: '2026-11-21T10:00:00.000Z' },
    patch: { status: 'completed', checkOutTime: '2026-11-21T11:00:00.000Z' },
    wrong: [
      ['date', '2026-02-30', 'INVALID_DATE'],
      ['title', 'a\0', 'INVALID_TEXT'],
      ['clientId', 'x', 'INVALID_ID'],
    ],
  },
  {
    entity: 'finance_entry',
    path: 'finance-entries',
    values: {
      title: 'Invoice',
      amount: 19.99,
      type: 'receivable',
      dueDate: '2026-12-01',
      status: 'pending',
      currency: 'usd',
      kind: 'invoiceClient',
      lineItems: [{ description: 'Hours', quantity: 1.5, unitPrice: 8.29 }],
    },
    patch: { status: 'paid', method: 'pix' },
    wrong: [
      ['amount', '5', 'INVALID_AMOUNT'],
      ['lineItems', [{}], 'REQUIRED_FIELD'],
    ],
  },
];

type Body = Record<string, unknown> & { error?: { code: string; details: { fields?: string[] } } };

let world: World;
let device: SyncClient;
beforeAll(async () => {
  world = await createWorld();
  device = world.device();
});
afterAll(() => world.close());

const auditOf = async (id: string) => (await device.call<AuditResponse>('GET', `/v1/audit?entityId=${id}`)).body.audit;

describe.each(SUBJECTS)('/v1/$path', ({ entity, path, values, patch, wrong }) => {
  const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', rest = '', body?: object) =>
    device.call<Body>(method, `/v1/${path}${rest}`, body);
  const made = async (members: object = {}) =>
    (await call('POST', '', { ...values, ...members })).body as Body & { id: string; updatedAt: string };

  it('lives a whole life, audited and pulled like a push', async () => {
    const before = await stateOf(world);
    const created = await call('POST', '', values);
    expect(created.status).toBe(201);
    const { id, createdAt, updatedAt } = created.body as { id: string; createdAt: string; updatedAt: string };
    expect(created.body).toMatchObject({ ...values, deletedAt: null, createdAt: updatedAt });

    const patched = await call('PATCH', `/${id}`, patch);
    expect(patched).toMatchObject({ status: 200, body: { ...values, ...patch, id, createdAt } });
    expect((patched.body.updatedAt as string) > updatedAt).toBe(true);
    expect(await call('GET', `/${id}`)).toEqual(patched);

    const deleted = await call('DELETE', `/${id}`);
    expect(deleted).toMatchObject({ status: 200, body: { ...patch, id, deletedAt: deleted.body.updatedAt } });
    expect(await call('GET', `/${id}`)).toEqual(deleted);
    expect(await call('DELETE', `/${id}`)).toEqual(deleted);

    const audit = await auditOf(id);
    expect(audit.map(({ entity: name, action, createdAt: at }) => [name, action, at])).toEqual([
      [entity, 'create', createdAt],
      [entity, 'update', patched.body.updatedAt],
      [entity, 'delete', deleted.body.updatedAt],
    ]);
    expect(audit[0]?.changes).toMatchObject(
      Object.fromEntries(Object.entries(values).map(([field, to]) => [field, { from: null, to }])),
    );
    expect(audit[1]?.changes).toEqual(
      Object.fromEntries(Object.entries(patch).map(([field, to]) => [field, { from: values[field] ?? null, to }])),
    );
    expect(audit.map(({ actor, device: by }) => [actor?.name, by])).toEqual(
      Array.from({ length: 3 }, () => ['Marta', device.deviceId]),
    );

    const { changes } = await device.pull(before.clock);
    expect(changes).toMatchObject([{ op: 'delete', entity, entityId: id, updatedAt: deleted.body.updatedAt }]);
    expect(await stateOf(world)).toMatchObject({
      rows: before.rows + 1,
      audit: before.audit + 3,
      receipts: before.receipts,
      clock: deleted.body.updatedAt,
    });
  });

  it('takes the id that it is given, once', async () => {
    const id = v7();
    expect(await call('POST', '', { ...values, id: id.toUpperCase() })).toMatchObject({ status: 201, body: { id } });
    const before = await stateOf(world);
    expect(await call('POST', '', { ...values, id })).toMatchObject({
      status: 409,
      body: { error: { code: 'ALREADY_EXISTS' } },
    });
    await call('DELETE', `/${id}`);
    expect(await call('POST', '', { ...values, id })).toMatchObject({
      status: 409,
      body: { error: { code: 'ALREADY_EXISTS' } },
    });
    expect((await stateOf(world)).rows).toBe(before.rows);
  });

  type Refusal = [name: string, members: object, status: number, code: string];
  const refusals: Refusal[] = [
    ['an id that is none', { id: 'x' }, 400, 'INVALID_ID'],
    ['a null id', { id: null }, 400, 'INVALID_ID'],
    ['an unknown field', { colour: 'red' }, 422, 'UNKNOWN_FIELD'],
    ['a field of the prototype', { toString: 'red' }, 422, 'UNKNOWN_FIELD'],
    ['a deletedAt', { deletedAt: '2026-11-21T10:00:00Z' }, 422, 'USE_DELETE'],
    ...wrong.map(
      ([field, value, code]): Refusal => [
        `${field} ${JSON.stringify(value)}`,
        { [field]: value },
        code === 'INVALID_ID' ? 400 : 422,
        code,
      ],
    ),
  ];
  it.each(refusals)('refuses %s, in a create and in a patch', async (_, members, status, code) => {
    const { id } = await made();
    const before = await stateOf(world);
    expect(await call('POST', '', { ...values, ...members })).toMatchObject({ status, body: { error: { code } } });
    // In a patch, the id is in the path; one in the body is a managed key.
    const patched = await call('PATCH', `/${id}`, members);
    expect(patched).toMatchObject(
      code === 'INVALID_ID' && 'id' in members ? { status: 200 } : { status, body: { error: { code } } },
    );
    expect(await stateOf(world)).toEqual(before);
  });

  it('refuses a create that lacks what it needs, naming it', async () => {
    const answer = await call('POST', '', {});
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'REQUIRED_FIELD' } } });
    expect(answer.body.error?.details.fields?.every((field) => field in values)).toBe(true);
  });

  it('does not know what is not there', async () => {
    for (const [method, body] of [['GET'], ['PATCH', patch], ['DELETE']] as const) {
      expect(await call(method, `/${v7()}`, body)).toMatchObject({
        status: 404,
        body: { error: { code: 'NOT_FOUND' } },
      });
      expect(await call(method, '/x', body)).toMatchObject({ status: 400 });
    }
  });

  it('a patch of nothing changes nothing', async () => {
    const { id, updatedAt } = await made();
    const before = await stateOf(world);
    for (const same of [{}, values, { tenantId: 'x', createdAt: null }]) {
      expect(await call('PATCH', `/${id}`, same)).toMatchObject({ status: 200, body: { updatedAt } });
    }
    expect(await stateOf(world)).toEqual(before);
  });

  it('a patch on a stale version merges, and logs what it overwrites', async () => {
    const [field] = Object.keys(patch) as [string];
    const { id, updatedAt } = await made();
    const other = world.device();
    await other.push([edit(entity, id, updatedAt, patch)]);
    const before = await stateOf(world);
    const answer = await call('PATCH', `/${id}`, { baseUpdatedAt: updatedAt, [field]: values[field] });
    // The value of the base is no edit.
    expect(answer).toMatchObject({ status: 200, body: patch });
    expect(await stateOf(world)).toEqual(before);

    const third =
      entity === 'finance_entry' ? { title: 'Third' } : entity === 'task' ? { title: 'Third' } : { name: 'Third' };
    await other.push([
      edit(entity, id, updatedAt, Object.fromEntries(Object.keys(third).map((name) => [name, 'Theirs']))),
    ]);
    const met = await call('PATCH', `/${id}`, { baseUpdatedAt: updatedAt, ...third });
    expect(met).toMatchObject({ status: 200, body: third });
    const { body } = await device.call<ConflictsResponse>('GET', `/v1/conflicts?entityId=${id}`);
    expect(body.conflicts).toMatchObject([
      { fields: Object.keys(third), winner: 'client', client: { values: third }, server: { device: other.deviceId } },
    ]);
  });

  it.each([null, '', 'x', '2026-11-21T10:00:00Z', 7, {}])('refuses baseUpdatedAt %j', async (baseUpdatedAt) => {
    const { id } = await made();
    expect(await call('PATCH', `/${id}`, { ...patch, baseUpdatedAt })).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_CURSOR' } },
    });
  });

  it('lists in pages, oldest version first, deleted ones on request', async () => {
    const { clock } = await stateOf(world);
    const created = [await made(), await made(), await made(), await made(), await made()];
    await call('DELETE', `/${created[1]?.id}`);
    await call('PATCH', `/${created[0]?.id}`, patch);
    const pages = async (query: string) => {
      const seen: string[] = [];
      let since: string = clock;
      for (;;) {
        const { status, body } = await device.call<{ records: { id: string }[]; nextCursor: string; hasMore: boolean }>(
          'GET',
          `/v1/${path}?limit=2&since=${since}${query}`,
        );
        expect(status).toBe(200);
        expect(body.records.length).toBe(body.hasMore ? 2 : body.records.length);
        seen.push(...body.records.map(({ id }) => id));
        since = body.nextCursor;
        if (!body.hasMore) return seen;
      }
    };
    const [first, second, ...rest] = created.map(({ id }) => id);
    expect(await pages('')).toEqual([...rest, first]);
    expect(await pages('&includeDeleted=false')).toEqual([...rest, first]);
    expect(await pages('&includeDeleted=true')).toEqual([...rest, second, first]);
    const empty = await device.call('GET', `/v1/${path}?since=${(await stateOf(world)).clock}`);
    expect(empty.body).toMatchObject({ records: [], hasMore: false });
  });
});
