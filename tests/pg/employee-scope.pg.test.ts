import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, edit, remove, TASK } from '../support/sync-client.ts';
import { createTwoEmployees, EXPENSE, type TwoEmployees } from '../support/two-employees.ts';

const MANAGED = ['createdAt', 'deletedAt', 'id', 'updatedAt'];
let { world, office, ana, anaId, beaId, north, south, client, serviceType, made } = {} as TwoEmployees;

beforeAll(async () => {
  ({ world, office, ana, anaId, beaId, north, south, client, serviceType, made } = await createTwoEmployees());
});
afterAll(() => world.close());

const sees = async (entity: string): Promise<string[]> =>
  (await ana.pullAll()).changes.filter((change) => change.entity === entity).map(({ entityId }) => entityId);

describe('reads', () => {
  it.each([
    ['assigned to her', () => ({ assignedEmployeeId: anaId }), true],
    ['of her team', () => ({ teamId: north }), true],
    ['of her team, assigned to another', () => ({ teamId: north, assignedEmployeeId: beaId }), true],
    ['assigned to another', () => ({ assignedEmployeeId: beaId }), false],
    ['of another team', () => ({ teamId: south }), false],
    ['of nobody', () => ({}), false],
  ])('a task %s: %s', async (_, values, visible) => {
    const { id, version } = await made('task', { ...TASK, clientId: client, notes: 'key', ...values() });
    expect((await sees('task')).includes(id)).toBe(visible);
    expect((await ana.call('GET', `/v1/tasks/${id}`)).status).toBe(visible ? 200 : 404);
    const { body } = await ana.call<{ records: { id: string }[] }>('GET', '/v1/tasks?limit=5000');
    expect(body.records.some((record) => record.id === id)).toBe(visible);
    for (const change of [
      edit('task', id, version, { status: 'completed' }),
      edit('task', id, version, {}),
      remove('task', id, version),
      create('task', id, TASK),
      { ...edit('task', id, null, { notes: 'x' }), baseUpdatedAt: undefined },
    ]) {
      const { rejected, results } = await ana.push([change]);
      if (visible) continue;
      // Just what the same change of an id that nobody has is answered.
      const unknown = await ana.push([{ ...change, changeId: v7(), entityId: v7() }]);
      expect(rejected.map(({ code, message }) => [code, message])).toEqual(
        unknown.rejected.map(({ code, message }) => [code, message]),
      );
      expect(results[0]).not.toHaveProperty('payload');
    }
    for (const [method, sent] of [['PATCH', { status: 'completed' }], ['DELETE']] as const) {
      if (!visible) expect((await ana.call(method, `/v1/tasks/${id}`, sent)).status).toBe(404);
    }
  });

  it.each([
    ['payroll of hers', () => ({ kind: 'payrollEmployee', employeeId: anaId }), true],
    ['an expense of hers', () => ({ kind: 'expenseOutOfPocket', employeeId: anaId }), true],
    ['a paid expense of hers', () => ({ kind: 'expenseOutOfPocket', employeeId: anaId, status: 'paid' }), true],
    ['a general entry that names her', () => ({ kind: 'general', employeeId: anaId }), false],
    ['an invoice that names her', () => ({ kind: 'invoiceClient', employeeId: anaId }), false],
    ["another's payroll", () => ({ kind: 'payrollEmployee', employeeId: beaId }), false],
    ["nobody's payroll", () => ({ kind: 'payrollEmployee' }), false],
  ])('%s: %s', async (_, values, visible) => {
    const { id } = await made('finance_entry', { ...EXPENSE, ...values() });
    expect((await sees('finance_entry')).includes(id)).toBe(visible);
    expect((await ana.call('GET', `/v1/finance-entries/${id}`)).status).toBe(visible ? 200 : 404);
  });

  it('all teams and service types', async () => {
    expect((await sees('team')).toSorted()).toEqual([north, south].toSorted());
    expect(await sees('service_type')).toEqual([serviceType]);
  });

  it.each([
    ['that a task of hers names', () => ({ assignedEmployeeId: anaId }), true],
    ['that a finished task of hers names', () => ({ assignedEmployeeId: anaId, status: 'completed' }), true],
    ['that a task of her team names', () => ({ teamId: north }), true],
    ["that another's task names", () => ({ assignedEmployeeId: beaId, teamId: south }), false],
    ['that nobody is sent to', () => ({}), false],
  ])('a client %s: %s', async (_, values, visible) => {
    const { id } = await made('client', { name: 'Ida', phone: '+7', accessNotes: 'Key under the mat' });
    await made('task', { ...TASK, clientId: id, ...values() });
    expect((await sees('client')).includes(id)).toBe(visible);
    const { body } = await ana.call<{ records: { id: string }[] }>('GET', '/v1/clients?limit=5000');
    expect(body.records.some((record) => record.id === id)).toBe(visible);
    const got = await ana.call('GET', `/v1/clients/${id}`);
    if (visible) expect(got).toMatchObject({ status: 200, body: { phone: '+7', accessNotes: 'Key under the mat' } });
    else expect(got.status).toBe(404);
    // Seen or not, it is not hers to change.
    for (const change of [edit('client', id, null, { name: 'Mine' }), remove('client', id, null)]) {
      const { rejected, results } = await ana.push([change]);
      expect(rejected).toHaveLength(1);
      expect(results[0]).not.toHaveProperty('payload');
    }
    const echo = await ana.push([edit('client', id, null, { name: 'Ida' })]);
    expect(echo.results[0]?.payload !== undefined).toBe(visible);
  });

  it('no client by a deleted task, however it is asked for', async () => {
    const { id } = await made('client', { name: 'Ida' });
    const { id: task, version } = await made('task', { ...TASK, clientId: id, assignedEmployeeId: anaId });
    expect(await sees('client')).toContain(id);
    await office.push([remove('task', task, version)]);
    expect(await sees('client')).not.toContain(id);
    expect((await ana.call('GET', `/v1/clients/${id}`)).status).toBe(404);
    const { results, rejected } = await ana.push([edit('client', id, null, { name: 'Ida' })]);
    expect(rejected).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect(results[0]).not.toHaveProperty('payload');
  });

  it('all of her own employee record, and name, role and team of colleagues', async () => {
    const answers = [
      (await ana.pullAll()).changes
        .filter(({ entity }) => entity === 'employee')
        .map(({ payload }) => payload as Record<string, unknown>),
      (await ana.call<{ records: Record<string, unknown>[] }>('GET', '/v1/employees')).body.records,
      [
        (await ana.call<Record<string, unknown>>('GET', `/v1/employees/${anaId}`)).body,
        (await ana.call<Record<string, unknown>>('GET', `/v1/employees/${beaId}`)).body,
      ],
    ];
    for (const records of answers) {
      const own = records.find(({ id }) => id === anaId);
      const other = records.find(({ id }) => id === beaId);
      expect(own).toMatchObject({ name: 'ana@example.com', phone: '+2', hourlyRate: 12, teamId: north });
      expect(Object.keys(other ?? {}).toSorted()).toEqual([...MANAGED, 'name', 'roleTitle', 'teamId'].toSorted());
      expect(other).toMatchObject({ name: 'bea@example.com', roleTitle: 'Driver', teamId: south });
    }
  });

  it.each(['/v1/conflicts', '/v1/audit', '/v1/devices', '/v1/members'])('nothing of %s', async (url) => {
    expect(await ana.call('GET', url)).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
  });

  it('nothing but colleagues, teams and services without an employee record of her own', async () => {
    const member = await world.server.addMember(
      { token: office.token, tenantId: world.tenantId },
      { email: 'new@example.com', role: 'employee' },
    );
    const { changes } = await world.device(member).pullAll();
    expect([...new Set(changes.map(({ entity }) => entity))].toSorted()).toEqual(['employee', 'service_type', 'team']);
    for (const { entity, payload } of changes) {
      if (entity === 'employee')
        expect(Object.keys(payload ?? {}).toSorted()).toEqual([...MANAGED, 'name', 'roleTitle', 'teamId'].toSorted());
    }
  });
});
