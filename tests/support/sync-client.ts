import { createTestApp, headersOf, type SignedIn, type TestApp, type TestAppOptions } from '@backhaul/server/testing';
import { fieldService, type PullResponse, type PushResponse } from '@backhaul/shared';
import { v7 } from 'uuid';

/** A caller that speaks the protocol by hand: no SDK between the test and the wire. */
export interface SyncClient {
  readonly userId: string;
  readonly token: string;
  readonly tenantId: string;
  readonly deviceId: string;
  /** The answer of any route, whatever its status. */
  call<Body = unknown>(method: Method, url: string, body?: object): Promise<{ status: number; body: Body }>;
  /** The same caller on the same device, asking for answers in a language. */
  speaking(language: string): SyncClient;
  /** Throws unless the push was taken. */
  push(changes: readonly unknown[], envelope?: object): Promise<PushResponse>;
  /** One page; throws unless it came. */
  pull(since?: string, limit?: number): Promise<PullResponse>;
  /** Every page until `hasMore` is false, and the cursor after the last. */
  pullAll(since?: string, limit?: number): Promise<{ changes: PullResponse['changes']; cursor: string }>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The service with one tenant and its manager. */
export interface World {
  readonly server: TestApp;
  readonly tenantId: string;
  readonly manager: SignedIn;
  /** A device of a member; a new one unless named. */
  device(member?: SignedIn, deviceId?: string): SyncClient;
  /** A member with the role employee and an employee record of their own. */
  employee(email: string, values?: object): Promise<{ member: SignedIn; employeeId: string }>;
  /** Another tenant of the same service and manager; closed with this one. */
  newTenant(name: string): Promise<World>;
  close(): Promise<void>;
}

export async function createWorld(options: TestAppOptions = {}): Promise<World> {
  const server = await createTestApp(options);
  const manager = await server.signIn('marta@example.com', 'Marta');
  const { id: tenantId } = await server.createTenant(manager.token, 'Shining Homes');
  return worldIn(server, manager, tenantId);
}

function worldIn(server: TestApp, manager: SignedIn, tenantId: string): World {
  const device = (member: SignedIn = manager, deviceId: string = v7()): SyncClient =>
    createClient(server, { ...member, tenantId, deviceId });
  return {
    server,
    tenantId,
    manager,
    device,
    async employee(email, values = {}) {
      const employeeId = v7();
      const office = device();
      const answer = await office.push([create('employee', employeeId, { name: email, ...values })]);
      if (answer.rejected.length > 0) throw new Error(JSON.stringify(answer.rejected));
      const member = await server.addMember(
        { token: manager.token, tenantId },
        { email, name: email.split('@')[0] ?? email, role: 'employee', employeeId },
      );
      return { member, employeeId };
    },
    newTenant: async (name) => worldIn(server, manager, (await server.createTenant(manager.token, name)).id),
    close: () => server.close(),
  };
}

function createClient(
  server: TestApp,
  caller: SignedIn & { tenantId: string; deviceId: string; language?: string },
): SyncClient {
  const { token, userId, tenantId, deviceId, language } = caller;
  const headers = {
    ...headersOf({ token, tenantId, deviceId }),
    ...(language === undefined ? {} : { 'accept-language': language }),
  };
  const call: SyncClient['call'] = async <Body>(method: Method, url: string, body?: object) => {
    const place = authorityOf(server);
    const response = await server.app.inject({
      method,
      url,
      headers,
      ...place,
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.statusCode, body: response.json<Body>() };
  };
  const expectOk = async <Body>(method: Method, url: string, body?: object): Promise<Body> => {
    const answer = await call<Body>(method, url, body);
    if (answer.status !== 200) throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const pull: SyncClient['pull'] = (since, limit) => {
    const query = new URLSearchParams();
    if (since !== undefined) query.set('since', since);
    if (limit !== undefined) query.set('limit', String(limit));
    return expectOk('GET', `/v1/sync/pull?${query}`);
  };
  return {
    userId,
    token,
    tenantId,
    deviceId,
    call,
    speaking: (wanted) => createClient(server, { ...caller, language: wanted }),
    push: (changes, envelope = {}) => expectOk('POST', '/v1/sync/push', { deviceId, changes, ...envelope }),
    pull,
    async pullAll(since, limit) {
      const changes: PullResponse['changes'] = [];
      let cursor = since;
      for (;;) {
        const page = await pull(cursor, limit);
        changes.push(...page.changes);
        cursor = page.nextCursor;
        if (!page.hasMore) return { changes, cursor };
      }
    },
  };
}

/** Where the service listens, if it does: its addresses then lead there. */
function authorityOf({ app }: TestApp): { authority?: string } {
  const bound = app.server.address();
  return typeof bound === 'object' && bound !== null ? { authority: `127.0.0.1:${bound.port}` } : {};
}

/** Changes as a well-behaved client sends them, with ids of their own. */
export function create(entity: string, entityId: string, payload: object, at: string = new Date().toISOString()) {
  return { changeId: v7(), op: 'upsert', entity, entityId, clientUpdatedAt: at, baseUpdatedAt: null, payload };
}

export function edit(entity: string, entityId: string, base: string | null, payload: object) {
  const clientUpdatedAt = new Date().toISOString();
  return { changeId: v7(), op: 'upsert', entity, entityId, clientUpdatedAt, baseUpdatedAt: base, payload };
}

export function remove(entity: string, entityId: string, base: string | null) {
  const clientUpdatedAt = new Date().toISOString();
  return { changeId: v7(), op: 'delete', entity, entityId, clientUpdatedAt, baseUpdatedAt: base };
}

/** A task that needs nothing else. */
export const TASK = { title: 'Windows', date: '2026-11-21', status: 'scheduled' } as const;

/** The manager of another tenant of the same service, on a device of their own. */
export async function createNeighbour({ server }: Pick<World, 'server'>): Promise<SyncClient> {
  const olga = await server.signIn('olga@example.com', 'Olga');
  const { id: tenantId } = await server.createTenant(olga.token, 'Neighbours');
  return createClient(server, { ...olga, tenantId, deviceId: v7() });
}

/** What a tenant holds, in numbers: to prove what was written, and what was not. */
export interface TenantState {
  readonly clock: string;
  readonly rows: number;
  readonly audit: number;
  readonly receipts: number;
  readonly conflicts: number;
}

export async function stateOf({ server, tenantId }: Pick<World, 'server' | 'tenantId'>): Promise<TenantState> {
  const count = (table: string): string => `(select count(*) from ${table} where tenant_id = $1)`;
  const rows = Object.values(fieldService.entities).map(({ table }) => count(table));
  const client = await server.services.database.pool.connect();
  try {
    await client.query(`begin; set local app.tenant_id = '${tenantId}'`);
    const state = await client.query<TenantState>(
      `select clock, ${rows.join(' + ')} as rows, ${count('audit')} as audit, ${count('receipts')} as receipts,
         ${count('conflicts')} as conflicts from tenant_clocks where tenant_id = $1`,
      [tenantId],
    );
    return state.rows[0] as TenantState;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

/** A push as text, for what no JSON serializer would write. */
export async function pushText(
  { server, tenantId }: Pick<World, 'server' | 'tenantId'>,
  { token, deviceId }: Pick<SyncClient, 'token' | 'deviceId'>,
  body: string,
): Promise<{ status: number; body: PushResponse & { error?: { code: string; details: Record<string, unknown> } } }> {
  const headers = { ...headersOf({ token, tenantId, deviceId }), 'content-type': 'application/json' };
  const response = await server.app.inject({ method: 'POST', url: '/v1/sync/push', headers, body });
  return { status: response.statusCode, body: response.json() };
}
