import { advanceNotification } from '@backhaul/server/testing';
import type { GenerateResponse, NotificationsResponse, SendResponse, TenantId } from '@backhaul/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BillingWorld, createBillingWorld, type Failure } from '../support/billing.ts';
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

interface Twice {
  readonly task: string;
  /** Deleted, and then revived by an edit that was made offline before. */
  readonly revived: string;
  /** Generated in between, for the same task. */
  readonly newer: string;
}

/** `meanwhile`: what becomes of the newer draft before the edit arrives; `before`: of the first, before it is deleted. */
async function billTwice(
  offline: object = { notes: 'Call first' },
  meanwhile: (newer: string) => Promise<unknown> = async () => {},
  before: (first: string) => Promise<unknown> = async () => {},
): Promise<Twice> {
  const task = await b.task();
  const revived = onlyEntry((await b.generate()).body);
  await before(revived);
  const { updatedAt } = await b.entry(revived);
  await b.office.call('DELETE', `/v1/finance-entries/${revived}`);
  const newer = onlyEntry((await b.generate({ billAgain: [task] })).body);
  await meanwhile(newer);
  const { rejected } = await b.world.device().push([edit('finance_entry', revived, updatedAt, offline)]);
  expect(rejected).toEqual([]);
  expect((await b.entry(revived)).deletedAt).toBeNull();
  return { task, revived, newer };
}

function onlyEntry({ entries }: GenerateResponse): string {
  const created = entries.filter(({ outcome }) => outcome === 'created');
  expect(created).toHaveLength(1);
  return created[0]?.entryId ?? '';
}

const finalize = (id: string) => b.office.call<Failure>('POST', `/v1/invoices/${id}/finalize`, {});
/** Its revival is a conflict that is open. */
const send = (id: string) =>
  b.office.call<SendResponse & Failure>('POST', `/v1/invoices/${id}/send`, { channels: ['email'], force: true });
/** Does what is due until nothing is, as the worker would. */
const work = async () => {
  const { services } = b.world.server;
  const tenantId = b.world.tenantId as TenantId;
  const { notifications } = (await b.office.call<NotificationsResponse>('GET', '/v1/notifications?status=queued')).body;
  for (const { id } of notifications) await advanceNotification(services, { tenantId, notificationId: id });
};
const messages = async () => {
  const { notifications } = (await b.office.call<NotificationsResponse>('GET', '/v1/notifications')).body;
  return notifications.map(({ entityId, status, code }) => [entityId, status, code]);
};
const chargedBy = async (task: string, ids: readonly string[]) => {
  const entries = await Promise.all(ids.map(async (id) => ({ id, entry: await b.entry(id) })));
  const has = entries.filter(
    ({ entry }) => entry.deletedAt === null && entry.lineItems.some(({ taskId }) => taskId === task),
  );
  return has.map(({ id }) => id);
};

describe('a draft that comes back after its task was billed in another draft', () => {
  it('is told, and put right by generating anew: the later draft keeps the task', async () => {
    // A line that was typed offline and taken off since is nothing that could be lost.
    const { task, revived, newer } = await billTwice({ amount: 1 });
    expect((await b.generate()).body).toMatchObject({
      entries: [{ entryId: newer, outcome: 'unchanged' }],
      skipped: [{ taskId: task, reason: 'billedTwice', entryId: revived }],
    });
    const { body } = await b.generate({ regenerate: true });
    expect(body.skipped).toEqual([]);
    expect(body.entries).toMatchObject([
      { entryId: revived, outcome: 'deleted', removedTasks: [task] },
      { entryId: newer, outcome: 'unchanged', tasks: 1 },
    ]);
    expect(await chargedBy(task, [revived, newer])).toEqual([newer]);
    expect((await b.generate({ regenerate: true })).body).toMatchObject({ entries: [{ outcome: 'unchanged' }] });
  });

  it('keeps what somebody typed on it', async () => {
    const discount = { description: 'Key service', quantity: 1, unitPrice: 5 };
    const { task, revived, newer } = await billTwice({ lineItems: [discount], amount: 5 });
    // Without a line of the task it charges nothing twice, and nobody touches it.
    expect((await b.generate({ regenerate: true })).body.skipped).toEqual([]);
    expect(await b.entry(revived)).toMatchObject({ amount: 5, lineItems: [discount] });

    const line = { description: 'Kitchen', quantity: 1, unitPrice: 10, taskId: task };
    const { updatedAt } = await b.entry(revived);
    const typed = { lineItems: [line, discount], amount: 15 };
    await b.office.push([edit('finance_entry', revived, updatedAt, typed)]);
    await b.generate({ regenerate: true });
    expect(await b.entry(revived)).toMatchObject({ amount: 5, lineItems: [discount], deletedAt: null });
    expect(await chargedBy(task, [revived, newer])).toEqual([newer]);
  });

  it('keeps notes that somebody typed on it, without a line and for nothing, until somebody deletes it', async () => {
    const { task, revived, newer } = await billTwice({ notes: 'Call first' });
    const emptied = { entryId: revived, outcome: 'updated', amount: 0, tasks: 0, removedTasks: [task] };
    expect((await b.generate({ regenerate: true })).body).toMatchObject({
      entries: [emptied, { entryId: newer, outcome: 'unchanged' }],
      skipped: [],
    });
    const { deletedAt, notes, amount, lineItems } = await b.entry(revived);
    expect({ deletedAt, notes, amount, lineItems }).toEqual({
      deletedAt: null,
      notes: 'Call first',
      amount: 0,
      lineItems: [],
    });
    // It is in nobody's way.
    const again = await b.generate({ regenerate: true });
    expect(again.body.entries).toMatchObject([{ entryId: newer, outcome: 'unchanged', tasks: 1 }]);
    await b.office.call('DELETE', `/v1/finance-entries/${newer}`);
    expect((await b.generate({ regenerate: true })).body.entries).toMatchObject([
      { entryId: revived, outcome: 'updated', addedTasks: [task] },
    ]);
    expect((await b.entry(revived)).notes).toBe('Call first');
  });

  it('whichever of the two gets a number first, the other gets none until it is put right', async () => {
    const { task, revived, newer } = await billTwice();
    expect((await finalize(revived)).status).toBe(200);
    for (const refused of [await finalize(newer), await send(newer)]) {
      expect([refused.status, refused.body.error.code]).toEqual([409, 'ALREADY_BILLED']);
      expect(refused.body.error.details).toEqual({ tasks: [{ taskId: task, entryId: revived }] });
    }
    // What has its number keeps it.
    expect((await finalize(revived)).status).toBe(200);
    expect((await b.generate()).body.skipped).toMatchObject([{ reason: 'billedTwice', entryId: newer }]);
    const { body } = await b.generate({ regenerate: true });
    expect(body.entries).toMatchObject([{ entryId: newer, outcome: 'deleted', removedTasks: [task] }]);
    expect(body.skipped).toMatchObject([{ taskId: task, reason: 'alreadyBilled', entryId: revived }]);
    expect(await chargedBy(task, [revived, newer])).toEqual([revived]);
  });
});

describe('a draft that comes back after its task was billed in an invoice that was sent', () => {
  it('is neither sent nor finalised, and loses the task when it is calculated anew', async () => {
    const { task, revived, newer } = await billTwice({ notes: 'Call first' }, async (id) => {
      expect((await send(id)).status).toBe(202);
    });
    for (const refused of [await finalize(revived), await send(revived)]) {
      expect([refused.status, refused.body.error.code]).toEqual([409, 'ALREADY_BILLED']);
    }
    expect((await b.generate()).body.skipped).toMatchObject([{ reason: 'billedTwice', entryId: revived }]);
    const late = await b.task();
    const { body } = await b.generate({ regenerate: true });
    expect(body.entries).toMatchObject([{ entryId: revived, addedTasks: [late], removedTasks: [task] }]);
    expect(await chargedBy(task, [revived, newer])).toEqual([newer]);
    expect((await send(revived)).status).toBe(202);
  });

  it('two that were both issued are told until somebody takes the task off one', async () => {
    const { task, revived, newer } = await billTwice({ status: 'paid' }, finalize);
    expect((await b.generate({ regenerate: true })).body).toMatchObject({
      entries: [],
      skipped: [{ taskId: task, reason: 'billedTwice', entryId: revived }],
    });
    const refused = await send(newer);
    expect(refused.body.error.details).toEqual({ tasks: [{ taskId: task, entryId: revived }] });
    const { updatedAt } = await b.entry(revived);
    await b.office.push([edit('finance_entry', revived, updatedAt, { lineItems: [] })]);
    expect((await send(newer)).status).toBe(202);
  });

  it('of two that wait to leave the one goes that was asked for last, and the other is not sent again by hand', async () => {
    const { revived, newer } = await billTwice({ notes: 'Call first' }, send, send);
    await work();
    expect(await messages()).toEqual([
      [revived, 'failed', 'ALREADY_BILLED'],
      [newer, 'sent', null],
    ]);
    const [failed] = (await b.office.call<NotificationsResponse>('GET', '/v1/notifications')).body.notifications;
    const again = await b.office.call<Failure>('POST', `/v1/notifications/${failed?.id}/resend`);
    expect([again.status, again.body.error.code]).toEqual([409, 'ALREADY_BILLED']);
  });

  it('a task that stands twice on one is not issued either', async () => {
    const task = await b.task();
    const id = onlyEntry((await b.generate()).body);
    const { updatedAt, lineItems } = await b.entry(id);
    await b.office.push([edit('finance_entry', id, updatedAt, { lineItems: [...lineItems, ...lineItems] })]);
    const refused = await finalize(id);
    expect(refused.body.error).toMatchObject({
      code: 'ALREADY_BILLED',
      details: { tasks: [{ taskId: task, entryId: id }] },
    });
  });

  it('one that waits to leave does not follow the other, of which something has left', async () => {
    const sendAtOnce = (id: string) => send(id).then(work);
    const { revived, newer } = await billTwice({ notes: 'Call first' }, send, sendAtOnce);
    await work();
    expect(await messages()).toEqual([
      [revived, 'sent', null],
      [newer, 'failed', 'ALREADY_BILLED'],
    ]);
  });

  it('a task that was moved out of the period is told, too, as long as an entry of the period has it', async () => {
    const { task, revived, newer } = await billTwice({ status: 'paid' }, finalize);
    await b.office.call('PATCH', `/v1/tasks/${task}`, { date: '2027-02-01', title: 'Moved' });
    const told = { taskId: task, reason: 'billedTwice', entryId: revived, title: 'Moved', date: '2027-02-01' };
    for (const order of [
      {},
      { regenerate: true },
      { clientId: b.clientId },
      { from: '2026-11-30', to: '2026-12-05' },
    ]) {
      expect((await b.generate(order)).body).toMatchObject({ entries: [], skipped: [told] });
    }
    expect((await b.generate({ from: '2026-12-01', to: '2026-12-31' })).body.skipped).toEqual([]);
    // Also one that is not completed any more, or deleted.
    await b.office.call('DELETE', `/v1/tasks/${task}`);
    expect((await b.generate()).body.skipped).toMatchObject([told]);
    const { updatedAt } = await b.entry(newer);
    await b.office.push([edit('finance_entry', newer, updatedAt, { lineItems: [] })]);
    expect((await b.generate()).body.skipped).toEqual([]);
  });

  it('a draft of another period that has the task too is told, and the later one keeps it', async () => {
    const task = await b.task();
    const first = onlyEntry((await b.generate()).body);
    const { updatedAt } = await b.entry(first);
    await b.office.call('DELETE', `/v1/finance-entries/${first}`);
    const half = { from: '2026-11-01', to: '2026-11-15' };
    const second = onlyEntry((await b.generate(half)).body);
    await b.world.device().push([edit('finance_entry', first, updatedAt, { notes: 'Call first' })]);
    expect((await b.generate({ ...half, regenerate: true })).body.skipped).toMatchObject([
      { taskId: task, reason: 'billedTwice', entryId: first },
    ]);
    expect((await b.generate({ regenerate: true })).body).toMatchObject({
      entries: [{ entryId: first, outcome: 'updated', tasks: 0 }],
      skipped: [{ taskId: task, reason: 'alreadyBilled', entryId: second }],
    });
  });
});
