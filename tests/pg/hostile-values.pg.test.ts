import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  create,
  createNeighbour,
  createWorld,
  edit,
  stateOf,
  type SyncClient,
  TASK,
  type World,
} from '../support/sync-client.ts';

let world: World;
let device: SyncClient;
beforeAll(async () => {
  world = await createWorld();
  device = world.device();
});
afterAll(() => world.close());

const ENTRY = {
  title: 'Work',
  amount: 5,
  type: 'payable',
  dueDate: '2026-11-21',
  status: 'pending',
  currency: 'usd',
  kind: 'general',
};

type Taken = [name: string, entity: string, values: Record<string, unknown>, stored?: Record<string, unknown>];

/** Values at the edge of what is allowed, and what every reader must get afterwards. */
const TAKEN: readonly Taken[] = [
  ['the largest amount', 'finance_entry', { ...ENTRY, amount: 999_999_999_999.99 }],
  ['the smallest amount', 'finance_entry', { ...ENTRY, amount: -999_999_999_999.99 }],
  ['an amount that binary can not hold', 'finance_entry', { ...ENTRY, amount: 1.1 }],
  ['a negative zero', 'finance_entry', { ...ENTRY, amount: -0 }, { amount: 0 }],
  ['a wage of 19.99', 'employee', { name: 'Ana', hourlyRate: 19.99 }],
  ['a wage of 0.07', 'employee', { name: 'Ana', hourlyRate: 0.07 }],
  [
    'line items at the edge',
    'finance_entry',
    {
      ...ENTRY,
      lineItems: [
        { description: '💧'.repeat(250), quantity: 1e300, unitPrice: 8.29 },
        { description: 'x', quantity: 5e-324, unitPrice: -0.01 },
      ],
    },
  ],
  ['no line items', 'finance_entry', { ...ENTRY, lineItems: [] }],
  [
    '500 line items',
    'finance_entry',
    {
      ...ENTRY,
      lineItems: Array.from({ length: 500 }, (_, quantity) => ({ description: 'x', quantity, unitPrice: 1.15 })),
    },
  ],
  ['the longest title', 'task', { ...TASK, title: 'x'.repeat(500) }],
  ['the longest notes', 'task', { ...TASK, notes: '€'.repeat(20_000) }],
  [
    'text that looks like something else',
    'task',
    { ...TASK, title: `'; drop table tasks; --`, notes: '{"a":"\\u0000"}', clientName: '__proto__' },
  ],
  [
    'control characters and separators',
    'task',
    { ...TASK, title: 'a\u0001\u001f\u007f\u2028\ufeffb', notes: '\r\n\t' },
  ],
  [
    'the ends of the calendar',
    'task',
    { ...TASK, date: '1900-01-01', startTime: '1900-01-01T00:00:00.000Z', endTime: '2200-12-31T23:59:59.999Z' },
  ],
  ['a leap day', 'task', { ...TASK, date: '2024-02-29' }],
  ['microseconds', 'task', { ...TASK, startTime: '2026-11-21T10:00:00.000001Z' }],
  [
    'another zone',
    'task',
    { ...TASK, startTime: '2026-11-21T10:00:00+05:30' },
    { startTime: '2026-11-21T04:30:00.000Z' },
  ],
  ['an upper-case currency', 'finance_entry', { ...ENTRY, currency: 'EUR' }, { currency: 'eur' }],
  [
    'a channel twice',
    'client',
    { name: 'Ana', preferredDeliveryChannels: ['sms', 'email', 'sms'] },
    { preferredDeliveryChannels: ['sms', 'email'] },
  ],
  [
    'the largest whole number',
    'service_type',
    { name: 'x', basePrice: 0.29, currency: 'usd', defaultDurationMinutes: 2_147_483_647 },
  ],
];

const PATHS: Record<string, string> = {
  finance_entry: 'finance-entries',
  employee: 'employees',
  task: 'tasks',
  client: 'clients',
  service_type: 'service-types',
};

describe('what is accepted is what everybody reads', () => {
  it.each(TAKEN)('%s', async (_, entity, values, stored = {}) => {
    const { clock } = await stateOf(world);
    const id = v7();
    const answer = await device.push([create(entity, id, values)]);
    expect(answer.rejected).toEqual([]);
    const expected = { ...values, ...stored };
    const { changes } = await world.device().pull(clock);
    expect(changes).toMatchObject([{ entity, entityId: id, payload: expected }]);
    const got = await device.call('GET', `/v1/${PATHS[entity]}/${id}`);
    expect(got).toMatchObject({ status: 200, body: { id, ...expected } });
    const listed = await device.call<{ records: unknown[] }>('GET', `/v1/${PATHS[entity]}?since=${clock}`);
    expect(listed).toMatchObject({ status: 200, body: { records: [{ id, ...expected }] } });
    const again = await device.push([edit(entity, id, answer.results[0]?.updatedAt ?? null, values)]);
    expect(again.results).toMatchObject([{ outcome: 'unchanged' }]);
    const audit = await device.call('GET', `/v1/audit?entity=${entity}&entityId=${id}`);
    expect(audit.status).toBe(200);
  });
});

describe('times of edits', () => {
  it.each(['2199-12-31T23:59:59Z', '2026-11-21T10:00:00+00:00', '1900-01-01T00:00:00Z', '1969-12-31T23:59:59Z'])(
    'an edit stamped %s is taken, and was not made in the future',
    async (clientUpdatedAt) => {
      for (const extra of [{}, { clockOffset: 3_000_000_000_000 }, { clockOffset: -3_000_000_000_000 }]) {
        for (const base of [{}, { baseUpdatedAt: undefined }]) {
          const id = v7();
          const answer = await device.push([{ ...create('task', id, TASK), clientUpdatedAt, ...extra, ...base }]);
          expect(answer.rejected).toEqual([]);
          const second = await world
            .device()
            .push([{ ...create('task', id, { title: 'Doors' }), clientUpdatedAt, ...extra, ...base }]);
          expect(second.rejected).toEqual([]);
          const { body } = await device.call<{ conflicts: { client: { at: string }; server: { at: string } }[] }>(
            'GET',
            `/v1/conflicts?entityId=${id}`,
          );
          for (const { client, server } of body.conflicts) {
            expect([client.at, server.at].filter((at) => Date.parse(at) > Date.now())).toEqual([]);
          }
        }
      }
    },
  );
});

const ID = '018f2b3c-0000-7000-8000-00000000abcd';

type Call = [method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, status: number, body?: object];

/** Text that is no UUID, cursor or number where one is due: the caller's mistake, never the service's. */
const CALLS: readonly Call[] = [
  ...['x', '%00', `urn:uuid:${ID}`, `${ID}%0a`, '__proto__', '%F0%9F%92%A7'].flatMap((id): Call[] => [
    ['GET', `/v1/tasks/${id}`, 400],
    ['PATCH', `/v1/tasks/${id}`, 400, { title: 'x' }],
    ['DELETE', `/v1/tasks/${id}`, 400],
    ['POST', `/v1/conflicts/${id}/resolve`, 400, { resolution: 'keep' }],
    ['DELETE', `/v1/devices/${id}`, 400],
    ['POST', `/v1/tenants/${id}/activate`, 400, { deviceId: ID }],
    ['GET', `/v1/conflicts?entityId=${id}`, 400],
  ]),
  ...['x', '', '%00', '2026-11-21T10:00:00Z', '2026-02-30T10:00:00.000000Z'].flatMap((since) =>
    ['sync/pull', 'tasks', 'conflicts', 'audit'].map((route): Call => ['GET', `/v1/${route}?since=${since}`, 400]),
  ),
  ...['2026-11-21T10:00:00.000000Z/', '/2026-11-21T10:00:00.000000Z', '2026-11-21T10:00:00.000000Z/x', 'a/b/c'].map(
    (since): Call => ['GET', `/v1/sync/pull?since=${encodeURIComponent(since)}`, 400],
  ),
  ...['0', '-1', '5001', '1e3', 'x', '', '1.5', '%00', '99999999999999999999'].flatMap((limit) =>
    ['sync/pull', 'tasks', 'conflicts', 'audit'].map((route): Call => ['GET', `/v1/${route}?limit=${limit}`, 400]),
  ),
  ['GET', '/v1/sync/pull?since=a&since=b', 400],
  ['GET', '/v1/tasks?includeDeleted=maybe', 400],
  ['GET', '/v1/conflicts?status=lost', 400],
  ['GET', '/v1/conflicts?order=up', 400],
  ['GET', '/v1/conflicts?entity=%00', 400],
  ['GET', '/v1/audit?entity=%00', 400],
  ['GET', '/v1/audit?entityId=%00', 400],
  ['GET', '/v1/audit?actor=%00', 400],
  ['GET', '/v1/members/x', 404],
  ['PATCH', '/v1/members/%00', 404, { role: 'manager' }],
  ['DELETE', '/v1/members/nobody', 404],
  ['GET', '/v1/%00', 404],
  ['GET', '/v1/tasks/%', 400],
  ['POST', '/v1/tenants', 400, { name: 'a\0b' }],
  ['POST', '/v1/tenants', 400, { name: ' ' }],
  ['POST', '/v1/tasks', 422, { ...TASK, title: '\0' }],
  ['POST', '/v1/tasks', 400, [TASK]],
];

describe('malformed parameters', () => {
  it.each(CALLS)('%s %s: %i', async (method, url, status, body) => {
    const before = await stateOf(world);
    const answer = await device.call<{ error?: { code: string } }>(method, url, body);
    expect({ status: answer.status, code: answer.body.error?.code }).toMatchObject({ status });
    expect(answer.body.error?.code).not.toBe('INTERNAL');
    expect(await stateOf(world)).toEqual(before);
  });

  it('a device that says a platform with a NUL on activation is not a fault of the service', async () => {
    const { tenantId } = world;
    for (const members of [{ platform: 'a\0b' }, { appVersion: '\ud800' }, { deviceId: `urn:uuid:${v7()}` }]) {
      const answer = await device.call('POST', `/v1/tenants/${tenantId}/activate`, { deviceId: v7(), ...members });
      expect([200, 400]).toContain(answer.status);
    }
  });

  it('an edit or delete by id of another tenant’s record is an edit of nothing', async () => {
    const neighbour = await createNeighbour(world);
    const id = v7();
    await neighbour.push([create('task', id, TASK)]);
    expect(await device.call('GET', `/v1/tasks/${id}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND' } },
    });
    expect(await device.call('PATCH', `/v1/tasks/${id}`, { title: 'Mine' })).toMatchObject({ status: 404 });
    expect(await device.call('DELETE', `/v1/tasks/${id}`)).toMatchObject({ status: 404 });
    expect(await neighbour.call('GET', `/v1/tasks/${id}`)).toMatchObject({ status: 200, body: { title: TASK.title } });
  });
});
