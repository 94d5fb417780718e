import { IDBFactory } from 'fake-indexeddb';
import type { SignedIn } from '@backhaul/server/testing';
import type { AuditResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyEntry, decideAll, quarantineOf, waitingIn } from '../support/escrow.ts';
import { openDevice, type SdkDevice } from '../support/sdk-device.ts';
import { createWorld, type SyncClient, TASK, type World } from '../support/sync-client.ts';

let world: World;
let office: SyncClient;
let ana: SignedIn;
let employeeId: string;
let indexedDB: IDBFactory;
let phone: SdkDevice;
/** Ana's, known to everybody. */
let task: string;
beforeEach(async () => {
  world = await createWorld();
  office = world.device();
  ({ member: ana, employeeId } = await world.employee('ana@example.com'));
  indexedDB = new IDBFactory();
  phone = await openDevice(world, ana, { indexedDB });
  task = (await office.call<{ id: string }>('POST', '/v1/tasks', { ...TASK, assignedEmployeeId: employeeId })).body.id;
  await phone.sync();
});
afterEach(async () => {
  await phone.db.sync.close();
  await world.close();
});

const revoke = (device: SdkDevice) => office.call('DELETE', `/v1/devices/${device.db.device.id}`);
const taskNow = async (id: string) => (await office.call<Record<string, unknown>>('GET', `/v1/tasks/${id}`)).body;

/** The app is killed and opened again. */
async function restart(): Promise<void> {
  await phone.db.sync.close();
  phone = await openDevice(world, ana, { indexedDB });
}

const EXPENSE = {
  title: 'Soap',
  amount: 9.99,
  type: 'payable',
  dueDate: '2026-11-21',
  status: 'pending',
  currency: 'usd',
  kind: 'expenseOutOfPocket',
  isDisputed: false,
} as const;

describe('a device that is revoked with unsent work', () => {
  it('I2: loses none of it: creations, edits, deletes, what waits for something, and what was refused', async () => {
    const manager = await openDevice(world);
    await manager.sync();
    const [gone, edited, made, held, refused] = [v7(), v7(), v7(), v7(), v7()];
    await manager.db.tasks.bulkAdd([gone, edited].map((id) => ({ id, ...TASK })));
    await manager.sync();
    await manager.db.tasks.add({ id: refused, ...TASK, date: '2026-02-30' });
    await manager.db.tasks.add({ id: held, ...TASK, clientId: v7() });
    await manager.trySync();
    expect(manager.db.sync.status.get()).toMatchObject({ rejected: 1, held: 1 });
    manager.line.isOffline = true;
    await manager.db.tasks.delete(gone);
    await manager.db.tasks.update(edited, { notes: 'Ring twice' });
    await manager.db.tasks.update(edited, { status: 'completed' });
    await manager.db.tasks.add({ id: made, ...TASK, notes: 'New' });
    await manager.trySync();
    await revoke(manager);
    manager.line.isOffline = false;
    await manager.trySync();
    expect(manager.db.sync.status.get()).toMatchObject({
      barred: 'revoked',
      pending: 0,
      rejected: 0,
      setAside: { waiting: 0, handedOver: 5 },
    });
    expect(await manager.db.tasks.count()).toBe(0);

    const entries = await waitingIn(office);
    expect(entries.map(({ entityId, op }) => [entityId, op])).toEqual([
      [refused, 'upsert'],
      [held, 'upsert'],
      [gone, 'delete'],
      [edited, 'upsert'],
      [made, 'upsert'],
    ]);
    expect(entries[0]?.refusal).toMatchObject({ code: 'INVALID_DATE', fields: ['date'] });
    const results = await decideAll(
      office,
      'apply',
      entries.map(({ id }) => id),
    );
    expect(results.map(({ status, refusal }) => [status, refusal?.code])).toEqual([
      ['waiting', 'INVALID_DATE'],
      ['waiting', 'MISSING_REFERENCE'],
      ['applied', undefined],
      ['applied', undefined],
      ['applied', undefined],
    ]);
    await applyEntry(office, entries[0]?.id as string, { date: '2026-02-28' });
    await applyEntry(office, entries[1]?.id as string, { clientId: null });
    expect(await waitingIn(office)).toEqual([]);
    expect(await taskNow(gone)).toMatchObject({ deletedAt: expect.any(String) });
    expect(await taskNow(edited)).toMatchObject({ notes: 'Ring twice', status: 'completed' });
    expect(await taskNow(made)).toMatchObject({ notes: 'New' });
    expect(await taskNow(held)).toMatchObject({ clientId: null });
    expect(await taskNow(refused)).toMatchObject({ date: '2026-02-28' });
    await manager.db.sync.close();
  });

  it('I12: killed before it could hand over: the next start does, before anybody signs in anew', async () => {
    phone.line.isOffline = true;
    await phone.db.tasks.update(task, { notes: 'Ring twice' });
    await revoke(phone);
    phone.line.isOffline = false;
    phone.line.losesEscrowRequests = true;
    await phone.trySync();
    expect(phone.db.sync.status.get().setAside.waiting).toBe(1);
    expect(await waitingIn(office)).toEqual([]);
    await restart();
    expect(await phone.db.tasks.count()).toBe(0);
    await phone.trySync();
    expect(phone.db.sync.status.get()).toMatchObject({ barred: 'revoked', setAside: { waiting: 0, handedOver: 1 } });
    expect(await waitingIn(office)).toMatchObject([{ values: { notes: 'Ring twice' }, author: { name: 'ana' } }]);
  });

  it('I3, I12: killed between the request and its answer: one entry, and nothing is lost', async () => {
    phone.line.isOffline = true;
    await phone.db.tasks.update(task, { notes: 'Ring twice' });
    await phone.db.financeEntries.add({ ...EXPENSE, employeeId });
    await revoke(phone);
    phone.line.isOffline = false;
    phone.line.losesEscrowAnswers = true;
    await phone.trySync();
    expect(await waitingIn(office)).toHaveLength(2);
    expect(phone.db.sync.status.get().setAside.waiting).toBe(2);
    await restart();
    await phone.trySync();
    expect(phone.db.sync.status.get().setAside).toEqual({ waiting: 0, handedOver: 2, lapsed: 0 });
    expect(await waitingIn(office)).toHaveLength(2);
  });

  it('I3: a change that had been accepted, its answer lost, is known', async () => {
    phone.line.losesPushAnswers = true;
    await phone.db.tasks.update(task, { notes: 'Ring twice' });
    await phone.trySync();
    expect(await taskNow(task)).toMatchObject({ notes: 'Ring twice' });
    await revoke(phone);
    phone.line.losesPushAnswers = false;
    await phone.trySync();
    expect(phone.db.sync.status.get().setAside).toMatchObject({ waiting: 0, handedOver: 1 });
    expect((await quarantineOf(office)).quarantine).toMatchObject([{ status: 'applied', outcome: 'arrived' }]);
  });

  it('and whose user signs out and in again is a new device with everything that is theirs', async () => {
    await revoke(phone);
    await phone.trySync();
    await phone.db.sync.signOut();
    const before = phone.db.device.id;
    phone = await openDevice(world, ana, { indexedDB });
    await phone.sync();
    expect(phone.db.device.id).not.toBe(before);
    expect(await phone.db.tasks.get(task)).toMatchObject(TASK);
  });
});

describe('a member', () => {
  it('who is removed: their work waits, and once they are back, they get it with everything else', async () => {
    phone.line.isOffline = true;
    await phone.db.tasks.update(task, { notes: 'Ring twice' });
    await office.call('DELETE', `/v1/members/${ana.userId}`);
    phone.line.isOffline = false;
    await phone.trySync();
    expect(phone.db.sync.status.get()).toMatchObject({
      barred: 'removed',
      error: { code: 'MEMBER_REMOVED' },
      setAside: { waiting: 0, handedOver: 1 },
    });
    expect(await phone.db.tasks.count()).toBe(0);
    await expect(phone.db.tasks.update(task, { notes: 'x' })).resolves.toBe(0);
    await expect(phone.db.tasks.add({ ...TASK })).rejects.toMatchObject({ code: 'MEMBER_REMOVED' });
    const [entry] = await waitingIn(office);
    expect(entry).toMatchObject({ reason: 'removed', author: { userId: ana.userId, name: 'ana' } });
    await applyEntry(office, entry?.id as string);
    await world.server.addMember(
      { token: world.manager.token, tenantId: world.tenantId },
      { email: 'ana@example.com', name: 'ana', role: 'employee', employeeId },
    );
    await phone.sync();
    expect(phone.db.sync.status.get()).toMatchObject({ barred: null, error: null });
    expect(await phone.db.tasks.get(task)).toMatchObject({ notes: 'Ring twice' });
    await phone.db.tasks.update(task, { status: 'completed' });
    await phone.sync();
    expect(await taskNow(task)).toMatchObject({ status: 'completed' });
  });

  it('who is disabled and enabled again goes on with a first pull', async () => {
    await phone.db.tasks.update(task, { notes: 'Ring twice' });
    await office.call('PATCH', `/v1/members/${ana.userId}`, { status: 'disabled' });
    await phone.trySync();
    expect(phone.db.sync.status.get()).toMatchObject({ barred: 'disabled', setAside: { handedOver: 1 } });
    await office.call('PATCH', `/v1/members/${ana.userId}`, { status: 'active' });
    await phone.sync();
    expect(await phone.db.tasks.get(task)).toMatchObject({ notes: null });
    expect(await waitingIn(office)).toHaveLength(1);
  });

  it('who signs out: what could be sent is sent, what could not waits for a manager', async () => {
    phone.line.isOffline = true;
    await phone.db.tasks.update(task, { notes: 'Ring twice' });
    await expect(phone.db.sync.signOut()).rejects.toMatchObject({ code: 'UNSENT_WORK', details: { pending: 1 } });
    expect(await phone.db.sync.signOut({ unsent: 'handOver' })).toMatchObject({ kind: 'deleted', waiting: 1 });
    phone = await openDevice(world, ana, { indexedDB });
    await phone.sync();
    expect(phone.db.sync.status.get().setAside).toEqual({ waiting: 0, handedOver: 1, lapsed: 0 });
    expect(await waitingIn(office)).toMatchObject([{ reason: 'signedOut', values: { notes: 'Ring twice' } }]);

    await phone.db.tasks.update(task, { status: 'completed' });
    expect(await phone.db.sync.signOut({ unsent: 'handOver' })).toMatchObject({ kind: 'deleted', waiting: 0 });
    expect(await taskNow(task)).toMatchObject({ status: 'completed', notes: null });
    expect(await waitingIn(office)).toHaveLength(1);
  });
});

it('what a manager applies arrives on the devices, and the log says whose it was', async () => {
  const desk = await openDevice(world);
  await desk.sync();
  phone.line.isOffline = true;
  await phone.db.tasks.update(task, { notes: 'Ring twice' });
  await revoke(phone);
  phone.line.isOffline = false;
  await phone.trySync();
  await applyEntry(office, (await waitingIn(office))[0]?.id as string);
  await desk.sync();
  expect(await desk.db.tasks.get(task)).toMatchObject({ notes: 'Ring twice' });
  const { body } = await office.call<AuditResponse>('GET', `/v1/audit?entityId=${task}`);
  expect(body.audit.at(-1)).toMatchObject({ actor: { name: 'Marta' }, author: { name: 'ana' } });
  await desk.db.sync.close();
});
