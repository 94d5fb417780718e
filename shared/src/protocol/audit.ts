import { type Static, Type } from 'typebox';
import { CursorText, InstantText, ListPaging, Nullable, Uuid } from './primitives.ts';

export const AuditQuery = Type.Object({
  ...ListPaging,
  entity: Type.Optional(Type.String()),
  entityId: Type.Optional(Type.String()),
  actor: Type.Optional(Type.String({ description: 'user id' })),
});
export type AuditQuery = Static<typeof AuditQuery>;

export const AUDIT_ACTIONS = [
  'create',
  'update',
  'delete',
  'restore',
  'resolve',
  'invite',
  'join',
  'remove',
  'revoke',
  'escrow',
  'apply',
  'discard',
  'send',
  'settle',
  'number',
  'dispute',
  'adjust',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AuditEntry = Type.Object(
  {
    id: Uuid,
    /** A domain entity, or `member`, `invite`, `device`, `tenant`, `settings`. */
    entity: Type.String(),
    entityId: Type.String(),
    action: Type.Enum([...AUDIT_ACTIONS]),
    /** In the language of the request, with the names of today. */
    summary: Type.String(),
    /** `null`: the service itself. */
    actor: Nullable(Type.Object({ userId: Type.String(), name: Type.String() })),
    /** Who typed what the actor applied or discarded, where that was somebody else. */
    author: Type.Optional(Nullable(Type.Object({ userId: Type.String(), name: Type.String() }))),
    device: Nullable(Uuid),
    /** Field -> its value before and after. */
    changes: Type.Record(Type.String(), Type.Object({ from: Type.Unknown(), to: Type.Unknown() })),
    /** When the edit was made, corrected for the device's clock. */
    editedAt: InstantText,
    /** The version that came of it. */
    createdAt: CursorText,
  },
  { $id: 'AuditEntry' },
);
export type AuditEntry = Static<typeof AuditEntry>;

export const AuditResponse = Type.Object(
  { audit: Type.Array(AuditEntry), nextCursor: Nullable(CursorText), hasMore: Type.Boolean() },
  { $id: 'AuditResponse' },
);
export type AuditResponse = Static<typeof AuditResponse>;
