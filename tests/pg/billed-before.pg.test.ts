import type { GenerateResponse, SendResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BillingWorld, createBillingWorld, type Failure } from '../support/billing.ts';
import { countTombstones, daysPass, purge } from '../support/horizon.ts';
import { edit } from '../support/sync-client.ts';

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

const entryOf = ({ entries }: GenerateResponse): string => entries[0]?.entryId ?? '';
const patch = async (id: string, values: object) =>
  expect((await b.office.call('PATCH', `/v1/finance-entries/${id}`, values)).status).toBe(200);
const drop = async (id: string) =>
  expect((await b.office.call('DELETE', `/v1/finance-entries/${id}`)).status).toBe(200);
const finalize = async (id: string) =>
  expect((await b.office.call('POST', `/v1/invoices/${id}/finalize`, {})).status).toBe(200);
const send = async (id: string) => {
  const { status } = await b.office.call<SendResponse & Failure>('POST', `/v1/invoices/${id}/send`, {
    channels: ['email'],
  });
  expect(status).toBe(202);
};

describe('a task that an invoice charged which was issued and is gone', () => {
  it.each([
    ['sent, then deleted', send, drop],
    ['finalised, then deleted', finalize, drop],
    ['finalised, then made another kind of entry', finalize, (id: string) => patch(id, { kind: 'general' })],
  ])('is not billed again by itself: %s', async (_, issue, leave) => {
    const task = await b.task();
    const first = entryOf((await b.generate()).body);
    await issue(first);
    await leave(first);

    for (const regenerate of [false, true]) {
      const { body } = await b.generate({ regenerate });
      expect(body.entries).toEqual([]);
      expect(body.skipped).toMatchObject([
        {
          taskId: task,
          reason: 'billedBefore',
          entryId: first,
          number: 'INV-0001',
          title: 'Kitchen',
          date: '2026-11-10',
        },
      ]);
    }
    // Others of the period are billed all the same, and asking for one does not free another.
    const late = await b.task();
    expect((await b.generate({ billAgain: [late] })).body).toMatchObject({
      entries: [{ outcome: 'created', addedTasks: [late] }],
      skipped: [{ taskId: task, reason: 'billedBefore' }],
    });
  });

  it('is still known when other deletions are forgotten', async () => {
    await b.task();
    const draft = entryOf((await b.generate()).body);
    await drop(draft);
    const issued = entryOf((await b.generate()).body);
    await finalize(issued);
    await drop(issued);
    await daysPass(b.world, 91);
    expect(await purge(b.world)).toBe(1);
    expect(await countTombstones(b.world)).toMatchObject({ tombstones: 1, stubs: 1 });
    expect((await b.generate()).body.skipped).toMatchObject([{ reason: 'billedBefore', entryId: issued }]);
  });

  it('is billed once more when that is asked for, and then stays on its draft', async () => {
    const task = await b.task();
    const first = entryOf((await b.generate()).body);
    await finalize(first);
    await drop(first);
    const { body } = await b.generate({ billAgain: [task] });
    expect(body).toMatchObject({ entries: [{ outcome: 'created', addedTasks: [task] }], skipped: [] });
    const again = entryOf(body);
    expect((await b.generate({ regenerate: true })).body).toMatchObject({
      entries: [{ entryId: again, outcome: 'unchanged', tasks: 1 }],
      skipped: [],
    });
    await send(again);
    expect((await b.generate()).body.skipped).toMatchObject([
      { reason: 'alreadyBilled', entryId: again, number: null },
    ]);
  });

  it('is told, and not issued, also where a draft has it that was revived by an offline edit', async () => {
    const task = await b.task();
    const draft = entryOf((await b.generate()).body);
    const { updatedAt } = await b.entry(draft);
    await drop(draft);
    const issued = entryOf((await b.generate()).body);
    await send(issued);
    const offline = edit('finance_entry', draft, updatedAt, { notes: 'Call first' });
    expect((await b.world.device().push([offline])).rejected).toEqual([]);
    await drop(issued);

    const told = { taskId: task, reason: 'billedBefore', entryId: issued, number: 'INV-0001' };
    expect((await b.generate()).body).toMatchObject({
      entries: [{ entryId: draft, outcome: 'unchanged', tasks: 1 }],
      skipped: [told],
    });
    // Also where the draft is of another period.
    expect((await b.generate({ to: '2026-11-15' })).body).toMatchObject({ entries: [], skipped: [told] });
    const { status, body } = await b.office.call<Failure>('POST', `/v1/invoices/${draft}/finalize`, {});
    expect([status, body.error.code]).toEqual([409, 'ALREADY_BILLED']);
    expect(body.error.details).toEqual({ tasks: [{ taskId: task, entryId: issued, gone: true }] });
    const again = await b.generate({ billAgain: [task] });
    expect(again.body).toMatchObject({ entries: [{ entryId: draft, outcome: 'unchanged' }], skipped: [] });
    await finalize(draft);
  });

  it('leaves drafts that are calculated anew, until it is asked for', async () => {
    const task = await b.task();
    const issued = entryOf((await b.generate()).body);
    await finalize(issued);
    const { lineItems, amount } = await b.entry(issued);
    await drop(issued);
    await b.task({ date: '2026-11-11' });
    const draft = entryOf((await b.generate()).body);
    const lines = [...(await b.entry(draft)).lineItems, ...lineItems];
    await patch(draft, { lineItems: lines, amount: 2 * amount });
    expect((await b.generate({ regenerate: true })).body).toMatchObject({
      entries: [{ entryId: draft, outcome: 'updated', removedTasks: [task] }],
      skipped: [{ taskId: task, reason: 'billedBefore', entryId: issued }],
    });
    expect((await b.generate({ regenerate: true, billAgain: [task] })).body).toMatchObject({
      entries: [{ entryId: draft, outcome: 'updated', addedTasks: [task] }],
      skipped: [],
    });
  });

  it('goes onto the draft that is there, which otherwise stays as it is', async () => {
    const task = await b.task();
    const issued = entryOf((await b.generate()).body);
    await send(issued);
    await drop(issued);
    const other = await b.task({ date: '2026-11-11' });
    const { body } = await b.generate();
    expect(body.skipped).toMatchObject([{ taskId: task, reason: 'billedBefore' }]);
    const draft = entryOf(body);
    const typed = [{ ...(await b.entry(draft)).lineItems[0], unitPrice: 10 }];
    await patch(draft, { lineItems: typed, amount: 20 });
    const late = await b.task({ date: '2026-11-12' });

    const again = await b.generate({ billAgain: [task] });
    expect(again.body).toMatchObject({
      entries: [{ entryId: draft, outcome: 'updated', amountBefore: 20, amount: 78.25, tasks: 2, addedTasks: [task] }],
      skipped: [{ taskId: late, reason: 'draftExists', entryId: draft }],
    });
    const entry = await b.entry(draft);
    expect(entry.amount).toBe(78.25);
    expect(entry.lineItems.map(({ taskId, unitPrice }) => [taskId, unitPrice])).toEqual([
      [other, 10],
      [task, 25],
    ]);
    // Once is enough.
    expect((await b.generate({ billAgain: [task] })).body.entries).toMatchObject([{ outcome: 'unchanged' }]);
    await send(draft);
  });

  it('that word counts for what is gone as it was then', async () => {
    const task = await b.task();
    const first = entryOf((await b.generate()).body);
    const { updatedAt } = await b.entry(first);
    await finalize(first);
    await drop(first);
    const second = entryOf((await b.generate({ billAgain: [task] })).body);
    await drop(second);
    expect((await b.generate()).body).toMatchObject({ entries: [{ addedTasks: [task] }], skipped: [] });
    const { rejected } = await b.world.device().push([edit('finance_entry', first, updatedAt, { notes: 'Call' })]);
    expect(rejected).toEqual([]);
    await drop(first);
    expect((await b.generate()).body.skipped).toMatchObject([{ taskId: task, reason: 'billedBefore', entryId: first }]);
  });

  it('a draft that is deleted sets its tasks free, and so does one that comes back and loses the line', async () => {
    const task = await b.task();
    const draft = entryOf((await b.generate()).body);
    await drop(draft);
    const { body } = await b.generate();
    expect(body).toMatchObject({ entries: [{ outcome: 'created', addedTasks: [task] }], skipped: [] });
    const issued = entryOf(body);
    await finalize(issued);
    await patch(issued, { lineItems: [] });
    await drop(issued);
    expect((await b.generate()).body).toMatchObject({ entries: [{ addedTasks: [task] }], skipped: [] });
  });

  it('what was paid to an employee and then deleted is not paid again by itself', async () => {
    const ana = await b.record('employee', { name: 'Ana', hourlyRate: 18.5, currency: 'eur' });
    const task = await b.task({ assignedEmployeeId: ana });
    const paid = entryOf((await b.generate({}, 'payroll')).body);
    await patch(paid, { status: 'paid' });
    await drop(paid);
    expect((await b.generate({}, 'payroll')).body).toMatchObject({
      entries: [],
      skipped: [{ taskId: task, reason: 'billedBefore', entryId: paid, number: null }],
    });
    const again = await b.generate({ billAgain: [task] }, 'payroll');
    expect(again.body).toMatchObject({ entries: [{ addedTasks: [task] }], skipped: [] });
  });

  it.each([[['x']], [[v7(), 1]], [v7()]])('refuses %j as tasks', async (billAgain) => {
    const { status, body } = await b.generate({ billAgain });
    expect([status, body.error.code]).toEqual([400, 'INVALID_REQUEST']);
  });
});
