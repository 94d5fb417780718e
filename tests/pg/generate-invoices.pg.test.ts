import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BillingWorld, createBillingWorld, type Failure, NOVEMBER } from '../support/billing.ts';
import { create, edit, stateOf } from '../support/sync-client.ts';

const now = new Date('2026-12-01T09:00:00Z');
let service: BillingWorld;
let b: BillingWorld;
beforeAll(async () => {
  service = await createBillingWorld({ now: () => now });
});
afterAll(() => service.close());
beforeEach(async () => {
  b = await service.another();
});

const reasons = (skipped: readonly { taskId: string; reason: string }[]) =>
  Object.fromEntries(skipped.map(({ taskId, reason }) => [taskId, reason]));

describe('generating invoices', () => {
  it('I11: makes one draft for each client and currency, of the completed tasks of the period, through the engine', async () => {
    const hours = await b.task();
    const piece = await b.task({ serviceTypeId: b.perTask, title: 'Windows', date: '2026-11-30', checkInTime: null });
    await b.task({ status: 'canceled' });
    await b.task({ status: 'inProgress' });
    await b.task({ date: '2026-12-01' });
    const euros = await b.record('service_type', { name: 'Garden', currency: 'eur', basePrice: 40 });
    const garden = await b.task({ serviceTypeId: euros });
    const other = await b.record('client', { name: 'Ann' });
    await b.task({ clientId: other });
    const cursor = (await b.office.pullAll()).cursor;

    const { status, body } = await b.generate();
    expect(status).toBe(200);
    expect(body.skipped).toEqual([]);
    expect(
      body.entries.map(({ partyName, currency, amount, tasks, outcome }) => [
        partyName,
        currency,
        amount,
        tasks,
        outcome,
      ]),
    ).toEqual([
      ['Dolores Haze', 'usd', 118.35, 2, 'created'],
      ['Dolores Haze', 'eur', 40, 1, 'created'],
      ['Ann', 'usd', 58.25, 1, 'created'],
    ]);
    const [first, second] = body.entries;
    expect(await b.entry(first?.entryId ?? '')).toMatchObject({
      title: 'Invoice: Dolores Haze, Nov 1 – Nov 30 2026',
      kind: 'invoiceClient',
      type: 'receivable',
      status: 'pending',
      currency: 'usd',
      amount: 118.35,
      clientId: b.clientId,
      clientName: 'Dolores Haze',
      dueDate: '2026-12-15',
      periodStart: '2026-11-01',
      periodEnd: '2026-11-30',
      isDisputed: false,
      lineItems: [
        { description: '2026-11-10 Kitchen', quantity: 2.33, unitPrice: 25, taskId: hours },
        { description: '2026-11-30 Windows', quantity: 1, unitPrice: 60.1, taskId: piece },
      ],
    });
    expect((await b.entry(second?.entryId ?? '')).lineItems).toMatchObject([{ taskId: garden, unitPrice: 40 }]);
    // Stamped, so that devices get it; audited under the manager's name.
    const pulled = await b.office.pullAll(cursor);
    expect(pulled.changes.map(({ entityId }) => entityId)).toEqual(body.entries.map(({ entryId }) => entryId));
    const audit = await b.office.call<{ audit: { summary: string }[] }>('GET', `/v1/audit?entityId=${first?.entryId}`);
    expect(audit.body.audit.map(({ summary }) => summary)).toEqual(['Marta created a finance entry']);
  });

  it('says of every task that it leaves out why', async () => {
    const gone = await b.record('client', { name: 'Gone' });
    const tasks = {
      noClient: await b.task({ clientId: null }),
      clientGone: await b.task({ clientId: gone }),
      noServiceType: await b.task({ serviceTypeId: null }),
      noTimes: await b.task({ checkOutTime: null }),
      timesReversed: await b.task({ checkOutTime: '2026-11-10T07:00:00.000Z' }),
      tooLong: await b.task({ checkOutTime: '2026-11-12T08:00:00.000Z' }),
    };
    await b.office.call('DELETE', `/v1/clients/${gone}`);
    const { body } = await b.generate();
    expect(body.entries).toEqual([]);
    expect(reasons(body.skipped)).toEqual(
      Object.fromEntries(Object.entries(tasks).map(([reason, id]) => [id, reason])),
    );
  });

  it('never bills a task twice, also when two ask at once', async () => {
    const ids = new Set([await b.task(), await b.task(), await b.task({ serviceTypeId: b.perTask })]);
    const answers = await Promise.all([b.generate(), b.generate({ regenerate: true }), b.generate()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.flatMap(({ body }) => body.entries.filter(({ outcome }) => outcome === 'created'))).toHaveLength(1);
    const entries = (await b.office.pullAll()).changes.filter(({ entity }) => entity === 'finance_entry');
    expect(entries).toHaveLength(1);
    expect(new Set((await b.entry(entries[0]?.entityId ?? '')).lineItems.map(({ taskId }) => taskId))).toEqual(ids);
    // Nor in a period that overlaps.
    const overlapping = await b.generate({ from: '2026-11-05', to: '2026-12-05' });
    expect(overlapping.body.entries).toEqual([]);
    expect(new Set(overlapping.body.skipped.map(({ reason }) => reason))).toEqual(new Set(['alreadyBilled']));
  });

  it('leaves drafts as they are, and calculates them anew when asked to, keeping what somebody typed', async () => {
    const first = await b.task();
    const { body: made } = await b.generate();
    const id = made.entries[0]?.entryId ?? '';
    const draft = await b.entry(id);
    const discount = { description: 'Discount', quantity: 1, unitPrice: -5 };
    const typed = { lineItems: [...draft.lineItems, discount], amount: 53.25, title: 'For Dolores' };
    await b.office.push([edit('finance_entry', id, draft.updatedAt, typed)]);
    const late = await b.task({ serviceTypeId: b.perTask });

    const again = await b.generate();
    expect(again.body.entries).toMatchObject([{ entryId: id, outcome: 'unchanged', amount: 53.25, addedTasks: [] }]);
    expect(again.body.skipped).toMatchObject([{ taskId: late, reason: 'draftExists', entryId: id }]);

    await b.office.call('PATCH', `/v1/tasks/${first}`, { checkOutTime: '2026-11-10T09:00:00.000Z' });
    const anew = await b.generate({ regenerate: true });
    expect(anew.body.entries).toMatchObject([
      { entryId: id, outcome: 'updated', amountBefore: 53.25, amount: 80.1, addedTasks: [late], removedTasks: [] },
    ]);
    expect(await b.entry(id)).toMatchObject({ title: 'For Dolores', amount: 80.1, lineItems: [{}, {}, discount] });
    const before = await stateOf(b.world);
    expect((await b.generate({ regenerate: true })).body.entries).toMatchObject([
      { outcome: 'unchanged', amount: 80.1 },
    ]);
    expect(await stateOf(b.world)).toEqual(before);

    for (const task of [first, late]) await b.office.call('PATCH', `/v1/tasks/${task}`, { status: 'canceled' });
    const { updatedAt } = await b.entry(id);
    await b.office.push([
      edit('finance_entry', id, updatedAt, { lineItems: (await b.entry(id)).lineItems.slice(0, 2) }),
    ]);
    // Somebody gave it a title: it stays.
    expect((await b.generate({ regenerate: true })).body.entries).toMatchObject([
      { outcome: 'updated', removedTasks: [first, late], amount: 0 },
    ]);
    expect(await b.entry(id)).toMatchObject({ deletedAt: null, title: 'For Dolores', lineItems: [] });
  });

  it.each([
    ['a title', { title: 'Wedding of the Hazes, see the offer of May' }],
    ['a note', { notes: 'See the offer of May' }],
  ])('keeps a draft that somebody made by hand with %s of their own, over nothing', async (_, typed) => {
    const task = await b.task();
    const generated = (await b.generate()).body.entries[0]?.entryId ?? '';
    const { title, dueDate, lineItems, amount } = await b.entry(generated);
    await b.office.call('DELETE', `/v1/finance-entries/${generated}`);
    const values = { type: 'receivable', status: 'pending', currency: 'usd', kind: 'invoiceClient', ...typed };
    const period = { clientId: b.clientId, periodStart: NOVEMBER.from, periodEnd: NOVEMBER.to };
    const id = v7();
    const made = create('finance_entry', id, { title, dueDate, lineItems, amount, ...period, ...values });
    expect((await b.office.push([made])).rejected).toEqual([]);
    await b.office.call('PATCH', `/v1/tasks/${task}`, { status: 'canceled' });
    expect((await b.generate({ regenerate: true })).body.entries).toMatchObject([
      { entryId: id, outcome: 'updated', removedTasks: [task], amount: 0 },
    ]);
    expect(await b.entry(id)).toMatchObject({ deletedAt: null, ...typed });
  });

  it('touches nothing that is paid, disputed or of another client', async () => {
    await b.task();
    const other = await b.record('client', { name: 'Ann' });
    await b.task({ clientId: other });
    const { body } = await b.generate();
    const [mine, anns] = body.entries.map(({ entryId }) => entryId) as [string, string];
    await b.office.call('PATCH', `/v1/finance-entries/${mine}`, { status: 'paid' });
    await b.office.call('PATCH', `/v1/finance-entries/${anns}`, { isDisputed: true });
    const late = await b.task();
    await b.task({ clientId: other });
    const again = await b.generate({ regenerate: true, clientId: b.clientId });
    expect(again.body.entries).toMatchObject([{ outcome: 'created', addedTasks: [late] }]);
    expect(again.body.skipped).toMatchObject([{ reason: 'alreadyBilled', entryId: mine }]);
    expect((await b.entry(mine)).lineItems).toHaveLength(1);
    expect((await b.entry(anns)).lineItems).toHaveLength(1);
  });

  it.each([
    [{ from: '2026-11-31' }, 400, 'INVALID_REQUEST'],
    [{ from: '2026-12-01' }, 422, 'INVALID_DATE'],
    [{ from: '2025-01-01' }, 422, 'INVALID_DATE'],
    [{ clientId: 'x' }, 400, 'INVALID_REQUEST'],
    [{ colour: 'red' }, 400, 'INVALID_REQUEST'],
  ])('refuses %j', async (body, status, code) => {
    const answer = await b.generate(body);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('is the manager’s', async () => {
    const { member } = await b.world.employee('ana@example.com');
    for (const what of ['invoices', 'payroll']) {
      const { status, body } = await b.world.device(member).call<Failure>('POST', `/v1/${what}/generate`, NOVEMBER);
      expect([status, body.error.code]).toEqual([403, 'FORBIDDEN']);
    }
  });
});

describe('generating payroll', () => {
  it('pays hours at the rate of who worked, once, and says what it left out', async () => {
    const ana = await b.record('employee', { name: 'Ana', hourlyRate: 18.5, currency: 'eur' });
    const unpaid = await b.record('employee', { name: 'Bea' });
    const work = await b.task({ assignedEmployeeId: ana, serviceTypeId: b.perTask });
    const left = {
      [await b.task()]: 'noEmployee',
      [await b.task({ assignedEmployeeId: unpaid })]: 'noRate',
      [await b.task({ assignedEmployeeId: ana, checkInTime: null })]: 'noTimes',
    };
    const { body } = await b.generate({}, 'payroll');
    expect(body.entries).toMatchObject([{ partyName: 'Ana', currency: 'eur', amount: 43.11, outcome: 'created' }]);
    expect(reasons(body.skipped)).toEqual(left);
    expect(await b.entry(body.entries[0]?.entryId ?? '')).toMatchObject({
      kind: 'payrollEmployee',
      type: 'payable',
      employeeId: ana,
      employeeName: 'Ana',
      lineItems: [{ taskId: work, quantity: 2.33, unitPrice: 18.5 }],
    });
    // An invoice of the same task is another matter.
    expect((await b.generate()).body.entries).toHaveLength(1);
    expect((await b.generate({ employeeId: ana, regenerate: true }, 'payroll')).body.entries).toMatchObject([
      { outcome: 'unchanged' },
    ]);
    expect((await b.generate({ employeeId: v7() }, 'payroll')).body).toEqual({ entries: [], skipped: [] });
  });
});
