import { createTestServer, type TestServer } from '@backhaul/sdk/testing';
import { advanceNotification, createTestApp, headersOf, type SignedIn, type TestApp } from '@backhaul/server/testing';
import { type ConflictsResponse, fieldService, type TenantId } from '@backhaul/shared';
import { v7 } from 'uuid';
import { type Cast, castFor, DEVICES, type Person, PEOPLE } from './cast.ts';

export interface Answered {
  readonly status: number;
  readonly body: unknown;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  /** In place of the tenant's. */
  readonly tenantId?: string;
}

/** One of the two that must answer alike. */
export interface Party {
  call(as: { readonly person: Person; readonly device: string }, call: Call): Promise<Answered>;
  /** At the object store, by an address that was given. Answers text as it is. */
  exchange(
    url: string,
    call: {
      readonly method: 'PUT' | 'GET';
      readonly headers: { readonly [name: string]: string };
      readonly text: string;
    },
  ): Promise<Answered>;
  /** Takes messages to the customer, as the worker does; what has left is not taken again. */
  deliver(notificationIds: readonly string[]): Promise<void>;
  changeMember(
    person: Person,
    change: { readonly role?: 'manager' | 'employee'; readonly status?: string },
  ): Promise<void>;
  /** The conflict log, oldest first, as far as both keep it. */
  conflicts(): Promise<object[]>;
}

/** A new tenant on both sides, with the same ids and people. */
export interface Meeting {
  readonly cast: Cast;
  readonly parties: { readonly service: Party; readonly kit: Party };
}

/** The real service on the real database, one for all histories. */
export interface Service {
  readonly app: TestApp;
  readonly people: { readonly [P in Person]: SignedIn };
  close(): Promise<void>;
}

export async function startService(): Promise<Service> {
  const app = await createTestApp();
  const people = {} as { [P in Person]: SignedIn };
  for (const name of PEOPLE) people[name] = await app.signIn(`${name}@example.com`, name);
  return { app, people, close: () => app.close() };
}

export async function meet({ app, people }: Service): Promise<Meeting> {
  const { id: tenantId } = await app.createTenant(people.marta.token, 'Shining Homes');
  const users = { marta: people.marta.userId, ana: people.ana.userId, bruno: people.bruno.userId };
  const cast = castFor(tenantId, users);
  const kit = createTestServer(fieldService, { tenantId });
  kit.addMember({ userId: users.marta, name: 'marta' });
  const parties = { service: serviceParty(app, people, cast), kit: kitParty(kit, cast) };
  const office = { person: 'marta', device: v7() } as const;
  for (const party of [parties.service, parties.kit]) await expectTaken(party, office, setUp(cast));
  for (const name of ['ana', 'bruno'] as const) {
    const employeeId = cast.records[`${name}Record`];
    const manager = { token: people.marta.token, tenantId };
    await app.addMember(manager, { email: `${name}@example.com`, name, role: 'employee', employeeId });
    kit.addMember({ userId: users[name], name, role: 'employee', record: { id: employeeId } });
  }
  // From here on the clock of both is the version of a record that everybody sees.
  for (const party of [parties.service, parties.kit]) await expectTaken(party, office, [rename(cast)]);
  return { cast, parties };
}

const AT = '2026-01-01T00:00:00.000Z';

function setUp({ records }: Cast): object[] {
  const made = (entity: string, entityId: string, payload: object) => ({
    changeId: v7(),
    op: 'upsert',
    entity,
    entityId,
    clientUpdatedAt: AT,
    baseUpdatedAt: null,
    payload,
  });
  return [
    made('team', records.teamA, { name: 'A' }),
    made('team', records.teamB, { name: 'B' }),
    made('employee', records.anaRecord, { name: 'Ana', teamId: records.teamA, hourlyRate: 20, phone: '1' }),
    made('employee', records.brunoRecord, { name: 'Bruno', teamId: records.teamB, hourlyRate: 21 }),
  ];
}

function rename({ records }: Cast): object {
  const named = { changeId: v7(), op: 'upsert', entity: 'team', entityId: records.teamA };
  return { ...named, clientUpdatedAt: AT, payload: { name: 'Team A' } };
}

async function expectTaken(
  party: Party,
  as: { readonly person: Person; readonly device: string },
  changes: readonly object[],
): Promise<void> {
  const call: Call = { method: 'POST', path: '/v1/sync/push', body: { deviceId: as.device, changes } };
  const { status, body } = await party.call(as, call);
  const { rejected } = body as { rejected?: readonly unknown[] };
  if (status !== 200 || rejected?.length !== 0) throw new Error(`${status} ${JSON.stringify(body)}`);
}

function serviceParty(app: TestApp, people: Service['people'], { tenantId }: Cast): Party {
  const inject = async (token: string, device: string, { method, path, body, tenantId: other }: Call) => {
    const headers = headersOf({ token, tenantId: other ?? tenantId, deviceId: device });
    const response = await app.app.inject({ method, url: path, headers, ...(body ? { body } : {}) });
    return { status: response.statusCode, body: response.json<unknown>() };
  };
  return {
    call: ({ person, device }, call) => inject(people[person].token, device, call),
    async exchange(url, { method, headers, text }) {
      const { pathname, search } = new URL(url);
      const sent = method === 'PUT' ? { body: Buffer.from(text), headers } : {};
      const response = await app.app.inject({ method, url: pathname + search, ...sent });
      return { status: response.statusCode, body: codeOrText(response.statusCode, response.body) };
    },
    async deliver(notificationIds) {
      const key = { tenantId: tenantId as TenantId };
      for (const notificationId of notificationIds) await advanceNotification(app.services, { ...key, notificationId });
    },
    async changeMember(person, change) {
      const url = `/v1/members/${people[person].userId}`;
      const headers = headersOf({ token: people.marta.token, tenantId });
      const isRemoval = change.status === 'removed';
      const response = await app.app.inject({
        method: isRemoval ? 'DELETE' : 'PATCH',
        url,
        headers,
        ...(isRemoval ? {} : { body: change }),
      });
      if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${response.body}`);
    },
    async conflicts() {
      const headers = headersOf({ token: people.marta.token, tenantId });
      const response = await app.app.inject({ url: '/v1/conflicts?limit=500', headers });
      return response.json<ConflictsResponse>().conflicts.map((conflict) => {
        const side = ({ values, by, device, at }: typeof conflict.client) => ({
          values: withoutNulls(values),
          user: by?.userId ?? null,
          device,
          at,
        });
        const { entity, entityId, fields, kind, policy, winner, createdAt } = conflict;
        return {
          entity,
          entityId,
          fields,
          kind,
          policy,
          winner,
          version: createdAt,
          client: side(conflict.client),
          server: side(conflict.server),
        };
      });
    },
  };
}

function kitParty(kit: TestServer, { tenantId, users }: Cast): Party {
  return {
    async call({ person, device }, { method, path, body, tenantId: other }) {
      const headers = headersOf({ token: `${users[person]}.0`, tenantId: other ?? tenantId, deviceId: device });
      const response = await kit.fetch(`${kit.url}${path}`, {
        method,
        headers,
        body: body ? JSON.stringify(body) : null,
      });
      return { status: response.status, body: await response.json() };
    },
    async exchange(url, { method, headers, text }) {
      const bytes = new TextEncoder().encode(text).slice().buffer;
      const response = await kit.fetch(url, method === 'PUT' ? { method, headers, body: bytes } : { method });
      return { status: response.status, body: codeOrText(response.status, await response.text()) };
    },
    deliver: async () => undefined,
    async changeMember(person, change) {
      kit.changeMember(users[person], change as Parameters<TestServer['changeMember']>[1]);
    },
    async conflicts() {
      return kit.conflicts.map(({ entity, entityId, fields, kind, policy, winner, version, client, server }) => ({
        entity,
        entityId,
        fields,
        kind,
        policy,
        winner,
        version,
        client: { ...client, values: withoutNulls(client.values) },
        server: { ...server, values: withoutNulls(server.values) },
      }));
    },
  };
}

/** Messages of a store are its own. */
function codeOrText(status: number, text: string): unknown {
  return status < 400 ? text : (JSON.parse(text) as { error: { code: string } }).error.code;
}

function withoutNulls(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
}

export const personOn = (device: number): Person => DEVICES[device] as Person;
