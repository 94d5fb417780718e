import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyEntry, decideAll, discardEntry, handOver, quarantineOf, waitingIn } from '../support/escrow.ts';
import { createQuarantineWorld, type QuarantineWorld } from '../support/quarantine-world.ts';
import { create, edit, remove, stateOf, TASK } from '../support/sync-client.ts';

let q: QuarantineWorld;
beforeEach(async () => {
  q = await createQuarantineWorld();
});
afterEach(() => q.close());

describe('applying', () => {
  it('a creation, an edit and a delete: the records follow, and the log says who typed and who applied', async () => {
    const { office, ana, made, makeTask, taskNow, auditOf, quarantined } = q;
    const gone = await makeTask();
    const task = create('task', v7(), { ...TASK, notes: 'Ring twice' });
    const ids = await quarantined(
      task,
      edit('task', made.id, made.version, { status: 'completed' }),
      remove('task', gone.id, gone.version),
    );
    const { status, body } = await applyEntry(office, ids[0] as string);
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
    const { world, office, ana, made, taskNow, conflictsOf, quarantined } = q;
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
    const { office, made, makeTask, taskNow, quarantined, purgeAll } = q;
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
    const { world, office, quarantined } = q;
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
    expect((await applyEntry(office, unknown[0] as string)).body.error?.code).toBe('UNKNOWN_FIELD');
    expect((await applyEntry(office, unknown[0] as string, { __proto__: 1 })).status).toBe(422);
  });

  it('without values, or with none, is just as it was typed; a deletion has none', async () => {
    const { office, made, quarantined } = q;
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
    const { office, made, makeTask, conflictsOf, quarantined } = q;
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
    const { office, quarantined } = q;
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
    const { office, taskNow, conflictsOf, quarantined } = q;
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
    const { office, made, taskNow, quarantined } = q;
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
    const { world, office, made, taskNow } = q;
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
    const { world, office, made, taskNow } = q;
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
    const { world, office, made, taskNow } = q;
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
    const { office, quarantined } = q;
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
