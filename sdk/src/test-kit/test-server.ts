import { type DeviceId, type Domain, type EscrowRequest, type Json, parseTenantId, type Role } from '@backhaul/shared';
import type { NewConflict } from '@backhaul/shared/engine';
import { v7 } from 'uuid';
import { createLine, type TestLine } from './line.ts';
import { createMemoryTenant, rowOf, rowsOf, type StoredRow, type TestMessage } from './memory/memory-tenant.ts';
import { addMember, changeMember, type TestMember, type TestPerson } from './people.ts';
import { revoke } from './service/devices.ts';
import { handle } from './service/routes.ts';
import { createStreams } from './service/streams.ts';
import { createSomeone, type Someone } from './someone.ts';

export interface TestServerOptions {
  /** A UUID; one of its own by default. */
  readonly tenantId?: string;
  /** Milliseconds since 1970; by default the platform's clock. */
  readonly now?: () => number;
  /** UUIDs; version 7 by default. */
  readonly newId?: () => string;
}

/** A record as a manager sees it; `null` values included. */
export type TestRecord = { readonly [field: string]: Json };

export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly deviceId: string | null;
  /** Of the answer; `null`: the server was down. */
  readonly status: number | null;
  /** The JSON that was sent; `null`: none. */
  readonly body: unknown;
}

/** One tenant of a service that lives in memory. */
export interface TestServer {
  readonly url: string;
  readonly tenantId: string;
  addMember(person?: TestPerson): TestMember;
  /** As a manager may; `removed` ends the membership. */
  changeMember(
    userId: string,
    change: { readonly role?: Role; readonly status?: 'active' | 'disabled' | 'removed' },
  ): void;
  /** A way to the server for one device of a member. */
  connect(member: string | Pick<TestMember, 'userId'>): TestLine;
  /** A member who writes from elsewhere. */
  as(member: string | Pick<TestMember, 'userId'>): Someone;
  /** As a manager does with a lost device. The id is `db.device.id`. */
  revoke(deviceId: string): void;
  /** `null`: there is none, or it is deleted. */
  record(entity: string, id: string): TestRecord | null;
  records(entity: string): TestRecord[];
  /** The conflict log, oldest first. */
  readonly conflicts: readonly NewConflict[];
  /** What devices have handed over, for a manager to decide about. */
  readonly escrowed: readonly EscrowRequest[];
  /** What customers would have been sent, in order. */
  readonly messages: readonly TestMessage[];
  /** The bytes of an attachment, once they have been uploaded. */
  file(attachmentId: string): ArrayBuffer | null;
  /** Everything that arrived, in order. */
  readonly requests: readonly SeenRequest[];
  /** The process ends: streams break and nothing is answered until `restart`. What was committed stays. */
  kill(): void;
  /** The next push is committed, and the process ends before it is answered. */
  killAfterNextPush(): void;
  restart(): void;
  /** Without a line: no faults. A token is `<user id>.0`. */
  readonly fetch: typeof fetch;
}

const URL_OF_KIT = 'http://backhaul.test';

/**
 * A service in memory that decides as the real one does, with the same code: admission, rights, merge, receipts, conflicts,
 * scopes and cursors. For tests of an app's offline flows; see the guide on testing.
 */
export function createTestServer(domain: Domain, options: TestServerOptions = {}): TestServer {
  const tenantId = parseTenantId(options.tenantId ?? v7());
  if (tenantId === null) throw new TypeError('tenantId must be a UUID');
  const now = options.now ?? Date.now;
  const newId = options.newId ?? (() => v7());
  const tenant = createMemoryTenant({ id: tenantId, domain, now, newId });
  const streams = createStreams(tenant);
  const requests: SeenRequest[] = [];
  let state: 'up' | 'dyingAfterPush' | 'down' = 'up';

  const kill = (): void => {
    state = 'down';
    streams.cut();
  };

  const exchange: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const body = typeof init?.body === 'string' ? init.body : '';
    const bytes = init?.body instanceof ArrayBuffer ? init.body : new ArrayBuffer(0);
    const request = { method: init?.method ?? 'GET', url, headers: new Headers(init?.headers), body, bytes };
    const seen = (status: number | null): void => {
      const { method, headers } = request;
      const deviceId = headers.get('x-device-id');
      requests.push({ method, path: url.pathname + url.search, deviceId, status, body: jsonOf(body) });
    };
    if (state === 'down') {
      seen(null);
      throw new TypeError('The test server is down');
    }
    const response = await handle(tenant, streams, request);
    if (state === 'dyingAfterPush' && url.pathname.endsWith('/push')) {
      seen(null);
      kill();
      throw new TypeError('The test server was killed');
    }
    seen(response.status);
    streams.tell();
    return response;
  };

  return {
    url: URL_OF_KIT,
    tenantId,
    addMember(person = {}) {
      const member = addMember(tenant, person);
      streams.tell();
      return member;
    },
    changeMember(userId, change) {
      changeMember(tenant, userId, change);
      streams.tell();
    },
    connect: (member) => createLine({ url: URL_OF_KIT, tenantId, userId: userIdOf(member), fetch: exchange, now }),
    as: (member) => createSomeone(tenant, userIdOf(member), () => streams.tell()),
    revoke(deviceId) {
      const device = tenant.devices.get(deviceId as DeviceId);
      if (!device) throw new Error('The server has never heard of this device');
      revoke(tenant, device);
      streams.tell();
    },
    record(entity, id) {
      const row = rowOf(tenant, entity, id);
      return row && row.deletedAt === null ? recordOf(row) : null;
    },
    records: (entity) => rowsOf(tenant, entity).flatMap((row) => (row.deletedAt === null ? [recordOf(row)] : [])),
    conflicts: tenant.conflicts,
    escrowed: tenant.escrowed,
    messages: tenant.messages.sent,
    file: (attachmentId) => tenant.objects.get(attachmentId)?.bytes ?? null,
    requests,
    kill,
    killAfterNextPush() {
      state = 'dyingAfterPush';
    },
    restart() {
      state = 'up';
    },
    fetch: exchange,
  };
}

function userIdOf(member: string | Pick<TestMember, 'userId'>): string {
  return typeof member === 'string' ? member : member.userId;
}

function recordOf({ id, values, createdAt, updatedAt }: StoredRow): TestRecord {
  return { id, createdAt, updatedAt, ...values };
}

function jsonOf(text: string): unknown {
  return text === '' ? null : JSON.parse(text);
}
