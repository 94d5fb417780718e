import { insertReceipts, readMemberNames, readReceipts, touchPushedDevice } from '@backhaul/db';
import type { ChangeId, DeviceId, DeviceReport, Language, PushRequest, PushResponse } from '@backhaul/shared';
import { PUSH_LIMITS } from '@backhaul/shared/schemas';
import type { Access } from '../../access/read-access.ts';
import { type Caller, type LockedAccess, withLockedAccess } from '../../access/with-locked-access.ts';
import {
  admitChange,
  answeredPeople,
  answeredRecords,
  answerPush,
  cleanReport,
  type DecidableChange,
  distrustFuture,
  measureClockOffset,
  newReceipts,
  sortByReceipt,
  type Writer,
} from '@backhaul/shared/engine';
import { ApiError } from '../../http/api-error.ts';
import { openView } from '../../projection/open-view.ts';
import type { Services } from '../../services.ts';
import { applyChanges } from './apply-changes.ts';
import { CHANGE_IDENTITY } from './change-identity.ts';
import { loadReplays } from './load-replays.ts';

export interface PushCaller extends Caller {
  readonly deviceId: DeviceId;
  /** Of the sentences about conflicts. */
  readonly language: Language;
  /** See `ApplyContext`. */
  readonly onRefused?: (error: unknown) => void;
}

/**
 * Takes a device's changes: everything that can be accepted is committed together, and each change gets its outcome, stored
 * as a receipt in the same transaction, so that sending a change again changes nothing (I3).
 *
 * Throws an ApiError when the request as a whole can not be taken; then nothing is written.
 */
export async function push(services: Services, caller: PushCaller, request: PushRequest): Promise<PushResponse> {
  if (request.changes.length > PUSH_LIMITS.maxChanges) {
    throw new ApiError('TOO_MANY_CHANGES', { details: { ...PUSH_LIMITS } });
  }
  // Before the lock: how long a change takes to check is the sender's choice, and everybody else would wait.
  const checked = checkChanges(services, caller.deviceId, request);
  return withLockedAccess(services, caller, (locked) => pushInside(services, locked, { caller, checked }));
}

interface CheckedPush {
  readonly changes: readonly DecidableChange[];
  readonly report: DeviceReport;
  /** `null`: the device does not say. */
  readonly schemaVersion: number | null;
  /** Milliseconds; `null`: not measured. */
  readonly clockOffset: number | null;
  readonly now: Date;
}

function checkChanges({ domain, now: readClock }: Services, deviceId: DeviceId, request: PushRequest): CheckedPush {
  const now = readClock();
  const clockOffset = measureClockOffset(request, now);
  const context = {
    domain,
    deviceId,
    now: now.toISOString(),
    clockOffset: clockOffset ?? 0,
    identity: CHANGE_IDENTITY,
  };
  const changes = (request.changes as readonly unknown[]).map((raw, index) => admitChange(raw, index, context));
  const { device, schemaVersion = null } = request;
  return { changes, report: cleanReport(device), schemaVersion, clockOffset, now };
}

async function pushInside(
  services: Services,
  { tx, clock, access }: LockedAccess,
  { caller, checked }: { caller: PushCaller; checked: CheckedPush },
): Promise<PushResponse> {
  const { domain, crypto, newId } = services;
  const { deviceId, language, onRefused } = caller;
  const { changes, report, schemaVersion, clockOffset, now } = checked;
  const receipts = await readReceipts(tx, changeIds(changes));
  const { fresh, settled } = sortByReceipt(changes, receipts, deviceId);

  const keyring = await crypto.keyring(tx);
  const writer = writerOf(access, deviceId);
  const applied = await applyChanges(tx, distrustFuture(fresh, clock.current), {
    domain,
    keyring,
    clock,
    writer,
    newId,
    onRefused,
  });
  await insertReceipts(tx, newReceipts([...settled, ...applied], deviceId), now.toISOString());
  await touchPushedDevice(tx, { deviceId, now: now.toISOString(), report, clockOffset, schemaVersion });
  const replays = await loadReplays(tx, { domain, keyring, settled });
  const { role, keys } = access;
  const view = await openView(tx, { domain, role, keys }, answeredRecords(applied, replays));
  const names = await readMemberNames(tx, answeredPeople(applied, replays));
  const reader = { domain, language, names };
  return answerPush({ view, domain, applied, settled, replays, reader, cursor: clock.current, now });
}

function writerOf({ userId, role, keys, pullCursor }: Access, deviceId: DeviceId): Writer {
  return {
    userId,
    deviceId,
    outbox: deviceId,
    pullCursor,
    authority: { kind: 'member', role, keys },
  };
}

function changeIds(changes: readonly DecidableChange[]): ChangeId[] {
  return [...new Set(changes.map(({ receipt }) => receipt?.changeId).filter((id) => id !== undefined))];
}
