import {
  DEFAULT_LANGUAGE,
  type EscrowRequest,
  LANGUAGES,
  parseDeviceId,
  parseTenantId,
  parseUserId,
  type UserId,
} from '@backhaul/shared';
import type { MemoryTenant } from '../memory/memory-tenant.ts';
import { type Caller, enter } from './access.ts';
import { completeUpload, deleteAttachment, presignDownload, presignUpload } from './attachments.ts';
import { listDevices, revokeDevice } from './devices.ts';
import { exchangeObject, isOfObjects } from './objects.ts';
import { noteSighting, planOf, pull } from './pull.ts';
import { push } from './push.ts';
import { answer, Refusal, refused, strangerTo } from './refusal.ts';
import { send } from './sends.ts';
import type { Streams } from './streams.ts';

export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** As text; empty: none. */
  readonly body: string;
  /** Of an upload. */
  readonly bytes: ArrayBuffer;
}

/** Answers a request as the service does, and its object store. What it does not know is `NOT_FOUND`. */
export async function handle(tenant: MemoryTenant, streams: Streams, request: WireRequest): Promise<Response> {
  try {
    return isOfObjects(request.url) ? await exchangeObject(tenant, request) : route(tenant, streams, request);
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    throw error;
  }
}

function route(tenant: MemoryTenant, streams: Streams, request: WireRequest): Response {
  const { method, url, headers } = request;
  const userId = userOf(headers);
  const path = url.pathname.replace(/^.*\/v1(?=\/)/, '');
  if (method === 'GET' && path === '/tenants') return answer({ tenants: tenantsOf(tenant, userId) });
  const caller = callerOf(headers, userId);
  const activated = /^\/tenants\/([^/]+)\/activate$/.exec(path)?.[1];
  if (method === 'POST' && activated !== undefined) {
    namedTenant(tenant, activated);
    const { deviceId } = bodyOf(request) as { deviceId?: unknown };
    enter(tenant, { userId, deviceId: parseDeviceId(deviceId) });
    return answer({ ok: true });
  }
  namedTenant(tenant, headers.get('x-tenant-id'));
  switch (`${method} ${path}`) {
    case 'POST /sync/push':
      return answer(push(tenant, { ...caller, language: languageOf(headers) }, bodyOf(request)));
    case 'GET /sync/pull':
      return answer(pull(tenant, caller, { ...pageOf(url), limit: limitOf(url) }));
    case 'GET /sync/stream':
      return openStream(tenant, streams, caller, url);
    case 'POST /escrow':
      return takeEscrow(tenant, caller, bodyOf(request) as EscrowRequest);
    case 'GET /devices':
      return answer({ devices: listDevices(tenant, caller) });
    case 'POST /attachments/presign':
      return answer(presignUpload(tenant, caller, { body: bodyOf(request), origin: url.origin }));
    case 'POST /attachments/complete':
      return answer(completeUpload(tenant, caller, bodyOf(request)));
  }
  const attachment = /^\/attachments\/([^/]+)\/presign$/.exec(path)?.[1];
  if (method === 'GET' && attachment !== undefined) {
    return answer(presignDownload(tenant, caller, { id: attachment, origin: url.origin }));
  }
  const deleted = /^\/attachments\/([^/]+)$/.exec(path)?.[1];
  if (method === 'DELETE' && deleted !== undefined) return answer(deleteAttachment(tenant, caller, deleted));
  const [, sendPath, sentId] = /^\/([^/]+)\/([^/]+)\/send$/.exec(path) ?? [];
  if (method === 'POST' && sendPath !== undefined && sentId !== undefined) {
    return answer(send(tenant, caller, { path: sendPath, id: sentId, body: bodyOf(request) }), 202);
  }
  const device = /^\/devices\/([^/]+)$/.exec(path)?.[1];
  if (method === 'DELETE' && device !== undefined) {
    revokeDevice(tenant, caller, device);
    return answer({ ok: true });
  }
  throw new Refusal('NOT_FOUND');
}

/** A token of the kit is `<user id>.<generation>`. */
function userOf(headers: Headers): UserId {
  const token = /^Bearer (.+)\.\d+$/.exec(headers.get('authorization') ?? '')?.[1];
  const userId = token === undefined ? null : parseUserId(token);
  if (userId === null) throw new Refusal('UNAUTHENTICATED');
  return userId;
}

function callerOf(headers: Headers, userId: UserId): Caller {
  const named = headers.get('x-device-id');
  const deviceId = named === null ? null : parseDeviceId(named);
  if (named !== null && deviceId === null) throw new Refusal('INVALID_ID', { header: 'X-Device-Id' });
  return { userId, deviceId };
}

function namedTenant(tenant: MemoryTenant, named: string | null): void {
  if (named === null) throw new Refusal('TENANT_REQUIRED');
  const tenantId = parseTenantId(named);
  if (tenantId === null) throw new Refusal('INVALID_ID', { header: 'X-Tenant-Id' });
  if (tenantId !== tenant.id) throw strangerTo(tenantId);
}

function languageOf(headers: Headers) {
  const wanted = headers.get('accept-language')?.slice(0, 2).toLowerCase();
  return LANGUAGES.find((language) => language === wanted) ?? DEFAULT_LANGUAGE;
}

function bodyOf({ body }: WireRequest): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal('INVALID_JSON');
  }
}

function pageOf({ searchParams }: URL) {
  const schemaVersion = searchParams.get('schemaVersion');
  return { since: searchParams.get('since'), schemaVersion: schemaVersion === null ? null : Number(schemaVersion) };
}

function limitOf({ searchParams }: URL): number {
  const limit = Number(searchParams.get('limit') ?? 500);
  if (!Number.isInteger(limit) || limit < 1 || limit > 5000) throw new Refusal('INVALID_REQUEST');
  return limit;
}

function tenantsOf(tenant: MemoryTenant, userId: UserId) {
  const member = tenant.members.get(userId);
  return member ? [{ id: tenant.id, name: 'Test', role: member.role, status: member.status }] : [];
}

function openStream(tenant: MemoryTenant, streams: Streams, caller: Caller, url: URL): Response {
  const access = enter(tenant, caller);
  if (access.device === null)
    throw new Refusal('INVALID_REQUEST', { header: 'X-Device-Id' }, 'A stream needs X-Device-Id');
  const { since, schemaVersion } = pageOf(url);
  noteSighting(tenant, access, { plan: planOf(tenant, access, since), schemaVersion });
  return streams.open(access, caller, since);
}

/** The owner of a device may hand over, whatever became of the device and the membership. */
function takeEscrow(tenant: MemoryTenant, { userId }: Caller, request: EscrowRequest): Response {
  const deviceId = parseDeviceId(request.deviceId);
  const device = deviceId === null ? undefined : tenant.devices.get(deviceId);
  if (device?.userId !== userId) throw strangerTo(tenant.id);
  tenant.escrowed.push(request);
  return answer({ ok: true }, 202);
}
