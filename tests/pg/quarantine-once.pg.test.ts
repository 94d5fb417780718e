import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyEntry, decideAll, discardEntry, handOver, quarantineOf, waitingIn } from '../support/escrow.ts';
import { createQuarantineWorld, type QuarantineWorld } from '../support/quarantine-world.ts';
import { create, edit, stateOf, TASK } from '../support/sync-client.ts';

let q: QuarantineWorld;
beforeEach(async () => {
  q = await createQuarantineWorld();
});
afterEach(() => q.close());

describe('once', () => {
  it('I3: a change whose acceptance nobody heard of is recognised by its receipt', async () => {
    const { world, office, made, taskNow, auditOf } = q;
    const own = world.device();
    const change = edit('task', made.id, made.version, { title: 'Sent' });
    await own.pull();
    await handOver(world, own, { changes: [change], reason: 'signedOut' });
    // The push that was on its way arrives after all.
    await own.push([change]);
    const [entry] = await waitingIn(office);
    await office.push([edit('task', made.id, (await taskNow(made.id))['updatedAt'] as string, { title: 'Newer' })]);
    const before = await stateOf(world);
    const { body } = await applyEntry(office, entry?.id as string);
    expect(body.entry).toMatchObject({ status: 'applied', outcome: 'arrived' });
    expect(body.record).toMatchObject({ title: 'Newer' });
    const after = await stateOf(world);
    expect(after).toMatchObject({ receipts: before.receipts, conflicts: before.conflicts });
    expect(await auditOf(made.id)).toMatchObject([{}, {}, {}, { action: 'apply', changes: {} }]);
  });

  it('I3: a push that comes behind the application finds its receipt and does nothing', async () => {
    const { world, office, made, taskNow } = q;
    const own = world.device();
    const change = edit('task', made.id, made.version, { title: 'Sent' });
    await own.pull();
    await handOver(world, own, { changes: [change], reason: 'signedOut' });
    await applyEntry(office, (await waitingIn(office))[0]?.id as string);
    await office.push([edit('task', made.id, (await taskNow(made.id))['updatedAt'] as string, { title: 'Newer' })]);
    const before = await stateOf(world);
    expect((await own.push([change])).results).toMatchObject([{ outcome: 'applied' }]);
    expect(await stateOf(world)).toEqual(before);
    expect(await taskNow(made.id)).toMatchObject({ title: 'Newer' });
  });

  it('a change that was refused before is tried anew, although its id has a receipt', async () => {
    const { world, office, made } = q;
    const own = world.device();
    await own.pull();
    const change = edit('task', made.id, made.version, { title: '' });
    expect((await own.push([change])).rejected).toMatchObject([{ code: 'REQUIRED_FIELD' }]);
    await handOver(world, own, { rejected: [{ change, code: 'REQUIRED_FIELD', message: 'x' }], reason: 'signedOut' });
    const [entry] = await waitingIn(office);
    expect(entry).toMatchObject({ status: 'waiting', refusal: { code: 'REQUIRED_FIELD' } });
    expect((await applyEntry(office, entry?.id as string, { title: 'Not blank' })).body).toMatchObject({
      entry: { outcome: 'applied' },
      record: { title: 'Not blank' },
    });
  });

  it('I7: one id with two contents is two changes, and holds up no other', async () => {
    const { office, made, taskNow, quarantined } = q;
    const one = edit('task', made.id, made.version, { title: 'One' });
    const ids = await quarantined(one, { ...one, payload: { notes: 'Two' } }, create('task', v7(), TASK));
    expect(await decideAll(office, 'apply', ids)).toMatchObject([
      { outcome: 'applied' },
      { outcome: 'applied' },
      { outcome: 'applied' },
    ]);
    expect(await taskNow(made.id)).toMatchObject({ title: 'One', notes: 'Two' });
  });

  it('of two managers who apply at once, one does; what is decided stays decided', async () => {
    const { world, office, auditOf, quarantined } = q;
    const [id, discarded] = await quarantined(create('task', v7(), TASK), create('task', v7(), TASK));
    const before = await stateOf(world);
    const answers = await Promise.all([1, 2, 3, 4].map(() => applyEntry(office, id as string)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.error?.code).toBe('ALREADY_DECIDED');
    expect((await stateOf(world)).rows).toBe(before.rows + 1);
    await discardEntry(office, discarded as string);
    expect(await applyEntry(office, discarded as string)).toMatchObject({ status: 409 });
    expect(await discardEntry(office, id as string)).toMatchObject({ status: 409 });
    expect((await quarantineOf(office, { status: 'discarded' })).quarantine).toMatchObject([
      { id: discarded, values: TASK, decidedBy: { name: 'Marta' }, decidedAt: expect.any(String) },
    ]);
    expect(await auditOf((await quarantineOf(office)).quarantine[1]?.entityId as string)).toMatchObject([
      { action: 'discard', author: { name: 'ana' }, summary: 'Marta discarded a change of a task by ana' },
    ]);
  });
});

it('a member who was removed and invited again: what waits keeps their name, and they work on', async () => {
  const { world, office, made, auditOf } = q;
  const { member, employeeId } = await world.employee('bea@example.com');
  const hers = world.device(member);
  await hers.pull();
  await office.call('DELETE', `/v1/members/${member.userId}`);
  const refused = await hers.call<{ error: { details: object } }>('GET', '/v1/sync/pull');
  expect(refused).toMatchObject({
    status: 404,
    body: { error: { code: 'NOT_FOUND', details: { tenantId: world.tenantId } } },
  });
  const change = edit('task', made.id, made.version, { notes: 'Was there' });
  await handOver(world, hers, { changes: [change], reason: 'removed' });
  const [entry] = await waitingIn(office);
  expect(entry).toMatchObject({ author: { name: 'bea' }, reason: 'removed' });
  await applyEntry(office, entry?.id as string);
  // They have left, and are still called by their name.
  expect((await auditOf(made.id)).at(-1)).toMatchObject({ author: { userId: member.userId, name: 'bea' } });
  await world.server.addMember(
    { token: world.manager.token, tenantId: world.tenantId },
    { email: 'bea@example.com', name: 'bea', role: 'employee', employeeId },
  );
  expect((await hers.call('GET', '/v1/sync/pull')).status).toBe(200);
});
