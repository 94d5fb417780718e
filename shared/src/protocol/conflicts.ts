import { type Static, Type } from 'typebox';
import { CONFLICT_KINDS, RESOLUTIONS } from '../conflicts/summary.ts';
import { CONFLICT_POLICIES } from '../domain/conflict-policy.ts';
import { CursorText, InstantText, ListPaging, Nullable, Uuid, Values } from './primitives.ts';

export const ConflictStatus = Type.Enum(['open', 'resolved']);
export type ConflictStatus = Static<typeof ConflictStatus>;

/** Which conflicts: everything that is given must hold. */
const FILTER = {
  status: Type.Optional(ConflictStatus),
  entity: Type.Optional(Type.String()),
  entityId: Type.Optional(Uuid),
  kind: Type.Optional(Type.Enum([...CONFLICT_KINDS])),
  policy: Type.Optional(Type.Enum([...CONFLICT_POLICIES])),
  device: Type.Optional(Type.String({ ...Uuid, description: 'on either side' })),
  author: Type.Optional(Type.String({ description: 'user id, on either side' })),
};
export const ConflictsFilter = Type.Object(FILTER);
export type ConflictsFilter = Static<typeof ConflictsFilter>;

export const ConflictsQuery = Type.Object({ ...ListPaging, ...FILTER });
export type ConflictsQuery = Static<typeof ConflictsQuery>;

/** One side of a conflict: what it wrote, who wrote it on which device, and when the edit was made. */
export const ConflictSide = Type.Object({
  values: Values,
  by: Nullable(Type.Object({ userId: Type.String(), name: Type.String() })),
  device: Nullable(Uuid),
  at: Nullable(InstantText),
});
export type ConflictSide = Static<typeof ConflictSide>;

export const Conflict = Type.Object(
  {
    id: Uuid,
    entity: Type.String(),
    entityId: Uuid,
    fields: Type.Array(Type.String()),
    /** In the language of the request, with the names of today. */
    summary: Type.String(),
    kind: Type.Enum([...CONFLICT_KINDS]),
    winner: Type.Enum(['client', 'server']),
    status: ConflictStatus,
    policy: Type.String(),
    client: ConflictSide,
    server: ConflictSide,
    createdAt: CursorText,
    resolution: Nullable(Type.Enum([...RESOLUTIONS])),
    resolvedAt: Nullable(CursorText),
    resolvedBy: Nullable(Type.String()),
  },
  { $id: 'Conflict' },
);
export type Conflict = Static<typeof Conflict>;

export const ConflictsResponse = Type.Object(
  { conflicts: Type.Array(Conflict), nextCursor: Nullable(CursorText), hasMore: Type.Boolean() },
  { $id: 'ConflictsResponse' },
);
export type ConflictsResponse = Static<typeof ConflictsResponse>;

/** `keep`: leave the winner. `restore`: put the losing values back. `edit`: write `values`. */
export const ResolveRequest = Type.Object(
  {
    resolution: Type.Enum([...RESOLUTIONS]),
    values: Type.Optional(Values),
    expectedUpdatedAt: Type.Optional(CursorText),
  },
  { $id: 'ResolveRequest' },
);
export type ResolveRequest = Static<typeof ResolveRequest>;

export const ResolveResponse = Type.Object(
  { conflict: Conflict, record: Nullable(Values) },
  { $id: 'ResolveResponse' },
);
export type ResolveResponse = Static<typeof ResolveResponse>;
