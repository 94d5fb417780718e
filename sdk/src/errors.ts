import type { ErrorCode } from '@backhaul/shared';

/**
 * What can go wrong on the device's side of the wire:
 * - `NETWORK`, `TIMEOUT`: no answer; `INVALID_RESPONSE`: an answer that is not the service's (a captive portal, a proxy);
 * - `TOKEN_UNAVAILABLE`: `getToken` failed;
 * - `STORAGE`: IndexedDB failed otherwise than below (a lost connection); nothing was half stored, and it is tried again;
 * - `STORAGE_FULL`: no space left; the write or the page was not stored;
 * - `STORAGE_UNAVAILABLE`: there is no IndexedDB here, or it may not be used (a private window, blocked cookies);
 * - `STORAGE_BLOCKED`: another tab, of another version, keeps the local database from being opened;
 * - `PART_UNAVAILABLE`: a part of the SDK that is loaded on demand could not be; nothing was done, and a later call, or a new page, tries again;
 * - `READ_ONLY`: a write to a table that the app may only read; `INVALID_VALUE`: a value that has no JSON form;
 * - `MEMBER_REMOVED`: this user is no member of the tenant any more; `SIGNED_OUT`: this local database was left;
 * - `UNSENT_WORK`: signing out would leave work behind; `details` has `pending`, `rejected`, `uploads` and `sends`;
 * - `ALREADY_SENT`, `STILL_NAMED`: a change that can not be undone, because it may have left the device, or because other
 *   pending changes refer to the record that it makes;
 * - `IN_TRANSACTION`: a call that has a transaction of its own, made inside one of the app's;
 * - `CLOSED`: the database has been closed.
 */
export type LocalErrorCode =
  | 'NETWORK'
  | 'TIMEOUT'
  | 'INVALID_RESPONSE'
  | 'TOKEN_UNAVAILABLE'
  | 'STORAGE'
  | 'STORAGE_FULL'
  | 'STORAGE_UNAVAILABLE'
  | 'STORAGE_BLOCKED'
  | 'PART_UNAVAILABLE'
  | 'READ_ONLY'
  | 'INVALID_VALUE'
  | 'INVALID_OPTIONS'
  | 'MEMBER_REMOVED'
  | 'SIGNED_OUT'
  | 'UNSENT_WORK'
  | 'ALREADY_SENT'
  | 'STILL_NAMED'
  | 'IN_TRANSACTION'
  | 'CLOSED';

export type BackhaulErrorCode = ErrorCode | LocalErrorCode;

/** Every error that the SDK itself throws. Switch on `code`; the message is for people. */
export class BackhaulError extends Error {
  override readonly name = 'BackhaulError';
  readonly code: BackhaulErrorCode;
  readonly details: { readonly [key: string]: unknown };

  constructor(code: BackhaulErrorCode, message: string, details: { readonly [key: string]: unknown } = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
