import { lockTenantClock, purgeTombstones, withTenant } from '@backhaul/db';
import { createTestDatabase } from '@backhaul/db/testing';
import {
  type AuditResponse,
  type ConflictsResponse,
  fieldService,
  parseCursor,
  parseTenantId,
  type TenantId,
} from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyEntry, decideAll, discardEntry, handOver, quarantineOf, waitingIn } from '../support/escrow.ts';
import {
  create,
  createNeighbour,
  createWorld,
  edit,
  remove,
  stateOf,
  type SyncClient,
  TASK,
  type World,
} from '../support/sync-client.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let world: World;
let office: SyncClient;
/** An employee's device, revoked. */
let ana: SyncClient;
let made: { id: string; version: string };
beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld({ database: database.app });
  office = world.device();
  const { member } = await world.employee('ana@example.com');
  ana = world.device(member);
  await ana.pull();
  made = await makeTask();
  await office.call('DELETE', `/v1/devices/${ana.deviceId}`);
});
afterEach(async () => {
  await world.close();
  await database.drop();
});

async function makeTask(values: object = {}): Promise<{ id: string; version: string }> {
  const { results } = await office.push([create('task', v7(), { ...TASK, ...values })]);
  return { id: results[0]?.entityId as string, version: results[0]?.updatedAt as string };
}

const taskNow = async (id: string) => (await office.call<Record<string, unknown>>('GET', `/v1/tasks/${id}`)).body;
const conflictsOf = async (id: string) =>
  (await office.call<ConflictsResponse>('GET', `/v1/conflicts?entityId=${id}`)).body.conflicts;
const auditOf = async (id: string) => (await office.call<AuditResponse>('GET', `/v1/audit?entityId=${id}`)).body.audit;

/** Hands changes over and answers their entries' ids, in the same order. */
async function quarantined(...changes: readonly unknown[]): Promise<string[]> {
  const before = new Set((await waitingIn(office)).map(({ id }) => id));
  expect((await handOver(world, ana, { changes })).status).toBe(202);
  return (await waitingIn(office)).map(({ id }) => id).filter((id) => !before.has(id));
}

const first = (ids: readonly string[]): string => ids[0] as string;

describe('the list', () => {
  it('shows what was typed beside the record as it is now', async () => {
    await office.push([edit('task', made.id, made.version, { title: 'Doors', notes: 'From the office' })]);
    const gone = await makeTask();
    await office.push([remove('task', gone.id, gone.version)]);
    await quarantined(
      edit('task', made.id, made.version, { title: 'Mine', status: 'completed', notes: 'From the office' }),
      remove('task', gone.id, gone.version),
      edit('task', v7(), made.version, { title: 'x' }),
    );
    const [edited, deleted, unknown] = await waitingIn(office);
    expect(edited).toMatchObject({
      values: { title: 'Mine', status: 'completed', notes: 'From the office' },
      current: {
        state: 'live',
        values: { title: 'Doors', status: 'scheduled', notes: 'From the office' },
        changedSince: ['title'],
      },
      summary: 'ana changed the title, status and notes of a task. It did not arrive: the device had been revoked.',
    });
    expect(deleted).toMatchObject({ op: 'delete', values: {}, current: { state: 'deleted' } });
    expect(deleted?.current.values).toMatchObject({ title: TASK.title });
    expect(unknown).toMatchObject({ current: { state: 'none', values: {}, updatedAt: null } });
  });

  it('is filtered, counted and paged in both orders', async () => {
    const { member: bea } = await world.employee('bea@example.com');
    const hers = world.device(bea);
    await hers.pull();
    const [a, b] = await quarantined(create('task', v7(), TASK), edit('task', made.id, made.version, { title: 'x' }));
    await handOver(world, hers, { changes: [create('team', v7(), { name: 'South' })], reason: 'signedOut' });
    await discardEntry(office, a as string);
    const ids = async (query: Record<string, string>) =>
      (await quarantineOf(office, query)).quarantine.map(({ id }) => id);
    const all = await ids({});
    expect(all).toHaveLength(3);
    expect(await ids({ order: 'desc' })).toEqual(all.toReversed());
    expect(await ids({ status: 'waiting' })).toEqual([b, all[2]]);
    expect(await ids({ device: hers.deviceId.toUpperCase() })).toEqual([all[2]]);
    expect(await ids({ author: ana.userId })).toEqual([a, b]);
    expect(await ids({ entity: 'team' })).toEqual([all[2]]);
    expect((await quarantineOf(office, { author: ana.userId })).counts).toEqual({
      waiting: 1,
      applied: 0,
      discarded: 1,
    });
    const page = await quarantineOf(office, { order: 'desc', limit: '2' });
    expect(page).toMatchObject({ hasMore: true, nextCursor: page.quarantine[1]?.createdAt });
    expect(await ids({ order: 'desc', since: page.nextCursor as string })).toEqual([a]);
    for (const wrong of [{ since: 'x' }, { author: 'a b' }, { device: 'x' }, { status: 'lost' }, { limit: '0' }]) {
      const { status } = await office.call('GET', `/v1/quarantine?${new URLSearchParams(wrong as never)}`);
      expect({ wrong, status }).toEqual({ wrong, status: 400 });
    }
  });

  it('I6: is for the managers of the tenant alone', async () => {
    const [id] = await quarantined(create('task', v7(), TASK));
    const { member: bea } = await world.employee('bea@example.com');
    const neighbour = await createNeighbour(world);
    for (const [caller, status] of [
      [world.device(bea), 403],
      [neighbour, 404],
    ] as const) {
      const answers = [
        await applyEntry(caller, id as string),
        await discardEntry(caller, id as string),
        await caller.call('POST', '/v1/quarantine/apply', { ids: [id] }),
      ];
      // The neighbour asks in its own tenant, which has no such entry.
      expect(answers.map((answer) => answer.status).slice(0, 2)).toEqual([status, status]);
      expect((await caller.call('GET', '/v1/quarantine')).status).toBe(status === 403 ? 403 : 200);
    }
    expect(await decideAll(neighbour, 'apply', [id as string])).toMatchObject([
      { status: null, refusal: { code: 'NOT_FOUND' } },
    ]);
    expect(await waitingIn(office)).toHaveLength(1);
  });
});

describe('applying', () => {
  it('a creation, an edit and a delete: the records follow, and the log says who typed and who applied', async () => {
    const gone = await makeTask();
    const task = create('task', v7(), { ...TASK, notes: 'Ring twice' });
    const ids = await quarantined(
      task,
      edit('task', made.id, made.version, { status: 'completed' }),
      remove('task', gone.id, gone.version),
    );
    const { status, body } = await applyEntry(office, first(ids));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      entry: {
        status: 'applied',
        outcome: 'applied',
        conflicts: [],
        decidedBy: { name: 'Marta' },
        values: { notes: 'Ring twice' },
      },
      record: { title: TASK.title, notes: 'Ring twice' },
    });
    expect(await decideAll(office, 'apply', ids.slice(1))).toMatchObject([
      { id: ids[1], status: 'applied', outcome: 'applied', refusal: null },
      { id: ids[2], status: 'applied', outcome: 'applied', refusal: null },
    ]);
    expect(await taskNow(made.id)).toMatchObject({ status: 'completed' });
    expect(await taskNow(gone.id)).toMatchObject({ deletedAt: expect.any(String) });
    expect(await auditOf(task.entityId)).toMatchObject([
      {
        action: 'create',
        actor: { name: 'Marta' },
        author: { name: 'ana' },
        device: ana.deviceId,
        summary: 'ana created a task; Marta applied it',
      },
    ]);
    expect((await quarantineOf(office)).counts).toEqual({ waiting: 0, applied: 3, discarded: 0 });
  });

  it('I5: what others wrote since is a conflict between those who typed, and can be put back', async () => {
    const [id] = await quarantined(edit('task', made.id, made.version, { title: 'Ana’s', notes: 'Ana’s' }));
    await office.push([edit('task', made.id, made.version, { title: 'The office’s' })]);
    const { body } = await applyEntry(office, id as string);
    const [conflict] = await conflictsOf(made.id);
    expect(body.entry).toMatchObject({ outcome: 'conflict', conflicts: [conflict?.id] });
    expect(conflict).toMatchObject({
      fields: ['title'],
      winner: 'client',
      client: { values: { title: 'Ana’s' }, by: { name: 'ana' }, device: ana.deviceId },
      server: { values: { title: 'The office’s' }, by: { name: 'Marta' } },
      summary: expect.stringContaining('ana and Marta both changed the title'),
    });
    expect(await taskNow(made.id)).toMatchObject({ title: 'Ana’s', notes: 'Ana’s' });
    await office.call('POST', `/v1/conflicts/${conflict?.id}/resolve`, { resolution: 'restore' });
    expect(await taskNow(made.id)).toMatchObject({ title: 'The office’s' });
    // And the other way round: what comes later meets what ana typed.
    await world.device().push([edit('task', made.id, made.version, { notes: 'Late' })]);
    expect((await conflictsOf(made.id))[1]).toMatchObject({
      server: { values: { notes: 'Ana’s' }, by: { name: 'ana' } },
    });
  });

  it('an edit of a record that was deleted since brings it back, and a purged one stays gone', async () => {
    const purged = await makeTask();
    const [back, lost] = await quarantined(
      edit('task', made.id, made.version, { notes: 'Was done' }),
      edit('task', purged.id, purged.version, { notes: 'Was done' }),
    );
    await office.push([remove('task', made.id, made.version)]);
    const { cursor } = await office.push([remove('task', purged.id, purged.version)]);
    expect((await applyEntry(office, back as string)).body.entry).toMatchObject({ outcome: 'conflict' });
    expect(await taskNow(made.id)).toMatchObject({ notes: 'Was done', deletedAt: null });
    await purgeAll(cursor);
    const refused = await applyEntry(office, lost as string);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'RECORD_GONE' } } });
    expect(await waitingIn(office)).toMatchObject([
      { id: lost, refusal: { code: 'RECORD_GONE' }, current: { state: 'gone' } },
    ]);
  });

  it('what is refused waits with its reason, and is applied with other values: both stay known', async () => {
    const task = create('task', v7(), { ...TASK, date: '2026-02-30', notes: 'Ring twice' });
    const [id] = await quarantined(task);
    const before = await stateOf(world);
    const refused = await applyEntry(office, id as string);
    expect(refused).toMatchObject({
      status: 422,
      body: { error: { code: 'INVALID_DATE', details: { fields: ['date'] } } },
    });
    expect(await stateOf(world)).toEqual(before);
    const again = await applyEntry(office, id as string, { date: '2026-02-29' });
    expect(again.status).toBe(422);
    const done = await applyEntry(office, id as string, { date: '2026-02-28' });
    expect(done.body).toMatchObject({
      entry: {
        status: 'applied',
        values: { date: '2026-02-30', notes: 'Ring twice' },
        corrections: { date: '2026-02-28' },
      },
      record: { date: '2026-02-28', notes: 'Ring twice' },
    });
    const unknown = await quarantined(create('task', v7(), { ...TASK, unheardOf: 1 }));
    expect((await applyEntry(office, first(unknown))).body.error?.code).toBe('UNKNOWN_FIELD');
    expect((await applyEntry(office, first(unknown), { __proto__: 1 })).status).toBe(422);
  });

  it('without values, or with none, is just as it was typed; a deletion has none', async () => {
    const [id, removal] = await quarantined(
      edit('task', made.id, made.version, { notes: 'As typed' }),
      remove('task', made.id, made.version),
    );
    expect((await applyEntry(office, id as string, {})).body).toMatchObject({
      entry: { corrections: null },
      record: { notes: 'As typed' },
    });
    const refused = await applyEntry(office, removal as string, { notes: 'x' });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'INVALID_REQUEST' } } });
    expect(await waitingIn(office)).toMatchObject([{ id: removal, refusal: null }]);
  });

  it('a corrected value is the corrector’s, the others are not', async () => {
    await office.push([edit('task', made.id, made.version, { title: 'Office', notes: 'Office' })]);
    const [id] = await quarantined(edit('task', made.id, made.version, { title: 'Ana', date: '2026-13-01' }));
    await applyEntry(office, id as string, { date: '2026-12-01', notes: 'Both' });
    expect(await conflictsOf(made.id)).toMatchObject([
      { client: { values: { notes: 'Both', title: 'Ana' }, by: { name: 'Marta' } } },
    ]);
    const other = await makeTask();
    await office.push([edit('task', other.id, other.version, { title: 'Office' })]);
    const [second] = await quarantined(edit('task', other.id, other.version, { title: 'Ana', date: '2026-13-01' }));
    await applyEntry(office, second as string, { date: '2026-12-01' });
    expect(await conflictsOf(other.id)).toMatchObject([{ client: { values: { title: 'Ana' }, by: { name: 'ana' } } }]);
  });

  it('what waits for another record waits, and arrives behind it', async () => {
    const client = v7();
    const [task] = await quarantined(create('task', v7(), { ...TASK, clientId: client }));
    expect((await applyEntry(office, task as string)).body.error?.code).toBe('MISSING_REFERENCE');
    const [made2] = await quarantined(create('client', client, { name: 'Bea' }));
    expect(await decideAll(office, 'apply', [task as string, made2 as string])).toMatchObject([
      { id: task, status: 'applied' },
      { id: made2, status: 'applied' },
    ]);
  });

  it('changes of one record in the order in which they were made, whatever the order of the ids', async () => {
    const id = v7();
    const ids = await quarantined(
      create('task', id, TASK),
      edit('task', id, null, { title: 'Second' }),
      edit('task', id, null, { title: 'Third' }),
    );
    expect((await waitingIn(office)).map(({ earlierWaiting }) => earlierWaiting)).toEqual([0, 1, 2]);
    const results = await decideAll(office, 'apply', ids.toReversed());
    expect(results.map(({ status, outcome }) => [status, outcome])).toEqual(
      [0, 1, 2].map(() => ['applied', 'applied']),
    );
    expect(results.map((result) => result.id)).toEqual(ids.toReversed());
    expect(await taskNow(id)).toMatchObject({ title: 'Third' });
    expect(await conflictsOf(id)).toEqual([]);
  });

  it('a later one before an earlier one is allowed, and a later edit is not undone by it', async () => {
    const [early, late] = await quarantined(
      edit('task', made.id, made.version, { title: 'First', notes: 'First' }),
      edit('task', made.id, made.version, { title: 'Second' }),
    );
    expect((await applyEntry(office, late as string)).status).toBe(200);
    expect((await waitingIn(office)).map(({ earlierWaiting }) => earlierWaiting)).toEqual([0]);
    expect((await applyEntry(office, early as string)).status).toBe(200);
    expect(await taskNow(made.id)).toMatchObject({ title: 'Second', notes: 'First' });
    const [older, newer] = await quarantined(
      edit('task', made.id, made.version, { title: 'Third' }),
      remove('task', made.id, made.version),
    );
    await applyEntry(office, newer as string);
    const late2 = await applyEntry(office, older as string);
    expect(late2.body).toMatchObject({ entry: { outcome: 'unchanged' }, record: { deletedAt: expect.any(String) } });
  });

  it('what a device has pushed since it was admitted again is not undone by what it had handed over before', async () => {
    const { member } = await world.employee('bea@example.com', {});
    await office.call('PATCH', `/v1/members/${member.userId}`, { role: 'manager' });
    const hers = world.device(member);
    await hers.pull();
    await office.call('PATCH', `/v1/members/${member.userId}`, { status: 'disabled' });
    const title = edit('task', made.id, made.version, { title: 'Before', notes: 'Before' });
    await handOver(world, hers, { changes: [title], reason: 'disabled' });
    await office.call('PATCH', `/v1/members/${member.userId}`, { status: 'active' });
    await hers.push([edit('task', made.id, made.version, { title: 'After' })]);
    const [entry] = await waitingIn(office);
    await applyEntry(office, entry?.id as string);
    expect(await taskNow(made.id)).toMatchObject({ title: 'After', notes: 'Before' });
  });

  it('nor what it had pushed later than it was refused something', async () => {
    const own = world.device();
    await own.pull();
    const at = (clientUpdatedAt: string) => ({ clientUpdatedAt, clockOffset: 0 });
    const refused = edit('task', made.id, made.version, { title: 'Refused', notes: 'Refused' });
    const earlier = edit('task', made.id, made.version, { notes: 'Earlier' });
    const later = edit('task', made.id, made.version, { title: 'Put right' });
    await own.push([
      { ...earlier, ...at('2026-11-01T08:00:00Z') },
      { ...later, ...at('2026-11-01T10:00:00Z') },
    ]);
    const change = { ...refused, ...at('2026-11-01T09:00:00Z') };
    await handOver(world, own, { rejected: [{ change, code: 'DUPLICATE_VALUE' }], reason: 'signedOut' });
    await applyEntry(office, (await waitingIn(office))[0]?.id as string);
    expect(await taskNow(made.id)).toMatchObject({ title: 'Put right', notes: 'Refused' });
  });

  it('nor what was accepted without its hearing of it, while an earlier edit was held', async () => {
    const own = world.device();
    await own.pull();
    const held = edit('task', made.id, made.version, { title: 'Held', clientId: v7() });
    const accepted = edit('task', made.id, made.version, { title: 'Accepted' });
    await own.push([accepted]);
    await handOver(world, own, { changes: [held, accepted], reason: 'signedOut' });
    const [first] = await waitingIn(office);
    await applyEntry(office, first?.id as string, { clientId: null });
    expect(await taskNow(made.id)).toMatchObject({ title: 'Accepted' });
  });

  it('one bad entry among many: each has a result of its own', async () => {
    const ids = await quarantined(
      create('task', v7(), TASK),
      {},
      create('task', v7(), { ...TASK, status: 'x' }),
      create('task', v7(), TASK),
    );
    const [decidedBefore] = await quarantined(create('task', v7(), TASK));
    await discardEntry(office, decidedBefore as string);
    const none = v7();
    const results = await decideAll(office, 'apply', [...ids, decidedBefore as string, none, ...ids.slice(0, 1)]);
    expect(results.map(({ status, refusal }) => [status, refusal?.code])).toEqual([
      ['applied', undefined],
      ['waiting', 'MALFORMED_CHANGE'],
      ['waiting', 'INVALID_FIELD'],
      ['applied', undefined],
      ['discarded', 'ALREADY_DECIDED'],
      [null, 'NOT_FOUND'],
      ['applied', undefined],
    ]);
  });
});

describe('once', () => {
  it('I3: a change whose acceptance nobody heard of is recognised by its receipt', async () => {
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

async function purgeAll(upTo: string): Promise<void> {
  await withTenant(database.owner, parseTenantId(world.tenantId) as TenantId, async (tx) => {
    await lockTenantClock(tx);
    const limit = parseCursor(upTo) as NonNullable<ReturnType<typeof parseCursor>>;
    await purgeTombstones(tx, fieldService, { upTo: limit, limit: 1_000, from: null });
  });
}
