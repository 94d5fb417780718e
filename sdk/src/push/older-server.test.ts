import { defineDomain, defineEntity, type EntityAccess, field, type PushChange } from '@backhaul/shared';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openBackhaul } from '../open-backhaul.ts';
import type { BackhaulOptions } from '../options.ts';
import { recordId, TENANT } from '../testing/open-device.ts';
import {
  changesOf,
  json,
  pullAnswer,
  pushAnswer,
  ScriptedServer,
  type SeenRequest,
  version,
} from '../testing/scripted-server.ts';

const none: EntityAccess = { read: [], create: [], update: [], delete: [] };
/** In version 2 came `color`, `size` (with a default), the status `paused` and longer titles. */
const notes = defineDomain({
  name: 'notes',
  schemaVersion: 2,
  entities: {
    note: defineEntity({
      table: 'notes',
      fields: {
        title: field.text({ required: true, maxLength: 20 }),
        status: field.oneOf(['open', 'done', 'paused'], { required: true, default: 'open' }),
        more: field.text(),
        color: field.text(),
        size: field.integer({ required: true, default: 1 }),
      },
    }),
  },
  memberScope: { entity: 'note', userField: 'title', keys: {} },
  roles: { manager: { note: none }, employee: { note: none } },
});

const id = recordId(1);
const NEW_FIELDS = ['color', 'size'];

/** What a server of version 1 makes of a push. It accepts in versions 21, 22 and so on. */
class OlderServer extends ScriptedServer {
  schemaVersion = 1;
  #versions = 20;
  readonly #rows = new Map<string, { readonly payload: object; readonly [member: string]: unknown }>();

  override readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
    const { schemaVersion } = this;
    if (pathname.endsWith('/push')) this.onPush((request) => this.#answer(request));
    else {
      const rows = searchParams.has('since') ? [] : [...this.#rows.values()];
      this.onPull(() => json({ ...pullAnswer(rows), schemaVersion }));
    }
    return this.exchange(input, init);
  };

  #answer(request: SeenRequest): Response {
    const changes = changesOf(request);
    const waiting = new Map<string, string[]>();
    const results = changes.map((change) => ({ change, ...this.#judge(change, waiting) }));
    return json({ ...pushAnswer(changes, results), schemaVersion: this.schemaVersion });
  }

  #judge(change: PushChange, waiting: Map<string, string[]>) {
    if (this.schemaVersion > 1) return this.#accept(change);
    const payload = change.payload ?? {};
    const unknown = waiting.get(change.entityId) ?? NEW_FIELDS.filter((name) => Object.hasOwn(payload, name));
    const invalid = [
      ...(payload['status'] === 'paused' ? ['status'] : []),
      ...(JSON.stringify(payload['title'] ?? '').length > 12 ? ['title'] : []),
    ];
    if (invalid.length > 0) {
      const fields = [...unknown, ...invalid];
      return { outcome: 'rejected', code: 'INVALID_FIELD', retryable: false, fields } as const;
    }
    if (unknown.length === 0) return this.#accept(change);
    waiting.set(change.entityId, unknown);
    return { outcome: 'rejected', code: 'UNKNOWN_FIELD', retryable: true, fields: unknown } as const;
  }

  #accept({ op, entity, entityId, payload }: PushChange) {
    const updatedAt = version(++this.#versions);
    const known = this.#rows.get(entityId);
    const row = {
      createdAt: updatedAt,
      deletedAt: null,
      more: null,
      ...known?.payload,
      ...payload,
      id: entityId,
      updatedAt,
    };
    if (op === 'delete') this.#rows.delete(entityId);
    else this.#rows.set(entityId, { op, entity, entityId, updatedAt, payload: row });
    return { outcome: 'applied', updatedAt } as const;
  }
}

async function open(options: Partial<BackhaulOptions> = {}) {
  const server = new OlderServer();
  const db = await openBackhaul(notes, {
    url: 'http://server.test',
    tenantId: TENANT,
    userId: 'user_ana',
    getToken: async () => 'token',
    autoSync: false,
    random: () => 0.5,
    estimateStorage: async () => ({}),
    fetch: server.fetch,
    indexedDB: new IDBFactory(),
    IDBKeyRange,
    ...options,
  });
  onTestFinished(() => db.sync.close());
  return { db, server, status: () => db.sync.status.get() };
}

const sent = ({ pushed }: ScriptedServer): unknown[] => pushed.map(({ payload }) => payload);

describe('on a server that is older than the app', () => {
  test('a new record gets there without what the server does not know, and that waits in sight', async () => {
    const { db, server } = await open();
    await db.notes.add({ id, title: 'a', status: 'open', color: 'red' });
    const { status } = await db.sync.now();
    expect(sent(server)).toEqual([
      { title: 'a', status: 'open', color: 'red', size: 1 },
      { title: 'a', status: 'open' },
    ]);
    expect(status).toMatchObject({ pending: 1, held: 1, heldForServer: 1, rejected: 0, schema: 'serverOlder' });
    expect(await db.notes.get(id)).toMatchObject({ title: 'a', color: 'red', size: 1, updatedAt: version(21) });

    // What else is edited does not wait with it.
    await db.notes.update(id, { title: 'b' });
    await db.sync.now();
    expect(server.pushed.slice(2).map(({ baseUpdatedAt, payload }) => [baseUpdatedAt, payload])).toEqual([
      [version(21), { title: 'b' }],
      [version(21), { color: 'red', size: 1 }],
    ]);
  });

  test('an edit of known and unknown fields is divided, and what follows it in the outbox goes with it', async () => {
    const { db, server } = await open();
    await db.notes.add({ id, title: 'a', status: 'open' });
    await db.sync.now();
    await db.notes.update(id, { title: 'b', color: 'red' });
    // In a change of its own, because the base is another one.
    await db.notes.put({ id, title: 'b', status: 'done', color: 'red', size: 1, updatedAt: version(5) } as never);
    await db.sync.now();
    expect(server.pushed.slice(3).map(({ payload }) => payload)).toContainEqual({ title: 'b' });
    expect(server.pushed.slice(3).map(({ payload }) => payload)).toContainEqual({ status: 'done' });
    expect(await db.table('_outbox').toArray()).toMatchObject([
      { payload: { size: 1 } },
      { payload: { color: 'red' } },
    ]);
    expect(await db.notes.get(id)).toMatchObject({ title: 'b', status: 'done', color: 'red' });
  });

  test('once the server is updated, it goes at once, however long it was to wait', async () => {
    const { db, server } = await open({ autoSync: true, pollInterval: 50 });
    await db.notes.add({ id, title: 'a', status: 'open', color: 'red' });
    await db.sync.whenSynced();
    await expect.poll(() => db.sync.status.get().lastPullAt).not.toBeNull();
    expect(db.sync.status.get()).toMatchObject({ held: 1, heldForServer: 1 });
    server.schemaVersion = 2;
    await expect.poll(() => db.sync.status.get().pending).toBe(0);
    expect(sent(server).at(-1)).toEqual({ color: 'red', size: 1 });
    expect(db.sync.status.get()).toMatchObject({ heldForServer: 0, schema: 'same' });
    // Rows that it read before lack what the server did not know.
    await expect.poll(() => server.pulls.filter((path) => !path.includes('since=')).length).toBe(2);
  });

  test('a value that only the app knows is held, and refused by a server that is not older', async () => {
    const { db, server } = await open();
    await db.notes.add({ id, title: 'a', status: 'open' });
    await db.sync.now();
    await db.notes.update(id, { status: 'paused', more: 'x' });
    const { status } = await db.sync.now();
    expect(status).toMatchObject({ rejected: 0, heldForServer: 2 });
    expect(sent(server).slice(-2)).toContainEqual({ more: 'x' });
    expect(await db.notes.get(id)).toMatchObject({ status: 'paused', more: 'x' });
    await db.notes.update(id, { title: 'longer than 20 characters' });
    expect((await db.sync.now()).status).toMatchObject({ rejected: 1 });
  });

  test('a record can not be made without a value that the server requires, so it waits as a whole', async () => {
    const { db, server } = await open();
    await db.notes.add({ id, title: 'a', status: 'paused', color: 'red' });
    const { status } = await db.sync.now();
    expect(status).toMatchObject({ pending: 1, heldForServer: 1, rejected: 0 });
    expect(sent(server)).toHaveLength(1);
    expect(await db.table('_outbox').toArray()).toMatchObject([
      { payload: { title: 'a', status: 'paused', color: 'red', size: 1 } },
    ]);
  });

  test('a record that is deleted takes what waits along', async () => {
    const { db, server } = await open();
    await db.notes.add({ id, title: 'a', status: 'open', color: 'red' });
    await db.sync.now();
    await db.notes.delete(id);
    await db.sync.now();
    expect(server.pushed.at(-1)).toMatchObject({ op: 'delete' });
    expect(db.sync.status.get().pending).toBe(0);
  });
});
