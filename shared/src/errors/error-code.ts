/** The closed list of codes. What each one means is in `error-policy.ts`, which a device does not need. */
export const ERROR_CODES = [
  // Requests
  'INVALID_JSON',
  'INVALID_REQUEST',
  'UNSUPPORTED_MEDIA_TYPE',
  'BODY_TOO_LARGE',
  'TOO_MANY_CHANGES',
  'ESCROW_FULL',
  'NOT_FOUND',
  'RATE_LIMITED',
  'INTERNAL',
  'UNAVAILABLE',
  // Identity
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  // Tenancy
  'TENANT_REQUIRED',
  'INVALID_ID',
  'FORBIDDEN',
  'MEMBER_DISABLED',
  'DEVICE_REVOKED',
  'DEVICE_MISMATCH',
  'LAST_MANAGER',
  'INVITE_PENDING',
  'ALREADY_MEMBER',
  // Pull
  'INVALID_CURSOR',
  'CURSOR_EXPIRED',
  'RESYNC_REQUIRED',
  // Stream
  'STREAM_UNSUPPORTED',
  'TOO_MANY_STREAMS',
  // Changes: a rejection inside a push, or the failure of a generic route
  'MALFORMED_CHANGE',
  'INVALID_FIELD',
  'INVALID_TEXT',
  'INVALID_DATE',
  'INVALID_AMOUNT',
  'REQUIRED_FIELD',
  'USE_DELETE',
  'UNKNOWN_FIELD',
  'UNKNOWN_ENTITY',
  'MISSING_REFERENCE',
  'DUPLICATE_VALUE',
  'RECORD_GONE',
  'CHANGE_ID_REUSED',
  'INTERNAL_CHANGE',
  // Conflicts and generic routes
  'RECORD_MOVED',
  'ALREADY_RESOLVED',
  'ALREADY_DECIDED',
  'ALREADY_EXISTS',
  // Attachments
  'TYPE_NOT_ALLOWED',
  'ATTACHMENT_TOO_LARGE',
  'ALREADY_UPLOADED',
  'UPLOAD_MISSING',
  'UPLOAD_MISMATCH',
  'UPLOAD_REFUSED',
  'CHECKSUM_MISMATCH',
  'OBJECT_EXISTS',
  'ATTACHMENTS_UNAVAILABLE',
  // Messages to customers
  'UNSUPPORTED',
  'NOT_SENDABLE',
  'UNREACHABLE',
  'OPTED_OUT',
  'OPEN_CONFLICT',
  'IDEMPOTENCY_KEY_REUSED',
  'NOT_SETTLEABLE',
  // Invoices
  'TOO_MANY_TASKS',
  'WINDOW_CLOSED',
  // Webhooks
  'INVALID_SIGNATURE',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];
