import { type Static, Type } from 'typebox';
import { CursorText, InstantText, LIMIT_MAX, Nullable, SchemaVersion, Uuid, Values } from './primitives.ts';

export const PULL_DEFAULT_LIMIT = 500;

export const PullQuery = Type.Object({
  since: Type.Optional(Type.String({ description: 'nextCursor of the previous answer, echoed' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: PULL_DEFAULT_LIMIT })),
  /** Of the declaration that the device's app was built with. */
  schemaVersion: Type.Optional(SchemaVersion),
});
export type PullQuery = Static<typeof PullQuery>;

export const PulledChange = Type.Object({
  op: Type.Enum(['upsert', 'delete']),
  entity: Type.String(),
  entityId: Uuid,
  updatedAt: CursorText,
  /** Of a delete: the record still exists, but outside of what the member may see. */
  reason: Type.Optional(Type.Literal('scope')),
  /** The whole record as the member may see it; `null` for a delete. */
  payload: Nullable(Values),
});
export type PulledChange = Static<typeof PulledChange>;

export const PullResponse = Type.Object(
  {
    serverTime: InstantText,
    /** Of the declaration that the service has now. */
    schemaVersion: SchemaVersion,
    changes: Type.Array(PulledChange),
    nextCursor: Type.String(),
    hasMore: Type.Boolean(),
  },
  { $id: 'PullResponse' },
);
export type PullResponse = Static<typeof PullResponse>;
