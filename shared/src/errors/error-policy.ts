import type { ErrorCode } from './error-code.ts';

/** How loudly the service logs an error; expected outcomes stay quiet. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * What a sender may do next:
 * - `never`: the same request fails the same way, a human or other content is needed;
 * - `later`: the same request may succeed by itself (another record, a newer server, less load);
 * - `signIn`: with a fresh token;
 * - `resync`: after dropping the local copies (never the outbox) and pulling from the start.
 */
export type RetryClass = 'never' | 'later' | 'signIn' | 'resync';

export interface ErrorPolicy {
  readonly status: number;
  readonly retry: RetryClass;
  readonly log: LogLevel;
  /** One sentence for the reference: what it means and what to do. */
  readonly meaning: string;
}

const policy = (status: number, retry: RetryClass, log: LogLevel, meaning: string): ErrorPolicy => ({
  status,
  retry,
  log,
  meaning,
});

/**
 * What each code of the closed list means. Clients switch on codes, never on message text. The status is the HTTP status of
 * a whole request that fails with the code, also where a generic route reports what would be one change's rejection in a
 * push.
 */
export const ERROR_POLICY = {
  // Requests
  INVALID_JSON: policy(400, 'never', 'info', 'The body is not JSON.'),
  INVALID_REQUEST: policy(
    400,
    'never',
    'info',
    'A parameter, header or body field is missing or of the wrong type; see details.',
  ),
  UNSUPPORTED_MEDIA_TYPE: policy(415, 'never', 'info', 'Bodies are application/json.'),
  BODY_TOO_LARGE: policy(413, 'never', 'info', 'The body exceeds the limit in details.maxBytes; send less at a time.'),
  TOO_MANY_CHANGES: policy(
    413,
    'never',
    'info',
    'A request holds more changes than details.maxChanges; send fewer at a time.',
  ),
  ESCROW_FULL: policy(
    413,
    'never',
    'info',
    'This device has handed over as much as is kept of one; see details.keptChanges and details.keptBytes.',
  ),
  NOT_FOUND: policy(404, 'never', 'info', 'No such route or record, or a tenant the caller is not in.'),
  RATE_LIMITED: policy(429, 'later', 'info', 'Too many requests; wait for Retry-After seconds.'),
  INTERNAL: policy(500, 'later', 'error', 'A fault of the service; quote the x-request-id.'),
  UNAVAILABLE: policy(503, 'later', 'warn', 'The database can not be reached or the service is closing; try again.'),
  // Identity
  UNAUTHENTICATED: policy(
    401,
    'signIn',
    'info',
    'The bearer token is missing, malformed, forged or from another issuer.',
  ),
  TOKEN_EXPIRED: policy(401, 'signIn', 'info', 'The bearer token has expired; get a fresh one and repeat.'),
  // Tenancy
  TENANT_REQUIRED: policy(400, 'never', 'info', 'Name the tenant in X-Tenant-Id, or activate one on this device.'),
  INVALID_ID: policy(400, 'never', 'info', 'An id is not a UUID.'),
  FORBIDDEN: policy(403, 'never', 'info', "The member's role does not allow this."),
  MEMBER_DISABLED: policy(403, 'never', 'info', 'A manager has disabled this member.'),
  DEVICE_REVOKED: policy(403, 'never', 'info', 'A manager has revoked this device; its local copy must be wiped.'),
  DEVICE_MISMATCH: policy(403, 'never', 'warn', 'This device belongs to another user.'),
  LAST_MANAGER: policy(409, 'never', 'info', 'The last active manager can be neither demoted, disabled nor removed.'),
  INVITE_PENDING: policy(409, 'never', 'info', 'This email already has a pending invite.'),
  ALREADY_MEMBER: policy(409, 'never', 'info', 'This email already belongs to a member.'),
  // Pull
  INVALID_CURSOR: policy(400, 'never', 'info', 'A cursor was not echoed as it was given.'),
  CURSOR_EXPIRED: policy(410, 'resync', 'info', 'Deletions newer than the cursor have been purged; resync.'),
  RESYNC_REQUIRED: policy(
    409,
    'resync',
    'info',
    "The cursor is ahead of the server or older than the member's scope; resync.",
  ),
  // Stream
  STREAM_UNSUPPORTED: policy(501, 'never', 'info', 'No stream can live in this deployment; pull from time to time.'),
  TOO_MANY_STREAMS: policy(
    503,
    'later',
    'info',
    'The instance serves as many streams as it may; pull meanwhile, and wait for Retry-After seconds.',
  ),
  // Changes: a rejection inside a push, or the failure of a generic route
  MALFORMED_CHANGE: policy(
    422,
    'never',
    'info',
    'The change is not an object, or its op, ids or times are missing or malformed.',
  ),
  INVALID_FIELD: policy(422, 'never', 'info', 'A field has the wrong type or is not one of its values.'),
  INVALID_TEXT: policy(422, 'never', 'info', 'A text is too long, or has a NUL character or half of a surrogate pair.'),
  INVALID_DATE: policy(422, 'never', 'info', 'A date or instant is misspelled or does not exist.'),
  INVALID_AMOUNT: policy(422, 'never', 'info', 'An amount is not a number with at most two decimals below 10^12.'),
  REQUIRED_FIELD: policy(422, 'never', 'info', 'A required field is missing, null or blank.'),
  USE_DELETE: policy(422, 'never', 'info', 'A payload sets deletedAt; send a delete.'),
  UNKNOWN_FIELD: policy(
    422,
    'later',
    'info',
    'The server does not know a field yet; kept by the device, tried again later.',
  ),
  UNKNOWN_ENTITY: policy(
    422,
    'later',
    'info',
    'The server does not know the entity yet; kept by the device, tried again later.',
  ),
  MISSING_REFERENCE: policy(422, 'later', 'info', 'A field names a record that this tenant does not have (yet).'),
  DUPLICATE_VALUE: policy(409, 'never', 'info', 'Another live record already has this value in a unique field.'),
  RECORD_GONE: policy(
    409,
    'never',
    'info',
    'The record does not exist, or it is deleted and the sender did not edit it before.',
  ),
  CHANGE_ID_REUSED: policy(409, 'never', 'warn', 'This change id was used with other content or by another device.'),
  INTERNAL_CHANGE: policy(
    422,
    'never',
    'error',
    'The database refused this change for an unforeseen reason; the others were accepted.',
  ),
  // Conflicts and generic routes
  RECORD_MOVED: policy(
    409,
    'never',
    'info',
    'The record changed after expectedUpdatedAt; details hold it as it is now.',
  ),
  ALREADY_RESOLVED: policy(409, 'never', 'info', 'This conflict has been resolved before.'),
  ALREADY_DECIDED: policy(409, 'never', 'info', 'This quarantined change has been applied or discarded before.'),
  ALREADY_EXISTS: policy(
    409,
    'never',
    'info',
    'A record with this id exists; patch it instead. Of an attachment: with another owner or content; use another id.',
  ),
  // Attachments
  TYPE_NOT_ALLOWED: policy(
    422,
    'never',
    'info',
    'This business does not take files of this type; see details.allowedTypes.',
  ),
  ATTACHMENT_TOO_LARGE: policy(413, 'never', 'info', 'The file is larger than details.maxBytes.'),
  ALREADY_UPLOADED: policy(409, 'never', 'info', 'The attachment is complete; there is nothing left to upload.'),
  UPLOAD_MISSING: policy(
    409,
    'later',
    'info',
    'Nothing has been uploaded for this attachment yet; upload, then complete.',
  ),
  UPLOAD_MISMATCH: policy(
    409,
    'never',
    'warn',
    'What was uploaded is not what was announced; see details. Use another attachment id.',
  ),
  UPLOAD_REFUSED: policy(
    403,
    'never',
    'info',
    'An upload or download address is forged, expired, or used for another type or length; ask for a new one.',
  ),
  CHECKSUM_MISMATCH: policy(400, 'never', 'info', 'The uploaded bytes have another SHA-256 than announced.'),
  ATTACHMENTS_UNAVAILABLE: policy(
    501,
    'never',
    'warn',
    'This deployment keeps no attachments: it has no object store.',
  ),
  OBJECT_EXISTS: policy(412, 'never', 'info', 'This attachment has been uploaded already; complete it.'),
  // Messages to customers
  UNSUPPORTED: policy(
    422,
    'never',
    'info',
    'This service does not do what was asked; see details.fields or details.channels.',
  ),
  NOT_SENDABLE: policy(422, 'never', 'info', 'The record is of a kind that is not sent to anybody, or is deleted.'),
  UNREACHABLE: policy(
    422,
    'never',
    'info',
    'The customer has no usable address for a channel; see details.channels, and correct the customer.',
  ),
  OPTED_OUT: policy(409, 'never', 'info', 'The customer does not wish to be written to in this way.'),
  OPEN_CONFLICT: policy(409, 'later', 'info', 'The record has an open conflict; settle it first, or send with force.'),
  IDEMPOTENCY_KEY_REUSED: policy(409, 'never', 'warn', 'This idempotency key was used for another request.'),
  NOT_SETTLEABLE: policy(
    409,
    'never',
    'info',
    'The message is in no state to be settled or sent again, or was already; details hold its status.',
  ),
  // Invoices
  TOO_MANY_TASKS: policy(
    413,
    'never',
    'info',
    'The period has more completed tasks than details.maxTasks; ask for a shorter one, or for one client.',
  ),
  ALREADY_BILLED: policy(
    409,
    'never',
    'info',
    'Another invoice that was issued charges a task of this one; details.tasks names both. Calculate the draft anew, or take the line off. With gone: true that one is deleted: generate with billAgain.',
  ),
  WINDOW_CLOSED: policy(
    409,
    'never',
    'info',
    'The invoice can not be adjusted any more; details.until says until when it could be.',
  ),
  // Webhooks
  INVALID_SIGNATURE: policy(
    401,
    'never',
    'warn',
    'A webhook is not signed by its provider, or was signed too long ago.',
  ),
} as const satisfies { readonly [Code in ErrorCode]: ErrorPolicy };

/** A rejection with such a code stays in the outbox and is sent again under the same id; others are settled. */
export function isRetryable(code: ErrorCode): boolean {
  return ERROR_POLICY[code].retry === 'later';
}
