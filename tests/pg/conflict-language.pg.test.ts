import { headersOf } from '@backhaul/server/testing';
import type { ConflictsResponse, PushResponse, ResolveManyResponse, ResolveResponse } from '@backhaul/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Collisions, collisions } from '../support/collisions.ts';
import { openDevice } from '../support/sdk-device.ts';
import { createWorld, edit, type SyncClient, type World } from '../support/sync-client.ts';

let world: World;
let office: SyncClient;
let ana: SyncClient;
let anaId: string;
let met: Collisions;
beforeAll(async () => {
  world = await createWorld();
  office = world.device();
  const hers = await world.employee('ana@example.com');
  anaId = hers.employeeId;
  ana = world.device(hers.member);
  met = collisions(office, ana, office);
});
afterAll(() => world.close());

const ownTask = () => met.task({ assignedEmployeeId: anaId });
const summariesOf = async (client: SyncClient, id: string) =>
  (await client.call<ConflictsResponse>('GET', `/v1/conflicts?entityId=${id}`)).body.conflicts.map(
    ({ summary }) => summary,
  );

const ENGLISH = "Marta and ana both changed the notes of a task; Marta's value stands, the other is kept here.";
const SPANISH =
  'Marta y ana cambiaron por separado las notas de una tarea; se mantiene el valor de Marta y el otro queda guardado aquí.';

describe('the sentence about a conflict', () => {
  it('is in the language of the request, in the answer of a push, of its repetition and of the list', async () => {
    const { id, version } = await ownTask();
    await ana.push([edit('task', id, version, { notes: 'hers' })]);
    const change = edit('task', id, version, { notes: 'theirs' });
    const said = ({ conflicts }: PushResponse) => conflicts.map(({ summary }) => summary);
    expect(said(await office.speaking('es-MX,es;q=0.9').push([change]))).toEqual([SPANISH]);
    expect(said(await office.push([change]))).toEqual([ENGLISH]);
    expect(said(await office.speaking('es').push([change, change]))).toEqual([SPANISH, SPANISH]);
    expect(await summariesOf(office.speaking('es'), id)).toEqual([SPANISH]);
    expect(await summariesOf(office.speaking('fr, en;q=0.1'), id)).toEqual([ENGLISH]);
    expect(await summariesOf(office.speaking('nonsense;;q=,'), id)).toEqual([ENGLISH]);
  });

  it('is in the language of the app on the device whose push met the conflict', async () => {
    const { id, version } = await ownTask();
    const device = await openDevice(world, world.manager, { language: 'es' });
    await device.sync();
    await ana.push([edit('task', id, version, { notes: 'hers' })]);
    await device.db.tasks.update(id, { notes: 'theirs' });
    await device.sync();
    expect((await device.db.conflicts.toArray()).map(({ summary }) => summary)).toEqual([SPANISH]);
    await device.db.sync.close();
  });

  it('says what was decided, in the answers of both ways to decide', async () => {
    const one = await met.fields({ notes: 'hers' }, { notes: 'theirs' }, await ownTask());
    const other = await met.fields({ notes: 'hers' }, { notes: 'theirs' }, await ownTask());
    const spanish = office.speaking('es');
    const single = await spanish.call<ResolveResponse>('POST', `/v1/conflicts/${one.id}/resolve`, {
      resolution: 'restore',
    });
    const decided = 'Marta y ana cambiaron por separado las notas de una tarea; Marta recuperó el valor de ana.';
    expect(single.body.conflict.summary).toBe(decided);
    const many = await spanish.call<ResolveManyResponse>('POST', '/v1/conflicts/resolve', {
      ids: [other.id, one.id],
      resolution: 'keep',
    });
    expect(many.body.results).toMatchObject([
      {
        conflict: {
          summary: 'Marta y ana cambiaron por separado las notas de una tarea; Marta mantuvo su propio valor.',
        },
      },
      { code: 'ALREADY_RESOLVED', conflict: { summary: decided } },
    ]);
    expect(await summariesOf(office, one.entityId)).toEqual([
      "Marta and ana both changed the notes of a task; Marta restored ana's value.",
    ]);
  });

  it('has the names of today, and of who left the last one', async () => {
    const { entityId } = await met.fields({ notes: 'hers' }, { notes: 'theirs' }, await ownTask());
    const { token } = await world.server.signIn('ana@example.com', 'Inés Ribeiro');
    await world.server.app.inject({ url: '/v1/tenants', headers: headersOf({ token }) });
    const renamed = 'Marta e Inés Ribeiro cambiaron por separado las notas de una tarea';
    expect((await summariesOf(office.speaking('es'), entityId))[0]).toContain(renamed);
    const { status } = await office.call('DELETE', `/v1/members/${ana.userId}`);
    expect(status).toBe(200);
    expect((await summariesOf(office.speaking('es'), entityId))[0]).toContain(renamed);
  });
});
