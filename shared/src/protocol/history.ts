import { type Static, Type } from 'typebox';
import { AuditEntry } from './audit.ts';
import { Conflict } from './conflicts.ts';
import { CursorText, ListPaging, Nullable, Uuid, Values } from './primitives.ts';

export const HistoryQuery = Type.Object(ListPaging);
export type HistoryQuery = Static<typeof HistoryQuery>;

/** An accepted write, or a conflict that one of them met, in the order of their versions. */
export const HistoryItem = Type.Union([
  Type.Object({ kind: Type.Literal('write'), entry: AuditEntry }),
  Type.Object({ kind: Type.Literal('conflict'), conflict: Conflict }),
]);
export type HistoryItem = Static<typeof HistoryItem>;

export const HistoryResponse = Type.Object(
  {
    entity: Type.String(),
    entityId: Uuid,
    /** As it is now, also when it is deleted; `null` once it is purged. */
    record: Nullable(Values),
    /** It was deleted for so long that only its history is left. */
    purged: Type.Boolean(),
    history: Type.Array(HistoryItem),
    nextCursor: Nullable(CursorText),
    hasMore: Type.Boolean(),
  },
  { $id: 'HistoryResponse' },
);
export type HistoryResponse = Static<typeof HistoryResponse>;
