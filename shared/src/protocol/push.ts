import { type Static, Type } from 'typebox';
import { CursorText, ErrorCodeSchema, InstantText, Nullable, SchemaVersion, Uuid, Values } from './primitives.ts';

export const PUSH_LIMITS = { maxChanges: 1000, maxBytes: 5 * 1024 * 1024 } as const;

/**
 * One change as a well-behaved client sends it. The service checks it member by member, not with this schema: whatever is
 * wrong inside one change is that change's rejection and never fails the push.
 */
export const PushChange = Type.Object(
  {
    changeId: Type.Optional(Uuid),
    op: Type.Enum(['upsert', 'delete']),
    entity: Type.String(),
    entityId: Uuid,
    /** The device's clock when the edit was made. */
    clientUpdatedAt: InstantText,
    /** Milliseconds to add to `clientUpdatedAt`, as the device knew them when the edit was made. */
    clockOffset: Type.Optional(Type.Integer()),
    /** The version the edit was made on; `null` for a create; left out by clients that keep no versions. */
    baseUpdatedAt: Type.Optional(Nullable(CursorText)),
    payload: Type.Optional(Values),
  },
  { $id: 'PushChange' },
);
export type PushChange = Static<typeof PushChange>;

/** Fleet health, as the device sees itself. */
export const DeviceReport = Type.Object(
  {
    appVersion: Type.Optional(Type.String({ maxLength: 100 })),
    platform: Type.Optional(Type.String({ maxLength: 100 })),
    /** Changes waiting in the outbox. */
    pending: Type.Optional(Type.Integer({ minimum: 0 })),
    oldestPendingAt: Type.Optional(Nullable(InstantText)),
    /** Bytes. */
    storageUsed: Type.Optional(Type.Integer({ minimum: 0 })),
    storageQuota: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { $id: 'DeviceReport' },
);
export type DeviceReport = Static<typeof DeviceReport>;

export const PushRequest = Type.Object(
  {
    deviceId: Uuid,
    /** The device's clock when the request was sent. */
    clientTime: Type.Optional(InstantText),
    /** Of the declaration that the device's app was built with. */
    schemaVersion: Type.Optional(SchemaVersion),
    changes: Type.Array(Type.Unknown(), { description: 'PushChange items, at most 1,000' }),
    device: Type.Optional(DeviceReport),
  },
  { $id: 'PushRequest' },
);
export type PushRequest = Omit<Static<typeof PushRequest>, 'changes'> & { changes: PushChange[] };

export const OUTCOMES = ['applied', 'merged', 'conflict', 'unchanged', 'rejected'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** `null` where the change was too malformed to say. */
export const PushResult = Type.Object({
  index: Type.Integer(),
  changeId: Nullable(Type.String()),
  entity: Nullable(Type.String()),
  entityId: Nullable(Type.String()),
  outcome: Type.Enum([...OUTCOMES]),
  /** The record's version after this change; `null` for a rejection. */
  updatedAt: Nullable(CursorText),
  /** The whole record as it is now, present when the device can not know it. */
  payload: Type.Optional(Values),
});
export type PushResult = Static<typeof PushResult>;

export const PushRejection = Type.Object({
  index: Type.Integer(),
  changeId: Nullable(Type.String()),
  entity: Nullable(Type.String()),
  entityId: Nullable(Type.String()),
  op: Nullable(Type.String()),
  code: ErrorCodeSchema,
  message: Type.String(),
  fields: Type.Array(Type.String()),
  retryable: Type.Boolean(),
});
export type PushRejection = Static<typeof PushRejection>;

export const PushConflict = Type.Object({
  id: Uuid,
  entity: Type.String(),
  entityId: Uuid,
  fields: Type.Array(Type.String()),
  summary: Type.String(),
  winner: Type.Enum(['client', 'server']),
  serverUpdatedAt: CursorText,
});
export type PushConflict = Static<typeof PushConflict>;

export const PushResponse = Type.Object(
  {
    serverTime: InstantText,
    /** Of the declaration that the service has now. */
    schemaVersion: SchemaVersion,
    /** The tenant clock: a hint that there is something to pull. A device never moves its own cursor to it. */
    cursor: CursorText,
    /** Record ids of every change that was not rejected, in request order. */
    applied: Type.Array(Uuid),
    rejected: Type.Array(PushRejection),
    conflicts: Type.Array(PushConflict),
    results: Type.Array(PushResult),
  },
  { $id: 'PushResponse' },
);
export type PushResponse = Static<typeof PushResponse>;
