import { findChargedTasks, findTasksNamedTwice, withTenant } from '@backhaul/db';
import { readChargesTask } from '@backhaul/server/testing';
import { type GenerateResponse, parseTenantId, type RecordId, type TenantId } from '@backhaul/shared';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BillingWorld, createBillingWorld, NOVEMBER } from '../support/billing.ts';
import { edit } from '../support/sync-client.ts';

let b: BillingWorld;
beforeAll(async () => {
  b = await createBillingWorld();
});
afterAll(() => b.close());

const kind = 'invoiceClient';
const entryOf = ({ entries }: GenerateResponse): string =>
  entries.find(({ outcome }) => outcome === 'created')?.entryId ?? '';

it('the nightly job reads what the look-up lacks; answers are the same before and after', async () => {
  const { services } = b.world.server;
  const { owner } = services.jobs ?? {};
  if (!owner) throw new Error('no owner');
  const tenantId = parseTenantId(b.world.tenantId) as TenantId;
  const task = (await b.task()) as RecordId;
  const first = entryOf((await b.generate()).body);
  const { updatedAt } = await b.entry(first);
  await b.office.call('DELETE', `/v1/finance-entries/${first}`);
  const second = entryOf((await b.generate()).body);
  await b.world.device().push([edit('finance_entry', first, updatedAt, { notes: 'Call first' })]);
  const other = { ...NOVEMBER, from: '2026-12-01', to: '2026-12-31' };
  await b.task({ date: '2026-12-02' });
  await b.generate(other);
  // As after the migration.
  await owner.pool.query('truncate charged_tasks, charge_readings');

  const count = async () => (await owner.pool.query('select entry_id from charged_tasks')).rowCount;
  const answers = () =>
    withTenant(services.database, tenantId, async (tx) => ({
      charged: (await findChargedTasks(tx, { kind, taskIds: [task] })).map(({ entryId }) => entryId),
      twice: await findTasksNamedTwice(tx, { kind, ...NOVEMBER }),
      twiceOfAnother: await findTasksNamedTwice(tx, { kind, ...other }),
    }));
  const expected = {
    charged: [second, first],
    twice: [{ taskId: task, description: expect.stringContaining('Kitchen') }],
    twiceOfAnother: [],
  };
  expect(await answers()).toEqual(expected);
  const queue = { add: () => Promise.reject(new Error('One job was enough')) };
  const run = () => readChargesTask.run({ tenantId }, { ...services, owner, queue });
  expect(await run()).toEqual({ tenantId, entries: 3 });
  expect(await count()).toBe(3);
  expect(await answers()).toEqual(expected);
  expect(await run()).toEqual({ tenantId, entries: 0 });
});
