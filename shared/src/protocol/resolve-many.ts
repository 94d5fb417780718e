import { type Static, Type } from 'typebox';
import { Conflict } from './conflicts.ts';
import { CursorText, ErrorCodeSchema, Uuid, Values } from './primitives.ts';

export const RESOLVE_MANY_LIMIT = 100;

/** Decides conflicts one after the other, in the order of the ids; one that is refused does not hold up the others. */
export const ResolveManyRequest = Type.Object(
  {
    ids: Type.Array(Uuid, { minItems: 1, maxItems: RESOLVE_MANY_LIMIT }),
    resolution: Type.Enum(['keep', 'restore']),
    /** Conflict id -> the version of its record that the manager saw, compared with what the record was before this call. */
    expectedUpdatedAt: Type.Optional(Type.Record(Type.String(), CursorText)),
  },
  { $id: 'ResolveManyRequest' },
);
export type ResolveManyRequest = Static<typeof ResolveManyRequest>;

const Resolved = Type.Object({
  id: Uuid,
  outcome: Type.Literal('resolved'),
  conflict: Conflict,
  /** As it is after all of them; `null` where only the conflict is left. */
  record: Type.Union([Values, Type.Null()]),
});

const Refused = Type.Object({
  id: Uuid,
  outcome: Type.Literal('refused'),
  code: ErrorCodeSchema,
  message: Type.String(),
  /** With ALREADY_RESOLVED. */
  conflict: Type.Optional(Conflict),
  /** With RECORD_MOVED. */
  record: Type.Optional(Values),
});

/** One result for each id, in their order. */
export const ResolveManyResponse = Type.Object(
  { results: Type.Array(Type.Union([Resolved, Refused])) },
  { $id: 'ResolveManyResponse' },
);
export type ResolveManyResponse = Static<typeof ResolveManyResponse>;
