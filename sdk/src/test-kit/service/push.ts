import { type DeviceId, type Language, parseDeviceId, type PushRequest, type PushResponse } from '@backhaul/shared';
import {
  admitChange,
  answeredPeople,
  answeredRecords,
  answerPush,
  cleanReport,
  distrustFuture,
  measureClockOffset,
  newReceipts,
  recordKey,
  type Replays,
  type ReplayedConflict,
  type Settled,
  sortByReceipt,
  type Writer,
} from '@backhaul/shared/engine';
import { applyChanges } from '../memory/apply-changes.ts';
import { CHANGE_IDENTITY } from '../memory/change-identity.ts';
import type { MemoryTenant } from '../memory/memory-tenant.ts';
import { viewOf } from '../memory/view-of.ts';
import { type Access, type Caller, enter } from './access.ts';
import { Refusal } from './refusal.ts';

const MAX_CHANGES = 1000;

/** Takes a device's changes as the service does. Throws a Refusal; then nothing is kept. */
export function push(
  tenant: MemoryTenant,
  caller: Caller & { readonly language: Language },
  body: unknown,
): PushResponse {
  const { deviceId, request } = readRequest(caller, body);
  const { domain } = tenant;
  const now = new Date(tenant.now());
  const clockOffset = measureClockOffset(request, now);
  const context = {
    domain,
    deviceId,
    now: now.toISOString(),
    clockOffset: clockOffset ?? 0,
    identity: CHANGE_IDENTITY,
  };
  const changes = (request.changes as readonly unknown[]).map((raw, index) => admitChange(raw, index, context));
  const access = enter(tenant, { ...caller, deviceId });
  const writer = writerOf(access, deviceId);
  const receipts = [...tenant.receipts.values()];
  const { fresh, settled } = sortByReceipt(changes, receipts, deviceId);
  const applied = applyChanges(tenant, writer, distrustFuture(fresh, tenant.clock));
  for (const receipt of newReceipts([...settled, ...applied], deviceId)) {
    tenant.receipts.set(receipt.change_id, receipt);
  }
  noteReport(tenant, access, { request, clockOffset });
  const replays = replaysOf(tenant, settled);
  const viewer = { domain, role: access.member.role, keys: access.keys };
  const view = viewOf(tenant, viewer, answeredRecords(applied, replays));
  const people = answeredPeople(applied, replays);
  const names = new Map(people.map((userId) => [userId, tenant.members.get(userId)?.name ?? userId]));
  const reader = { domain, language: caller.language, names };
  return answerPush({ view, domain, applied, settled, replays, reader, cursor: tenant.clock, now });
}

function readRequest(caller: Caller, body: unknown): { readonly deviceId: DeviceId; readonly request: PushRequest } {
  const request = body as PushRequest;
  const isObject = typeof body === 'object' && body !== null;
  const deviceId = isObject ? parseDeviceId(request.deviceId) : null;
  if (deviceId === null || !Array.isArray(request.changes)) throw new Refusal('INVALID_REQUEST');
  if (caller.deviceId !== null && caller.deviceId !== deviceId) {
    throw new Refusal('INVALID_REQUEST', {}, 'X-Device-Id and deviceId name two devices');
  }
  if (request.changes.length > MAX_CHANGES) {
    throw new Refusal('TOO_MANY_CHANGES', { maxChanges: MAX_CHANGES, maxBytes: 5 * 1024 * 1024 });
  }
  return { deviceId, request };
}

function writerOf({ member, keys, device }: Access, deviceId: DeviceId): Writer {
  return {
    userId: member.userId,
    deviceId,
    outbox: deviceId,
    pullCursor: device?.pullCursor ?? null,
    authority: { kind: 'member', role: member.role, keys },
  };
}

/** Facts that a push does not carry keep their last value. */
function noteReport(
  tenant: MemoryTenant,
  { device }: Access,
  { request, clockOffset }: { readonly request: PushRequest; readonly clockOffset: number | null },
): void {
  if (!device) return;
  tenant.devices.set(device.id, {
    ...device,
    report: { ...device.report, ...cleanReport(request.device) },
    clockOffset: clockOffset ?? device.clockOffset,
    schemaVersion: request.schemaVersion ?? device.schemaVersion,
  });
}

function replaysOf(tenant: MemoryTenant, settled: readonly Settled[]): Replays {
  const repeated = settled.flatMap((outcome) => (outcome.kind === 'replayed' ? [outcome.change] : []));
  const keys = repeated.map(({ entity, entityId }) => recordKey(entity ?? '', entityId?.toLowerCase() ?? ''));
  const records = keys.flatMap((key) => {
    const row = tenant.rows.get(key);
    return row ? [[key, row] as const] : [];
  });
  const ids = new Set<unknown>(repeated.map(({ receipt }) => receipt?.changeId));
  const met = tenant.conflicts.flatMap(({ client, server, changeId, ...conflict }): ReplayedConflict[] => {
    if (changeId === null || !ids.has(changeId)) return [];
    const people = { clientUser: client.user, serverUser: server.user, resolution: null, resolvedBy: null };
    return [{ ...conflict, ...people, changeId }];
  });
  return { records: new Map(records), conflicts: Map.groupBy(met, ({ changeId }) => changeId) };
}
