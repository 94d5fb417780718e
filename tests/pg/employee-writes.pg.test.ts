import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, edit, remove, stateOf, TASK } from '../support/sync-client.ts';
import { createTwoEmployees, EXPENSE, type TwoEmployees } from '../support/two-employees.ts';

let { world, office, ana, anaId, beaId, north, south, client, serviceType, made } = {} as TwoEmployees;

beforeAll(async () => {
  ({ world, office, ana, anaId, beaId, north, south, client, serviceType, made } = await createTwoEmployees());
});
afterAll(() => world.close());

describe('writes of tasks', () => {
  const ownTask = (values: object = {}) =>
    made('task', { ...TASK, notes: 'key', assignedEmployeeId: anaId, clientId: client, ...values });

  it.each([
    { status: 'completed' },
    { notes: 'done' },
    { checkInTime: '2026-11-21T10:00:00.000Z' },
    { checkOutTime: '2026-11-21T11:00:00.000Z' },
    { status: 'inProgress', notes: null, checkInTime: '2026-11-21T10:00:00.000Z', checkOutTime: null },
  ])('may set %j', async (payload) => {
    const { id, version } = await ownTask();
    const { results } = await ana.push([edit('task', id, version, payload)]);
    expect(results).toMatchObject([{ outcome: 'applied' }]);
    expect((await office.call('GET', `/v1/tasks/${id}`)).body).toMatchObject(payload);
  });

  it.each([
    { title: 'Mine' },
    { date: '2026-11-22' },
    { startTime: '2026-11-21T10:00:00Z' },
    { assignedEmployeeId: null },
    { clientId: null },
    { clientName: 'x' },
    { address: 'x' },
    { serviceTypeId: null as string | null, teamId: v7() },
  ])('may not set %j, not even beside what she may', async (payload) => {
    const { id, version } = await ownTask();
    const before = await stateOf(world);
    for (const sent of [payload, { status: 'completed', ...payload }]) {
      const { rejected } = await ana.push([edit('task', id, version, sent)]);
      expect(rejected).toMatchObject([{ code: 'FORBIDDEN', retryable: false }]);
      expect(rejected[0]?.fields.every((field) => field in payload)).toBe(true);
      expect(await ana.call('PATCH', `/v1/tasks/${id}`, sent)).toMatchObject({
        status: 403,
        body: { error: { code: 'FORBIDDEN' } },
      });
    }
    expect(await stateOf(world)).toEqual({ ...before, receipts: before.receipts + 2 });
  });

  it('a whole record with one allowed edit is no violation, on the current version or an older one', async () => {
    const { id, version } = await ownTask();
    const { body: whole } = await ana.call<Record<string, unknown>>('GET', `/v1/tasks/${id}`);
    expect((await ana.push([edit('task', id, version, { ...whole, status: 'completed' })])).results).toMatchObject([
      { outcome: 'applied' },
    ]);

    const older = await ownTask();
    const { body: seen } = await ana.call<Record<string, unknown>>('GET', `/v1/tasks/${older.id}`);
    await office.push([edit('task', older.id, older.version, { title: 'Doors', date: '2026-12-01' })]);
    const answer = await ana.push([edit('task', older.id, older.version, { ...seen, notes: 'done' })]);
    expect(answer.results).toMatchObject([
      { outcome: 'merged', payload: { title: 'Doors', date: '2026-12-01', notes: 'done' } },
    ]);
  });

  it('may neither create nor delete one, nor bring one back', async () => {
    expect((await ana.push([create('task', v7(), { ...TASK, assignedEmployeeId: anaId })])).rejected).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    const { id, version } = await ownTask();
    expect((await ana.push([remove('task', id, version)])).rejected).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect(await ana.call('DELETE', `/v1/tasks/${id}`)).toMatchObject({ status: 403 });
    expect(await ana.call('POST', '/v1/tasks', { ...TASK, assignedEmployeeId: anaId })).toMatchObject({ status: 403 });
  });

  it('an edit of hers wins over a delete that she had not seen', async () => {
    const { id, version } = await ownTask();
    await office.push([remove('task', id, version)]);
    const { results } = await ana.push([edit('task', id, version, { notes: 'done' })]);
    expect(results).toMatchObject([{ outcome: 'conflict', payload: { notes: 'done', deletedAt: null } }]);
  });

  it('of a task that left her scope are refused, and tell her nothing', async () => {
    const { id, version } = await ownTask();
    const change = edit('task', id, version, { notes: 'mine' });
    await ana.push([change]);
    await office.push([edit('task', id, null, { assignedEmployeeId: beaId, notes: 'secret' })]);
    const again = await ana.push([change, edit('task', id, version, { status: 'completed' })]);
    expect(again.results.map(({ outcome }) => outcome)).toEqual(['applied', 'rejected']);
    expect(JSON.stringify(again)).not.toContain('secret');
    expect(again.results[0]).not.toHaveProperty('payload');
  });
});

describe('writes of expenses', () => {
  const expense = (values: object = {}) => ({ ...EXPENSE, employeeId: anaId, ...values });

  it('may make and edit her own while they are pending', async () => {
    const id = v7();
    const { results } = await ana.push([
      create('finance_entry', id, expense({ notes: 'x', clientId: client, receiptAttachmentId: v7() })),
    ]);
    expect(results).toMatchObject([{ outcome: 'applied' }]);
    const edited = await ana.push([
      edit('finance_entry', id, results[0]?.updatedAt ?? null, { amount: 12.5, title: 'Sponge' }),
    ]);
    expect(edited.results).toMatchObject([{ outcome: 'applied' }]);
    expect(await ana.call('POST', '/v1/finance-entries', expense())).toMatchObject({
      status: 201,
      body: { employeeId: anaId },
    });
    expect(await ana.call('PATCH', `/v1/finance-entries/${id}`, { amount: 13 })).toMatchObject({
      status: 200,
      body: { amount: 13 },
    });
  });

  it.each([
    ['paid', () => ({ status: 'paid' })],
    ['for another', () => ({ employeeId: beaId })],
    ['for nobody', () => ({ employeeId: null })],
    ['as payroll', () => ({ kind: 'payrollEmployee' })],
    ['as an invoice', () => ({ kind: 'invoiceClient' })],
    ['as money to get', () => ({ type: 'receivable' })],
    ['with line items', () => ({ lineItems: [{ description: 'x', quantity: 1, unitPrice: 1 }] })],
    ['disputed', () => ({ isDisputed: true })],
    ['with a period', () => ({ periodStart: '2026-11-01' })],
  ])('may not make one %s, nor turn one into that', async (_, values) => {
    const before = await stateOf(world);
    expect((await ana.push([create('finance_entry', v7(), expense(values()))])).rejected).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    expect((await ana.call('POST', '/v1/finance-entries', expense(values()))).status).toBe(403);
    expect(await stateOf(world)).toEqual({ ...before, receipts: before.receipts + 1 });
    const { id, version } = await made('finance_entry', expense());
    expect((await ana.push([edit('finance_entry', id, version, values())])).rejected).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    expect((await ana.call('PATCH', `/v1/finance-entries/${id}`, values())).status).toBe(403);
  });

  it('may not touch one that has been paid, even with an edit made before', async () => {
    const { id, version } = await made('finance_entry', expense());
    const paid = await office.push([edit('finance_entry', id, version, { status: 'paid' })]);
    for (const change of [
      edit('finance_entry', id, version, { amount: 99 }),
      edit('finance_entry', id, paid.results[0]?.updatedAt ?? null, { status: 'pending' }),
    ]) {
      expect((await ana.push([change])).rejected).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
    expect((await office.call('GET', `/v1/finance-entries/${id}`)).body).toMatchObject({
      amount: 9.99,
      status: 'paid',
    });
  });

  it('may not delete one, nor write payroll of hers', async () => {
    const own = await made('finance_entry', expense());
    expect((await ana.push([remove('finance_entry', own.id, own.version)])).rejected).toMatchObject([
      { code: 'FORBIDDEN' },
    ]);
    const payroll = await made('finance_entry', expense({ kind: 'payrollEmployee' }));
    expect(
      (await ana.push([edit('finance_entry', payroll.id, payroll.version, { amount: 1000 })])).rejected,
    ).toMatchObject([{ code: 'FORBIDDEN' }]);
  });

  it.each([
    ['employee', () => edit('employee', anaId, null, { hourlyRate: 100 })],
    ['employee', () => edit('employee', anaId, null, { teamId: south })],
    ['employee', () => edit('employee', beaId, null, { userId: null })],
    ['employee', () => create('employee', v7(), { name: 'x', userId: ana.userId })],
    ['team', () => edit('team', north, null, { name: 'x' })],
    ['service_type', () => edit('service_type', serviceType, null, { basePrice: 1 })],
    ['client', () => create('client', v7(), { name: 'x' })],
    [
      'attachment',
      () => create('attachment', v7(), { ownerType: 'task', ownerId: v7(), mimeType: 'a/b', size: 1, status: 'ready' }),
    ],
  ])('may not write any other entity: %s', async (_, change) => {
    const before = await stateOf(world);
    expect((await ana.push([change()])).rejected).toMatchObject([{ code: 'FORBIDDEN', retryable: false }]);
    expect(await stateOf(world)).toEqual({ ...before, receipts: before.receipts + 1 });
  });
});
