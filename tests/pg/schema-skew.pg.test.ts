import type { DevicesResponse, PullResponse } from '@backhaul/shared';
import { headersOf } from '@backhaul/server/testing';
import { IDBFactory } from 'fake-indexeddb';
import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type EvolvingService,
  openApp,
  type SkewedDatabase,
  startEvolvingService,
  VERSIONS,
  type Version,
} from '../support/evolving-domain.ts';

/** Everything that an app of each version can say of a new item. */
const ITEM = {
  1: { title: 'one', status: 'done', note: 'n1', secret: 's1' },
  2: { title: 'two', status: 'paused', note: 'n2', secret: 's2', color: 'red', code: 'c2', level: 5 },
  3: { title: 'three', status: 'lost', note: 'n3', secret: 's3', color: 'blue', code: 'c3', level: 6, shape: 'cube' },
} as const;
const VERSION_NUMBERS = [1, 2, 3] as const;

describe('I2: apps and services of different versions', () => {
  // Dexie says that it extends the database by what has been declared since.
  beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue());
  afterEach(() => void vi.restoreAllMocks());

  async function start(version: 1 | 2): Promise<EvolvingService> {
    const service = await startEvolvingService(version);
    onTestFinished(() => service.close());
    return service;
  }

  async function open(service: EvolvingService, version: Version, indexedDB = new IDBFactory(), url = service.url) {
    const db = await openApp({ ...service, url }, version, { indexedDB });
    onTestFinished(() => db.sync.close());
    return db;
  }

  describe.each([1, 2] as const)('a service of version %i', (server) => {
    it.each(VERSION_NUMBERS)(
      'and an app of version %i: all that is typed gets there, or waits in sight',
      async (app) => {
        const service = await start(server);
        const db = await open(service, app);
        const plain = await db.items.add({ ...ITEM[app], status: 'open' });
        const special = await db.items.add({ ...ITEM[app] });
        if (app > 1) await db.table('tags').add({ name: 'tag', itemId: plain });
        if (app > 2) await db.table('boxes').add({ name: 'box' });
        await sync(db);

        const known = fieldsOf(server);
        const records = await onServer(service);
        expect(records.get(plain)).toMatchObject(pick({ ...ITEM[app], status: 'open' }, known));
        const takesStatus = app <= server;
        if (takesStatus) expect(records.get(special)).toMatchObject(pick(ITEM[app], known));
        else expect(records.has(special)).toBe(false);

        // The rest is shown, and will be sent.
        expect(await db.items.get(special)).toMatchObject(ITEM[app]);
        expect(await db.items.get(plain)).toMatchObject({ ...ITEM[app], status: 'open' });
        const status = db.sync.status.get();
        expect(status).toMatchObject({
          rejected: 0,
          schema: app > server ? 'serverOlder' : app < server ? 'serverNewer' : 'same',
        });
        expect(status.pending).toBe(status.heldForServer);
        expect(status.heldForServer > 0).toBe(app > server);
      },
    );

    it('and apps of all versions: each shows what it knows of what the others have typed', async () => {
      const service = await start(server);
      const apps = await Promise.all(VERSION_NUMBERS.map((version) => open(service, version)));
      for (const [index, db] of apps.entries())
        await db.items.add({ ...ITEM[VERSION_NUMBERS[index] as Version], status: 'open' });
      await syncAll(apps);
      await expectConvergence(service, apps, server);
    });
  });

  it('an old app overwrites nothing that it does not know: patches, whole rows, deleting and making again', async () => {
    const service = await start(2);
    const [old, modern] = [await open(service, 1), await open(service, 2)];
    const [a, b, c] = [
      await modern.items.add({ ...ITEM[2] }),
      await modern.items.add({ ...ITEM[2] }),
      await modern.items.add({ ...ITEM[2] }),
    ];
    await syncAll([modern, old]);
    const row = await old.items.get(b);
    expect(row).toMatchObject({ status: 'paused' });
    expect(row).not.toHaveProperty('color');

    await old.items.update(a, { note: 'patched' });
    await old.items.put({ ...row, title: 'whole' });
    const again = await old.items.get(c);
    await old.items.delete(c);
    await sync(old);
    await old.items.add({ ...again, title: 'again' });
    await syncAll([old, modern]);
    const newer = pick(ITEM[2], ['color', 'code', 'level', 'status']);
    expect(await modern.items.get(a)).toMatchObject({ ...newer, note: 'patched' });
    expect(await modern.items.get(b)).toMatchObject({ ...newer, title: 'whole', note: 'n2' });
    expect(await modern.items.get(c)).toMatchObject({ ...newer, title: 'again', note: 'n2' });
    // What it makes has the defaults of what it does not know.
    const made = await old.items.add({ title: 'made', status: 'open' });
    await syncAll([old, modern]);
    expect(await modern.items.get(made)).toMatchObject({ level: 1, color: null, code: null });
  });

  it('a service that is updated under running apps takes what was typed before, during and after', async () => {
    const service = await start(1);
    const apps = await Promise.all(VERSION_NUMBERS.map((version) => open(service, version)));
    const [one, two, three] = apps as [SkewedDatabase, SkewedDatabase, SkewedDatabase];
    const shared = await one.items.add({ ...ITEM[1], status: 'open' });
    await syncAll(apps);
    await two.items.update(shared, { color: 'before', title: 'two before' });
    await three.items.update(shared, { shape: 'before', note: 'three before' });
    const tagged = await two.tags.add({ name: 'before', itemId: shared });
    const paused = await two.items.add({ ...ITEM[2] });
    await syncAll(apps);
    expect(two.sync.status.get()).toMatchObject({ schema: 'serverOlder', rejected: 0 });
    expect(two.sync.status.get().heldForServer).toBeGreaterThan(0);

    await service.updateTo(2, async () => {
      for (const db of apps) expect((await db.sync.now()).error).not.toBeNull();
      await one.items.update(shared, { secret: 'one during' });
      await two.items.update(shared, { level: 9 });
      await three.items.update(shared, { code: 'three during' });
    });
    await syncAll(apps);
    await one.items.update(shared, { note: 'one after' });
    await two.items.update(shared, { status: 'paused' });
    await three.items.update(shared, { status: 'lost' });
    await syncAll(apps);

    const records = await onServer(service);
    expect(records.get(shared)).toMatchObject({
      title: 'two before',
      note: 'one after',
      secret: 'one during',
      color: 'before',
      level: 9,
      code: 'three during',
      status: 'paused',
    });
    expect(records.get(tagged)).toMatchObject({ name: 'before', itemId: shared });
    expect(records.get(paused)).toMatchObject(ITEM[2]);
    expect([one, two].map((db) => db.sync.status.get().pending)).toEqual([0, 0]);
    expect(three.sync.status.get()).toMatchObject({ pending: 2, heldForServer: 2, rejected: 0 });
    expect(await three.items.get(shared)).toMatchObject({ shape: 'before', status: 'lost' });
    await expectConvergence(service, apps, 2, (id, name) => id === shared && name === 'status');
  });

  it('held work goes with the first answer of the updated service, long before it would have been due', async () => {
    const service = await start(1);
    const indexedDB = new IDBFactory();
    const db = await openApp(service, 2, { indexedDB, autoSync: true, pollInterval: 100, random: () => 1 });
    onTestFinished(() => db.sync.close());
    const id = await db.items.add({ ...ITEM[2], status: 'open' });
    await db.sync.whenSynced();
    // Several attempts: the next one is minutes away.
    for (let attempt = 0; attempt < 8; attempt += 1) await db.sync.now();
    expect(db.sync.status.get().heldForServer).toBe(1);
    await service.updateTo(2);
    await expect.poll(() => db.sync.status.get().pending, { timeout: 10_000 }).toBe(0);
    expect((await onServer(service)).get(id)).toMatchObject({ color: 'red', code: 'c2', level: 5 });
  });

  it('rows that a new app read before the update have what the migration gave them after it', async () => {
    const service = await start(1);
    const [old, modern] = [await open(service, 1), await open(service, 2)];
    const id = await old.items.add({ ...ITEM[1] });
    await syncAll([old, modern]);
    expect(await modern.items.get(id)).not.toHaveProperty('level');
    await service.updateTo(2);
    await syncAll([modern]);
    expect(await modern.items.get(id)).toMatchObject({ ...ITEM[1], level: 1, color: null });
  });

  it('an app that is updated offline, with work pending and held, loses nothing and then knows everything', async () => {
    const service = await start(2);
    const [modern, device] = [await open(service, 2), new IDBFactory()];
    const old = await open(service, 1, device);
    const id = await modern.items.add({ ...ITEM[2] });
    await modern.tags.add({ name: 'tag', itemId: id });
    await syncAll([modern, old]);
    await old.items.update(id, { note: 'pending' });
    const made = await old.items.add({ title: 'made', status: 'open' });
    await old.sync.close();

    const updated = await open(service, 2, device);
    await updated.items.update(id, { title: 'updated' });
    await updated.items.put({ ...(await updated.items.get(made)), title: 'made', status: 'paused' });
    await syncAll([updated, modern]);
    expect(await updated.items.get(id)).toMatchObject({ ...ITEM[2], note: 'pending', title: 'updated' });
    expect(await updated.tags.count()).toBe(1);
    expect(await modern.items.get(made)).toMatchObject({ status: 'paused', level: 1 });
    await expectConvergence(service, [updated, modern], 2);
  });

  it.each([1, 2] as const)(
    'an app that goes back to version 1 on a service of version %i loses nothing',
    async (server) => {
      const service = await start(server);
      const device = new IDBFactory();
      const modern = await open(service, 2, device);
      const id = await modern.items.add({ ...ITEM[2], status: 'open' });
      await sync(modern);
      await modern.items.update(id, { color: 'late', note: 'late' });
      const tagId = await modern.tags.add({ name: 'late', itemId: id });
      await modern.sync.close();

      const old = await open(service, 1, device);
      expect(await old.items.get(id)).toMatchObject({ note: 'late', title: 'two' });
      await old.items.update(id, { title: 'by the old one' });
      await sync(old);
      expect(old.sync.status.get()).toMatchObject({ rejected: 0 });
      await old.sync.close();
      if (server === 1) await service.updateTo(2);

      const again = await open(service, 2, device);
      await syncAll([again]);
      expect(again.sync.status.get()).toMatchObject({ pending: 0, rejected: 0 });
      const wanted = { ...ITEM[2], status: 'open', title: 'by the old one', color: 'late', note: 'late' };
      expect(await again.items.get(id)).toMatchObject(wanted);
      expect(await again.tags.get(tagId)).toMatchObject({ name: 'late' });
      expect((await onServer(service)).get(id)).toMatchObject(wanted);
    },
  );

  it('while an update is rolled out, an instance of the old version keeps what only the new one knows', async () => {
    const service = await start(2);
    const beside = await service.startBeside(1);
    onTestFinished(() => beside.close());
    const modern = await open(service, 2);
    const id = await modern.items.add({ ...ITEM[2], status: 'open' });
    await sync(modern);
    const old = await open(service, 1, new IDBFactory(), beside.url);
    await sync(old);
    await old.items.update(id, { secret: 'changed', note: 'changed' });
    await sync(old);
    await syncAll([modern]);
    expect(await modern.items.get(id)).toMatchObject({
      ...ITEM[2],
      status: 'open',
      secret: 'changed',
      note: 'changed',
    });
  });

  it('the fleet shows which version each device runs, by its pulls and by its pushes', async () => {
    const service = await start(1);
    const { manager, tenantId, server } = service;
    const [pulling, pushing] = [await open(service, 1), await open(service, 3)];
    await sync(pulling);
    await pushing.items.add({ title: 'a', status: 'open' });
    await sync(pushing);
    const headers = headersOf({ token: manager.token, tenantId });
    const plain = { ...headers, 'x-device-id': v7() };
    const answer = (await server.app.inject({ url: '/v1/sync/pull', headers: plain })).json<PullResponse>();
    expect(answer.schemaVersion).toBe(1);
    const { devices } = (await server.app.inject({ url: '/v1/devices', headers })).json<DevicesResponse>();
    const versionOf = (id: string) => devices.find((device) => device.id === id)?.schemaVersion;
    expect([pulling.device.id, pushing.device.id, plain['x-device-id']].map(versionOf)).toEqual([1, 3, null]);
    const refused = await server.app.inject({ url: '/v1/sync/pull?schemaVersion=0', headers });
    expect(refused.statusCode).toBe(400);
  });

  async function expectConvergence(
    service: EvolvingService,
    apps: readonly SkewedDatabase[],
    server: 1 | 2,
    isHeld: (id: string, field: string) => boolean = () => false,
  ): Promise<void> {
    const records = await onServer(service);
    for (const db of apps) {
      for (const row of await db.items.toArray()) {
        const known = fieldsOf(server).filter((name) => Object.hasOwn(row, name) && !isHeld(row.id, name));
        expect(pick(row, known)).toEqual(pick(records.get(row.id) ?? {}, known));
      }
      expect(await db.items.count()).toBe(
        [...records.values()].filter((record) => Object.hasOwn(record, 'title')).length,
      );
    }
  }
});

async function sync(db: SkewedDatabase): Promise<void> {
  const { error } = await db.sync.now();
  if (error) throw new Error(`${error.code}: ${error.message}`);
}

/** Twice: what the last one sends, the first one has not seen. */
async function syncAll(apps: readonly SkewedDatabase[]): Promise<void> {
  for (const db of [...apps, ...apps]) await sync(db);
}

function fieldsOf(version: Version): readonly string[] {
  return VERSIONS[version].entities['item']?.fieldNames ?? [];
}

function pick(record: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
}

/** Every live record that the service shows its manager, by id. */
async function onServer({ server, manager, tenantId }: EvolvingService): Promise<Map<string, Record<string, unknown>>> {
  const headers = headersOf({ token: manager.token, tenantId });
  const { changes } = (await server.app.inject({ url: '/v1/sync/pull?limit=5000', headers })).json<PullResponse>();
  return new Map(changes.flatMap(({ entityId, payload }) => (payload === null ? [] : [[entityId, payload]])));
}
