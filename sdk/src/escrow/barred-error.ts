import type { EscrowReason } from '@backhaul/shared';
import { BackhaulError, type BackhaulErrorCode } from '../errors.ts';
import type { SyncError } from '../status/sync-status.ts';

const BARRED: { readonly [R in EscrowReason]: { readonly code: BackhaulErrorCode; readonly message: string } } = {
  revoked: { code: 'DEVICE_REVOKED', message: 'This device has been revoked' },
  removed: { code: 'MEMBER_REMOVED', message: 'This user is no member any more' },
  disabled: { code: 'MEMBER_DISABLED', message: 'This member has been disabled' },
  signedOut: { code: 'SIGNED_OUT', message: 'This user has signed out' },
};

/** What a write is refused with while nothing may be written. */
export function barredError(reason: EscrowReason): BackhaulError {
  const { code, message } = BARRED[reason];
  return new BackhaulError(code, message);
}

export function barredStatus(reason: EscrowReason | null): SyncError | null {
  return reason === null ? null : BARRED[reason];
}

const REASONS: ReadonlyMap<BackhaulErrorCode, EscrowReason> = new Map([
  ['DEVICE_REVOKED', 'revoked'],
  ['MEMBER_REMOVED', 'removed'],
  ['MEMBER_DISABLED', 'disabled'],
]);

/** Why the failure of a request ends this device's work in the tenant; `null`: it does not. */
export function barReasonOf(code: BackhaulErrorCode): EscrowReason | null {
  return REASONS.get(code) ?? null;
}
