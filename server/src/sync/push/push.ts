import {
  insertReceipts,
  lockTenantClock,
  type Receipt,
  readReceipts,
  saveTenantClock,
  type TenantClock,
  type TenantTx,
  touchPushedDevice,
  withTenant,
} from '@backhaul/db';
import {
  type DeviceId,
  isRetryable,
  type PushRequest,
  type PushResponse,
  type TenantId,
  type UserId,
} from '@backhaul/shared';
import { PUSH_LIMITS } from '@backhaul/shared/schemas';
import { cleanReport, measureClockOffset } from './device-facts.ts';
import { type Access, readAccess } from '../../access/read-access.ts';
import type { Keyring } from '../../crypto/tenant-crypto.ts';
import { registerDevice } from '../../devices/register-device.ts';
import { ApiError } from '../../http/api-error.ts';
import type { Services } from '../../services.ts';
import { admitChange } from './admit.ts';
import { answerPush } from './answer.ts';
import { applyChanges } from './apply-changes.ts';
import type { AdmittedChange, ChangeOutcome, RejectedChange, Writer } from './change.ts';
import { loadReplays } from './load-replays.ts';
import { type Settled, sortByReceipt } from './sort-by-receipt.ts';

export interface PushCaller {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly deviceId: DeviceId;
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
  const attempt = () =>
    withTenant(services.database, caller.tenantId, (tx) => pushInside(tx, services, caller, request));
  const answer = await attempt();
  if (answer) return answer;
  const { platform, appVersion } = request.device ?? {};
  await registerDevice(services, { ...caller, platform, appVersion });
  const second = await attempt();
  if (!second) throw new Error('A device that was just registered is unknown');
  return second;
}

/** `null`: the device is not registered yet, and nothing was written. */
async function pushInside(
  tx: TenantTx,
  services: Services,
  { userId, deviceId }: PushCaller,
  request: PushRequest,
): Promise<PushResponse | null> {
  const { domain, crypto, newId } = services;
  const clock = await lockTenantClock(tx);
  if (!clock) throw new ApiError('NOT_FOUND');
  const entered = await readAccess(tx, { domain, userId, deviceId });
  if (entered.kind === 'refused') throw new ApiError(entered.code);
  if (entered.kind === 'unknownDevice') return null;

  const now = services.now();
  const measured = measureClockOffset(request, now);
  const admitted = (request.changes as readonly unknown[]).map((raw, index) =>
    admitChange(raw, index, { domain, deviceId, now: now.toISOString(), clockOffset: measured ?? 0 }),
  );
  const receipts = await readReceipts(tx, changeIds(admitted));
  const { fresh, settled } = sortByReceipt(admitted, receipts, deviceId);

  const keyring = await crypto.keyring(tx);
  const writer = writerOf(entered.access, deviceId);
  const applied = await applyChanges(tx, fresh, { domain, keyring, clock, writer, newId });
  await insertReceipts(tx, newReceipts([...settled, ...applied], deviceId), now.toISOString());
  await touchPushedDevice(tx, {
    deviceId,
    now: now.toISOString(),
    report: cleanReport(request.device),
    clockOffset: measured,
  });
  return finish(tx, { services, clock, keyring, access: entered.access, settled, applied, now });
}

async function finish(
  tx: TenantTx,
  context: {
    services: Services;
    clock: TenantClock;
    keyring: Keyring;
    access: Access;
    settled: readonly Settled[];
    applied: readonly ChangeOutcome[];
    now: Date;
  },
): Promise<PushResponse> {
  const { services, clock, keyring, access, settled, applied, now } = context;
  const replays = await loadReplays(tx, { domain: services.domain, keyring, settled });
  await saveTenantClock(tx, clock);
  return answerPush({ domain: services.domain, access, applied, settled, replays, cursor: clock.current, now });
}

function writerOf({ userId, memberName, role, keys, pullCursor }: Access, deviceId: DeviceId): Writer {
  return { userId, name: memberName, deviceId, pullCursor, authority: { kind: 'member', role, keys } };
}

function changeIds(changes: readonly (AdmittedChange | RejectedChange)[]): Receipt['change_id'][] {
  return [...new Set(changes.map(({ receipt }) => receipt?.changeId).filter((id) => id !== undefined))];
}

/** Every outcome is kept but those that may turn out differently later, and those of changes that have no usable id. */
function newReceipts(outcomes: readonly (Settled | ChangeOutcome)[], deviceId: DeviceId): Receipt[] {
  return outcomes.flatMap((outcome): Receipt[] => {
    switch (outcome.kind) {
      case 'replayed':
        return [];
      case 'accepted': {
        const { receipt } = outcome.change;
        if (!receipt) return [];
        return [
          {
            ...named(receipt, deviceId),
            outcome: outcome.outcome,
            code: null,
            message: null,
            fields: null,
            version: outcome.record.updatedAt,
          },
        ];
      }
      case 'rejected': {
        const { receipt, code, message, fields } = outcome;
        if (!receipt || isRetryable(code) || code === 'CHANGE_ID_REUSED') return [];
        return [
          { ...named(receipt, deviceId), outcome: 'rejected', code, message, fields: [...fields], version: null },
        ];
      }
    }
  });
}

function named(
  { changeId, contentHash }: NonNullable<AdmittedChange['receipt']>,
  deviceId: DeviceId,
): Pick<Receipt, 'change_id' | 'device_id' | 'content_hash'> {
  return { change_id: changeId, device_id: deviceId, content_hash: contentHash };
}
