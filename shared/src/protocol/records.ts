import { Type } from 'typebox';
import { CursorText, LIMIT_MAX, Nullable, Values } from './primitives.ts';

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

export interface RecordsQuery {
  readonly since?: string;
  readonly limit?: number;
  readonly includeDeleted?: boolean;
}

/** A record on the wire: managed keys and the fields that the member may see. */
export const WireRecord = Values;
