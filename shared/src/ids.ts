declare const brand: unique symbol;

/** A string that only the parser of its kind can make. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

export type TenantId = Branded<'TenantId'>;
export type RecordId = Branded<'RecordId'>;
export type ChangeId = Branded<'ChangeId'>;
export type DeviceId = Branded<'DeviceId'>;

/** The `sub` of the identity provider's token (Clerk: `user_...`). Not a UUID. */
export type UserId = Branded<'UserId'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Any RFC 9562 UUID in its 36-character form; answered in lower case, `null` for anything else. */
function parseUuid(value: unknown): string | null {
  return typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : null;
}

export const parseTenantId = (value: unknown): TenantId | null => parseUuid(value) as TenantId | null;
export const parseRecordId = (value: unknown): RecordId | null => parseUuid(value) as RecordId | null;
export const parseChangeId = (value: unknown): ChangeId | null => parseUuid(value) as ChangeId | null;
export const parseDeviceId = (value: unknown): DeviceId | null => parseUuid(value) as DeviceId | null;

/** 1 to 255 letters, digits and separators, which covers the subjects of the common providers (`user_2ab`, `auth0|5f7c`). */
export function parseUserId(value: unknown): UserId | null {
  return typeof value === 'string' && /^[\w.:@|~+=/-]{1,255}$/.test(value) ? (value as UserId) : null;
}
