import { findCompletedTasks, findDraftEntries, releaseTasks, type TenantTx } from '@backhaul/db';
import {
  type GeneratedEntry,
  type GenerateResponse,
  parseRecordId,
  type RecordId,
  type RecordValues,
} from '@backhaul/shared';
import type { SettingsValues } from '@backhaul/shared/schemas';
import type { Caller } from '../../../access/with-locked-access.ts';
import { ApiError } from '../../../http/api-error.ts';
import { type LockedRecords, type RecordWrite, withLockedRecords } from '../../../records/write-record.ts';
import type { Services } from '../../../services.ts';
import { readSettings } from '../../../settings/read-settings.ts';
import { textOf } from '../text-of.ts';
import { fromCents } from './cents.ts';
import { checkPeriod } from './entry-dates.ts';
import { type Draft, type EntryLine, type EntryStep, type Party, planEntries, type Work } from './entry-plan.ts';
import type { CompletedTask, NamedRecords } from './price-task.ts';
import { type PlainRecord, readMany } from './read-many.ts';
import { readTaskCharges } from './read-task-charges.ts';

/** One kind of entry that is made from tasks: what invoices and payroll do not have in common. */
export interface EntryKind {
  readonly kind: string;
  /** The field that names who pays or is paid. */
  readonly partyField: 'clientId' | 'employeeId';
  /** Which records its prices are in: field of the task -> entity. */
  readonly names: { readonly [taskField: string]: string };
  readonly price: (
    task: CompletedTask,
    context: { readonly named: (entity: string) => NamedRecords; readonly settings: SettingsValues },
  ) => Work;
  /** The fields of a new entry besides those that both kinds have. */
  readonly newEntry: (
    party: Party,
    context: { readonly settings: SettingsValues; readonly period: Period; readonly now: Date },
  ) => RecordValues;
}

export interface Period {
  readonly from: string;
  readonly to: string;
}

export interface GenerateOrder extends Period {
  readonly partyId?: string | undefined;
  readonly regenerate?: boolean | undefined;
  /** Tasks to charge although an entry that was issued, and is gone, charged them. */
  readonly billAgain?: readonly string[] | undefined;
}

export const TASKS_MAX = 5_000;
const ENTRY = 'finance_entry';

/**
 * Drafts from the completed tasks of a period, under the tenant clock's lock: whoever asks at the same time waits, and then finds
 * the tasks charged. Written by the engine, so versioned, audited and poked like anybody's writes.
 *
 * Throws FORBIDDEN for who is not a manager, INVALID_DATE, INVALID_ID, TOO_MANY_TASKS.
 */
export async function generateEntries(
  services: Services,
  caller: Caller,
  { kind, order }: { readonly kind: EntryKind; readonly order: GenerateOrder },
): Promise<GenerateResponse> {
  checkPeriod(order);
  const partyId = order.partyId === undefined ? null : parseId(order.partyId);
  const again = new Set((order.billAgain ?? []).map(parseId));
  return withLockedRecords(services, caller, async (locked) => {
    if (locked.access.role !== 'manager') throw new ApiError('FORBIDDEN');
    const { tx } = locked;
    const { values: settings } = await readSettings(tx);
    const tasks = await readTasks(services, tx, { kind, order, partyId });
    const named = await readNamed(services, tx, kind, tasks);
    const drafts = await readDrafts(services, tx, { kind, order, partyId, settings });
    await releaseTasks(tx, { kind: kind.kind, taskIds: [...again], userId: caller.userId });
    const charges = await readTaskCharges(services, tx, { kind, order, partyId, tasks });
    const plan = planEntries({
      work: tasks.map((task) => kind.price(task, { named, settings })),
      drafts: drafts.map(({ draft }) => draft),
      ...charges,
      again,
      regenerate: order.regenerate === true,
      newId: () => services.newId() as RecordId,
    });
    const writes = plan.steps.map((step) => writeOf(step, { kind, order, settings, now: services.now() }));
    await writeAll(locked, writes);
    const names = new Map(drafts.map(({ draft, partyName }) => [draft.id as string, partyName]));
    const entries = plan.entries.map(
      (entry): GeneratedEntry => ({ ...entry, partyName: entry.partyName || (names.get(entry.entryId) ?? '') }),
    );
    return { entries, skipped: [...plan.skipped] };
  });
}

function parseId(text: string): RecordId {
  const id = parseRecordId(text);
  if (!id) throw new ApiError('INVALID_ID');
  return id;
}

async function readTasks(
  services: Services,
  tx: TenantTx,
  { kind, order, partyId }: { kind: EntryKind; order: Period; partyId: RecordId | null },
): Promise<CompletedTask[]> {
  const party = partyId === null ? {} : { [kind.partyField]: partyId };
  const { from, to } = order;
  const ids = await findCompletedTasks(tx, { from, to, ...party, limit: TASKS_MAX + 1 });
  if (ids.length > TASKS_MAX) throw new ApiError('TOO_MANY_TASKS', { details: { maxTasks: TASKS_MAX } });
  const rows = new Map((await readMany(services, tx, 'task', ids)).map((row) => [row.id, row]));
  return ids.flatMap((id) => rows.get(id) ?? []);
}

async function readNamed(
  services: Services,
  tx: TenantTx,
  { names }: EntryKind,
  tasks: readonly CompletedTask[],
): Promise<(entity: string) => NamedRecords> {
  const found = new Map<string, NamedRecords>();
  for (const [field, entity] of Object.entries(names)) {
    const ids = new Set(tasks.flatMap(({ values }) => parseRecordId(values[field]) ?? []));
    const rows = await readMany(services, tx, entity, [...ids]);
    found.set(entity, new Map(rows.map(({ id, values, isLive }) => [id, { values, isLive }])));
  }
  return (entity) => found.get(entity) ?? new Map();
}

async function readDrafts(
  services: Services,
  tx: TenantTx,
  {
    kind,
    order: { from, to },
    partyId,
    settings,
  }: { kind: EntryKind; order: Period; partyId: RecordId | null; settings: SettingsValues },
): Promise<{ readonly draft: Draft; readonly partyName: string }[]> {
  const ids = await findDraftEntries(tx, { kind: kind.kind, from, to });
  const rows = new Map((await readMany(services, tx, ENTRY, ids)).map((row) => [row.id, row]));
  const nameField = kind.partyField === 'clientId' ? 'clientName' : 'employeeName';
  return ids.flatMap((id) => {
    const row = rows.get(id);
    const values = row?.values ?? {};
    const holder = values[kind.partyField];
    if (typeof holder !== 'string' || (partyId !== null && holder !== partyId)) return [];
    const lines = Array.isArray(values.lineItems) ? (values.lineItems as unknown as EntryLine[]) : [];
    const partyName = textOf(values, nameField) ?? '';
    const made = newValues(kind, {
      party: { id: holder as RecordId, name: partyName },
      currency: '',
      settings,
      period: { from, to },
      now: services.now(),
    });
    const draft = {
      id,
      partyId: holder,
      currency: textOf(values, 'currency') ?? '',
      amount: Number(values.amount),
      lines,
      isTyped: row !== undefined && isTyped(row, made),
    };
    return [{ draft, partyName }];
  });
}

/** What a generation writes, and what every row has: its creation, its deletion or revival. */
const GENERATED = new Set(['lineItems', 'amount', '*', 'deletedAt']);

/**
 * Somebody has written something on it besides its lines: a note, another title or due date, since it was made or, other than
 * a generation does (`made`), when it was.
 */
function isTyped({ values, fieldVersions, isSealed }: PlainRecord, made: RecordValues): boolean {
  if (isSealed || values.title !== made.title) return true;
  if (Object.keys(fieldVersions).some((field) => !GENERATED.has(field))) return true;
  return Object.entries(values).some(([field, value]) => Boolean(value) && !GENERATED.has(field) && !(field in made));
}

/** Of a new entry, besides its lines and amount. */
function newValues(
  kind: EntryKind,
  {
    party,
    currency,
    ...context
  }: { party: Party; currency: string; settings: SettingsValues; period: Period; now: Date },
): RecordValues {
  return {
    ...kind.newEntry(party, context),
    kind: kind.kind,
    status: 'pending',
    currency,
    [kind.partyField]: party.id,
    periodStart: context.period.from,
    periodEnd: context.period.to,
  };
}

function writeOf(
  step: EntryStep,
  { kind, order: { from, to }, settings, now }: { kind: EntryKind; order: Period; settings: SettingsValues; now: Date },
): RecordWrite {
  const current = { kind: 'current' } as const;
  if (step.kind === 'delete') return { op: 'delete', entity: ENTRY, id: step.id, values: {}, base: current };
  const content = { lineItems: step.lines, amount: fromCents(step.amount) };
  if (step.kind === 'update') return { op: 'upsert', entity: ENTRY, id: step.id, values: content, base: current };
  const { party, currency } = step;
  const values = { ...newValues(kind, { party, currency, settings, period: { from, to }, now }), ...content };
  return { op: 'upsert', entity: ENTRY, id: step.id, values, base: { kind: 'create' } };
}

/** All or none: half a month's invoices are worse than an error. */
async function writeAll({ writeEach }: LockedRecords, writes: readonly RecordWrite[]): Promise<void> {
  for (const outcome of await writeEach(writes, {})) {
    if (outcome.kind === 'accepted') continue;
    const { code, message, fields } = outcome;
    throw new ApiError(code, { message, details: { fields } });
  }
}
