import { type Static, Type } from 'typebox';
import { CursorText, LIMIT_MAX, Nullable } from './primitives.ts';

/** Query of the generic lists: by version, keyset, deleted records only on request. */
export const RecordsQuery = Type.Object({
  since: Type.Optional(CursorText),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 100 })),
  includeDeleted: Type.Optional(Type.Boolean({ default: false })),
});

export const RecordsPage = {
  nextCursor: Nullable(CursorText),
  hasMore: Type.Boolean(),
};

export type RecordsQuery = Static<typeof RecordsQuery>;
