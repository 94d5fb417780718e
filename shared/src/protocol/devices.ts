import { type Static, Type } from 'typebox';
import { CursorText, InstantText, Nullable, PlainText, Uuid } from './primitives.ts';

export const ActivateRequest = Type.Object(
  {
    deviceId: Uuid,
    platform: Type.Optional(PlainText(100)),
    appVersion: Type.Optional(PlainText(100)),
  },
  { $id: 'ActivateRequest' },
);
export type ActivateRequest = Static<typeof ActivateRequest>;

export const OkResponse = Type.Object({ ok: Type.Literal(true) }, { $id: 'OkResponse' });
export type OkResponse = Static<typeof OkResponse>;

/** A device as a manager sees it: whose it is, and how its sync is doing. */
export const Device = Type.Object(
  {
    id: Uuid,
    userId: Type.String(),
    userName: Nullable(Type.String()),
    status: Type.Enum(['active', 'revoked']),
    platform: Nullable(Type.String()),
    appVersion: Nullable(Type.String()),
    /** Of the declaration that its app was built with. */
    schemaVersion: Nullable(Type.Integer()),
    registeredAt: InstantText,
    lastSeenAt: InstantText,
    lastPushAt: Nullable(InstantText),
    lastPullAt: Nullable(InstantText),
    pullCursor: Nullable(CursorText),
    pending: Nullable(Type.Integer()),
    oldestPendingAt: Nullable(InstantText),
    /** Bytes. */
    storageUsed: Nullable(Type.Integer()),
    storageQuota: Nullable(Type.Integer()),
    /** Milliseconds that the device's clock is behind the server's. */
    clockOffset: Nullable(Type.Integer()),
  },
  { $id: 'Device' },
);
export type Device = Static<typeof Device>;

export const DevicesResponse = Type.Object({ devices: Type.Array(Device) }, { $id: 'DevicesResponse' });
export type DevicesResponse = Static<typeof DevicesResponse>;
