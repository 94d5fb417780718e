import { type Static, Type } from 'typebox';
import { ESCROW_REASONS } from './escrow.ts';
import { CursorText, ErrorCodeSchema, InstantText, ListPaging, Nullable, Uuid, Values } from './primitives.ts';

export const QuarantineStatus = Type.Enum(['waiting', 'applied', 'discarded']);
export type QuarantineStatus = Static<typeof QuarantineStatus>;

export const QuarantineQuery = Type.Object({
  ...ListPaging,
  status: Type.Optional(QuarantineStatus),
  entity: Type.Optional(Type.String()),
  device: Type.Optional(Uuid),
  author: Type.Optional(Type.String({ description: 'user id' })),
});
export type QuarantineQuery = Static<typeof QuarantineQuery>;

const Person = Type.Object({ userId: Type.String(), name: Type.String() });

/**
 * What became of an applied change: a push's outcomes, or `arrived` for one that had been accepted before it was handed over,
 * so that nothing was written.
 */
export const QUARANTINE_OUTCOMES = ['applied', 'merged', 'conflict', 'unchanged', 'arrived'] as const;
export type QuarantineOutcome = (typeof QUARANTINE_OUTCOMES)[number];

/** A change that waits for a manager's decision, or what was decided about it. */
export const QuarantineEntry = Type.Object(
  {
    id: Uuid,
    status: QuarantineStatus,
    /** Why the device could not push it. */
    reason: Type.Enum([...ESCROW_REASONS]),
    summary: Type.String(),
    /** Who typed it, under the name of that time. */
    author: Person,
    device: Uuid,
    changeId: Uuid,
    /** `null` where the change is too malformed to say. */
    op: Nullable(Type.Enum(['upsert', 'delete'])),
    entity: Nullable(Type.String()),
    entityId: Nullable(Uuid),
    editedAt: InstantText,
    setAsideAt: Nullable(InstantText),
    /** When it was handed over: the tenant clock's value, by which the list is ordered. */
    createdAt: CursorText,
    /** What was typed; of a delete, and where nothing can be read, empty. */
    values: Values,
    /** The record as it is now, in the same fields; the whole record for a delete. */
    current: Type.Object({
      /** `gone`: only a stub is left. `none`: there is no such record. */
      state: Type.Enum(['live', 'deleted', 'gone', 'none']),
      values: Values,
      updatedAt: Nullable(CursorText),
      /** Of the typed fields: what others have written since the change was made. */
      changedSince: Type.Array(Type.String()),
    }),
    /** `false`: nothing of it can be applied; `raw` is what was handed over. */
    usable: Type.Boolean(),
    raw: Nullable(Type.String()),
    /** Why it was refused last. */
    refusal: Nullable(
      Type.Object({ code: ErrorCodeSchema, message: Type.String(), fields: Type.Array(Type.String()) }),
    ),
    /** Waiting changes of the same record that arrived before it. */
    earlierWaiting: Type.Integer(),
    outcome: Nullable(Type.Enum([...QUARANTINE_OUTCOMES])),
    /** Of an applied change: the conflicts that it met. */
    conflicts: Type.Array(Uuid),
    /** Values that a manager applied instead of the typed ones. */
    corrections: Nullable(Values),
    decidedBy: Nullable(Person),
    decidedAt: Nullable(CursorText),
  },
  { $id: 'QuarantineEntry' },
);
export type QuarantineEntry = Static<typeof QuarantineEntry>;

export const QuarantineResponse = Type.Object(
  {
    quarantine: Type.Array(QuarantineEntry),
    /** Under the other filters of the query. */
    counts: Type.Object({ waiting: Type.Integer(), applied: Type.Integer(), discarded: Type.Integer() }),
    nextCursor: Nullable(CursorText),
    hasMore: Type.Boolean(),
  },
  { $id: 'QuarantineResponse' },
);
export type QuarantineResponse = Static<typeof QuarantineResponse>;

/** `values` replace what was typed in these fields, or add to it. */
export const QuarantineApplyRequest = Type.Object({ values: Type.Optional(Values) }, { $id: 'QuarantineApplyRequest' });
export type QuarantineApplyRequest = Static<typeof QuarantineApplyRequest>;

export const QuarantineDecision = Type.Object(
  { entry: QuarantineEntry, record: Nullable(Values) },
  { $id: 'QuarantineDecision' },
);
export type QuarantineDecision = Static<typeof QuarantineDecision>;

export const QUARANTINE_BULK_MAX = 200;

export const QuarantineBulkRequest = Type.Object(
  { ids: Type.Array(Uuid, { minItems: 1, maxItems: QUARANTINE_BULK_MAX }) },
  { $id: 'QuarantineBulkRequest' },
);
export type QuarantineBulkRequest = Static<typeof QuarantineBulkRequest>;

/** One for each id, in the order asked. `refusal`: it was not decided, and stays as it is. */
export const QuarantineBulkResponse = Type.Object(
  {
    results: Type.Array(
      Type.Object({
        id: Uuid,
        /** `null`: there is no such entry. */
        status: Nullable(QuarantineStatus),
        outcome: Nullable(Type.Enum([...QUARANTINE_OUTCOMES])),
        conflicts: Type.Array(Uuid),
        refusal: Nullable(
          Type.Object({ code: ErrorCodeSchema, message: Type.String(), fields: Type.Array(Type.String()) }),
        ),
      }),
    ),
  },
  { $id: 'QuarantineBulkResponse' },
);
export type QuarantineBulkResponse = Static<typeof QuarantineBulkResponse>;
