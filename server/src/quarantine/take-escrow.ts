import { countEscrowRequest, withDirectory, withTenant } from '@backhaul/db';
import { type DeviceId, type EscrowRequest, parseInstant, type TenantId } from '@backhaul/shared';
import { ESCROW_LIMITS } from '@backhaul/shared/schemas';
import { refuseAccess } from '../access/refuse-access.ts';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import { ApiError } from '../http/api-error.ts';
import type { Identity } from '../http/identity.ts';
import type { Services } from '../services.ts';
import { measureClockOffset } from '@backhaul/shared/engine';
import { CHANGE_IDENTITY } from '../sync/push/change-identity.ts';
import { keepEscrow, sealItem } from './keep-escrow.ts';
import { readChange, readRejection } from './read-item.ts';

/** Of one device; a well-behaved one hands over ten thousand changes in twenty requests. */
export const ESCROW_RATE = { requests: 60, windowSeconds: 600 } as const;

export interface EscrowCaller {
  readonly tenantId: TenantId;
  readonly identity: Identity;
  readonly deviceId: DeviceId;
}

/**
 * Takes work that a device may not push any more, for a manager to decide about. Its owner may do so whatever became of the
 * device and the membership, and learns nothing by it: what is answered depends on what this device itself has handed over,
 * never on what the tenant holds.
 *
 * Throws NOT_FOUND for everybody else, RATE_LIMITED, TOO_MANY_CHANGES, ESCROW_FULL; then nothing is kept.
 */
export async function takeEscrow(services: Services, caller: EscrowCaller, request: EscrowRequest): Promise<void> {
  const keyring = await admitRequest(services, caller);
  const { changes, rejected = [] } = request;
  if (changes.length + rejected.length > ESCROW_LIMITS.maxChanges) {
    throw new ApiError('TOO_MANY_CHANGES', { details: { ...ESCROW_LIMITS } });
  }
  const now = services.now();
  const clockOffset = measureClockOffset(request, now);
  const context = {
    domain: services.domain,
    deviceId: caller.deviceId,
    now: now.toISOString(),
    clockOffset: clockOffset ?? 0,
    identity: CHANGE_IDENTITY,
  };
  // What was refused comes first: it is older than what the device had not sent yet.
  const items = [
    ...rejected.map((raw) => readRejection(raw, context)),
    ...changes.map((raw) => readChange(raw, context)),
  ];
  const facts = {
    reason: request.reason,
    set_aside_at: parseInstant(request.setAsideAt),
    clock_offset: clockOffset,
    received_at: context.now,
  };
  // Before the lock: everybody else would wait for it.
  const sealed = items.map((item) => sealItem(services, keyring, item));
  await withTenant(services.database, caller.tenantId, (tx) => keepEscrow(services, tx, { ...caller, sealed, facts }));
}

/** Whose device it is, and whether it may hand over more by now. In a transaction of its own, which counts refusals, too. */
async function admitRequest(services: Services, { tenantId, identity, deviceId }: EscrowCaller): Promise<Keyring> {
  const { database, crypto } = services;
  const { userId } = identity;
  const owned = await withDirectory(database, { userId, verifiedEmail: null }, (tx) =>
    tx.db
      .selectFrom('device_owners')
      .select('device_id')
      .where('device_id', '=', deviceId)
      .where('user_id', '=', userId)
      .executeTakeFirst(),
  );
  if (!owned) throw refuseAccess('NOT_FOUND', tenantId);
  const now = services.now();
  return withTenant(database, tenantId, async (tx) => {
    const known = await tx.db
      .selectFrom('devices')
      .select('device_id')
      .where('tenant_id', '=', tx.tenantId)
      .where('device_id', '=', deviceId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    if (!known) throw refuseAccess('NOT_FOUND', tenantId);
    const { windowSeconds } = ESCROW_RATE;
    const window = await countEscrowRequest(tx, { deviceId, now: now.toISOString(), windowSeconds });
    if (window.requests > ESCROW_RATE.requests) {
      const end = Date.parse(window.windowStart) + windowSeconds * 1000;
      throw new ApiError('RATE_LIMITED', { retryAfter: Math.max(1, Math.ceil((end - now.getTime()) / 1000)) });
    }
    return crypto.keyring(tx);
  });
}
