import { type Static, Type } from 'typebox';
import { CursorText, IdempotencyKey, ListPaging, Nullable, PlainText, Uuid } from './primitives.ts';

const Day = Type.String({ format: 'date', examples: ['2026-11-30'] });
/** Both days belong to it. */
const Period = {
  from: Day,
  to: Day,
  /** Calculate anew what is still a draft; left out, drafts stay as they are. */
  regenerate: Type.Optional(Type.Boolean()),
  /** Tasks that were `billedBefore`, to be billed once more. */
  billAgain: Type.Optional(Type.Array(Uuid, { maxItems: 5_000 })),
};
const closed = { additionalProperties: false } as const;

export const GenerateInvoicesRequest = Type.Object(
  { ...Period, clientId: Type.Optional(Uuid) },
  { $id: 'GenerateInvoicesRequest', ...closed },
);
export type GenerateInvoicesRequest = Static<typeof GenerateInvoicesRequest>;

export const GeneratePayrollRequest = Type.Object(
  { ...Period, employeeId: Type.Optional(Uuid) },
  { $id: 'GeneratePayrollRequest', ...closed },
);
export type GeneratePayrollRequest = Static<typeof GeneratePayrollRequest>;

export const SKIP_REASONS = [
  /** It names nobody who pays, or is paid. */
  'noClient',
  'noEmployee',
  /** The one that it names is deleted. */
  'clientGone',
  'employeeGone',
  /** It names no service type, so it has no price. */
  'noServiceType',
  'noRate',
  /** Hours are charged, and a check-in or check-out is missing, or both are the same. */
  'noTimes',
  /** The check-out is before the check-in. */
  'timesReversed',
  /** More than a day: a check-out was forgotten. */
  'tooLong',
  /** A line of an entry has it: `entryId`. */
  'alreadyBilled',
  /** A line of `entryId` has it, too, although another entry counts for it: calculate that draft anew, or take the line off. */
  'billedTwice',
  /** `entryId` charged it, was issued, and is deleted or no entry of the kind any more: only `billAgain` bills it once more. */
  'billedBefore',
  /** There is a draft of the period, `entryId`, and it was not asked to be calculated anew. */
  'draftExists',
  /** The entry has as many lines as one may have; the next generation makes another. */
  'entryFull',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export const SkippedTask = Type.Object(
  {
    taskId: Uuid,
    title: Type.String(),
    date: Day,
    reason: Type.Enum([...SKIP_REASONS]),
    entryId: Nullable(Uuid),
    /** Of the entry that is gone. */
    number: Nullable(Type.String()),
  },
  { $id: 'SkippedTask' },
);
export type SkippedTask = Static<typeof SkippedTask>;

export const GeneratedEntry = Type.Object(
  {
    entryId: Uuid,
    /** Of the client or employee. */
    partyId: Uuid,
    partyName: Type.String(),
    currency: Type.String(),
    /** `deleted`: nothing was left to put on the draft. */
    outcome: Type.Enum(['created', 'updated', 'unchanged', 'deleted']),
    amount: Type.Number(),
    /** Before; `null`: it is new. */
    amountBefore: Nullable(Type.Number()),
    tasks: Type.Integer(),
    addedTasks: Type.Array(Uuid),
    removedTasks: Type.Array(Uuid),
  },
  { $id: 'GeneratedEntry' },
);
export type GeneratedEntry = Static<typeof GeneratedEntry>;

export const GenerateResponse = Type.Object(
  { entries: Type.Array(GeneratedEntry), skipped: Type.Array(SkippedTask) },
  { $id: 'GenerateResponse' },
);
export type GenerateResponse = Static<typeof GenerateResponse>;

export const INVOICE_STATES = ['draft', 'issued', 'disputed', 'paid'] as const;
export type InvoiceState = (typeof INVOICE_STATES)[number];

export const InvoicesQuery = Type.Object({ ...ListPaging });
export type InvoicesQuery = Static<typeof InvoicesQuery>;

/** What the service knows of invoices beside the records: those are read like any others. */
export const InvoicesResponse = Type.Object(
  {
    invoices: Type.Array(
      Type.Object({
        id: Uuid,
        number: Nullable(Type.String()),
        state: Type.Enum([...INVOICE_STATES]),
        updatedAt: CursorText,
      }),
    ),
    nextCursor: Nullable(CursorText),
    hasMore: Type.Boolean(),
  },
  { $id: 'InvoicesResponse' },
);
export type InvoicesResponse = Static<typeof InvoicesResponse>;

export const FinalizeResponse = Type.Object({ id: Uuid, number: Type.String() }, { $id: 'FinalizeResponse' });
export type FinalizeResponse = Static<typeof FinalizeResponse>;

/** A further line; a negative amount takes something off. */
export const AdjustRequest = Type.Object(
  {
    description: Type.Intersect([PlainText(500), Type.String({ minLength: 1, pattern: '\\S' })]),
    amount: Type.Number({ minimum: -1e9, maximum: 1e9 }),
    /** The dispute is over with that. */
    settleDispute: Type.Optional(Type.Boolean()),
    /** The same key is one adjustment, however often it arrives. */
    idempotencyKey: Type.Optional(IdempotencyKey),
    /** The version that the caller saw: RECORD_MOVED if it is another by now. */
    expectedUpdatedAt: Type.Optional(CursorText),
  },
  { $id: 'AdjustRequest', ...closed },
);
export type AdjustRequest = Static<typeof AdjustRequest>;

export const AdjustResponse = Type.Object(
  { id: Uuid, amount: Type.Number(), isDisputed: Type.Boolean(), updatedAt: CursorText },
  { $id: 'AdjustResponse' },
);
export type AdjustResponse = Static<typeof AdjustResponse>;
