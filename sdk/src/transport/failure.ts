import type { BackhaulErrorCode } from '../errors.ts';

/**
 * Why a request brought nothing, and what that means for the next one:
 * - `transient`: it may work by itself soon;
 * - `slow`: something has to change first (a right, a configuration), so it is asked rarely;
 * - `resync`: the local copies are too old to go on from;
 * - `revoked`: this device may not sync again.
 */
export interface Failure {
  readonly kind: 'transient' | 'slow' | 'resync' | 'revoked';
  readonly code: BackhaulErrorCode;
  readonly message: string;
  /** HTTP status; `null`: no answer. */
  readonly status: number | null;
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter: number | null;
}

export function failure(
  code: BackhaulErrorCode,
  message: string,
  rest: Partial<Omit<Failure, 'code' | 'message'>> = {},
): Failure {
  return { kind: 'transient', status: null, retryAfter: null, ...rest, code, message };
}

/** What an answer with an error code means. The status decides for codes that this app does not know. */
export function failureKind(status: number, code: BackhaulErrorCode): Failure['kind'] {
  if (code === 'DEVICE_REVOKED') return 'revoked';
  if (RESYNC_CODES.has(code)) return 'resync';
  return status >= 500 || PASSING_STATUSES.has(status) ? 'transient' : 'slow';
}

const RESYNC_CODES: ReadonlySet<BackhaulErrorCode> = new Set([
  'CURSOR_EXPIRED',
  'RESYNC_REQUIRED',
  // A cursor that was not understood can only be dropped.
  'INVALID_CURSOR',
]);

/** Client errors that go away by themselves: a token is renewed, a timeout or a limit passes. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([401, 408, 425, 429]);
