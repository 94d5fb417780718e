import type { GeneratedEntry, RecordId, SkippedTask, SkipReason } from '@backhaul/shared';
import { type Cents, fromCents, sumCents, toCents } from './cents.ts';

export interface EntryLine {
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly taskId?: string | null;
}

/** A completed task, and what is charged or paid for it. */
export interface Work {
  readonly taskId: RecordId;
  readonly title: string;
  readonly date: string;
  readonly charge:
    | { readonly kind: 'charge'; readonly party: Party; readonly currency: string; readonly line: EntryLine }
    | { readonly kind: 'skip'; readonly reason: SkipReason };
}

export interface Party {
  readonly id: RecordId;
  readonly name: string;
}

export interface Draft {
  readonly id: RecordId;
  readonly partyId: string;
  readonly currency: string;
  readonly amount: number;
  readonly lines: readonly EntryLine[];
  /** Somebody has written on it besides its lines: it stays, although nothing is left to charge. */
  readonly isTyped: boolean;
}

export interface EntryPlanInput {
  readonly work: readonly Work[];
  /** Of the period, the oldest first. Of several for the same party and currency, the latest with tasks on it is the one that counts. */
  readonly drafts: readonly Draft[];
  /** Task -> the live entries that have it, first the one that counts. */
  readonly charged: ReadonlyMap<string, readonly RecordId[]>;
  /** Task that no issued entry has -> the one that charged it when it was issued, and is gone. */
  readonly before: ReadonlyMap<string, Before>;
  /** Tasks that were asked for by name: they go onto drafts that stay, too. */
  readonly again: ReadonlySet<string>;
  /** Tasks that entries of the period name besides those to be charged: told where several have one. */
  readonly named: readonly NamedTask[];
  readonly regenerate: boolean;
  readonly newId: () => RecordId;
}

export interface Before {
  readonly entryId: RecordId;
  readonly number: string | null;
}

export interface NamedTask {
  readonly taskId: RecordId;
  readonly title: string;
  readonly date: string;
}

export type EntryStep =
  | ({ readonly kind: 'create'; readonly id: RecordId; readonly party: Party; readonly currency: string } & Content)
  | ({ readonly kind: 'update'; readonly id: RecordId } & Content)
  | { readonly kind: 'delete'; readonly id: RecordId };

interface Content {
  readonly lines: readonly EntryLine[];
  readonly amount: Cents;
}

export interface EntryPlan {
  readonly steps: readonly EntryStep[];
  readonly entries: readonly GeneratedEntry[];
  readonly skipped: readonly SkippedTask[];
}

/** Of the declaration: as many lines as an entry may have. */
export const LINES_MAX = 500;

/**
 * One entry for each party and currency. Lines that name a task are the plan's, all others are what somebody has typed: a draft
 * that is calculated anew keeps them, and one that somebody has written on is not deleted. A task that any other entry has is left alone. One that several have, because a draft was
 * deleted, billed anew and then revived by an edit that was made offline, stays where it counts: drafts that are calculated anew
 * lose it, and of others it is told. One that an entry charged which was issued and is gone is charged again only when that is
 * asked for. Pure.
 */
export function planEntries(input: EntryPlanInput): EntryPlan {
  const drafts = draftOfEach(input.drafts);
  const own = new Set<string>(input.drafts.map(({ id }) => id));
  const skipped: SkippedTask[] = [];
  const groups = new Map<string, Group>();
  for (const draft of input.drafts) {
    const key = keyOf(draft.partyId, draft.currency);
    const group = { draft, party: null, currency: draft.currency, work: [] };
    if (drafts.get(key) === draft) groups.set(key, group);
    else if (input.regenerate && tasksOf(draft.lines).length > 0) groups.set(draft.id, group);
  }
  const skip = ({ taskId, title, date }: NamedTask, reason: SkipReason, entry: Before | null = null): void => {
    const { entryId, number } = entry ?? NO_ENTRY;
    skipped.push({ taskId, title, date, reason, entryId, number });
  };
  const isAnew = (id: RecordId): boolean => input.regenerate && own.has(id);
  for (const work of input.work) {
    const { taskId, charge } = work;
    const [holder, ...others] = input.charged.get(taskId) ?? [];
    const kept = others.filter((id) => !isAnew(id));
    const before = input.before.get(taskId);
    for (const entryId of kept) skip(work, 'billedTwice', { entryId, number: null });
    if (holder !== undefined && !own.has(holder)) {
      if (before) skip(work, 'billedBefore', before);
      else if (kept.length === 0) skip(work, 'alreadyBilled', { entryId: holder, number: null });
    } else if (holder !== undefined && !input.regenerate) {
      if (before) skip(work, 'billedBefore', before);
    } else if (charge.kind === 'skip') skip(work, charge.reason);
    else if (before) skip(work, 'billedBefore', before);
    else {
      const key = keyOf(charge.party.id, charge.currency);
      const group = groups.get(key) ?? { draft: null, party: null, currency: charge.currency, work: [] };
      if (group.draft !== null && !input.regenerate && !input.again.has(taskId))
        skip(work, 'draftExists', { entryId: group.draft.id, number: null });
      else if (group.work.length >= LINES_MAX - keptLines(group.draft, input).length) skip(work, 'entryFull');
      else groups.set(key, { ...group, party: charge.party, work: [...group.work, charge.line] });
    }
  }
  // Drafts that are calculated anew lose what is not to be charged any more.
  for (const task of input.named) {
    const [, ...others] = (input.charged.get(task.taskId) ?? []).filter((id) => !isAnew(id));
    for (const entryId of others) skip(task, 'billedTwice', { entryId, number: null });
  }
  const planned = [...groups.values()].map((group) => planGroup(group, input));
  return { steps: planned.flatMap(({ step }) => step ?? []), entries: planned.map(({ entry }) => entry), skipped };
}

const NO_ENTRY = { entryId: null, number: null };

interface Group {
  readonly draft: Draft | null;
  readonly party: Party | null;
  readonly currency: string;
  readonly work: readonly EntryLine[];
}

function planGroup(
  { draft, party, currency, work }: Group,
  input: EntryPlanInput,
): { readonly step: EntryStep | null; readonly entry: GeneratedEntry } {
  const id = draft?.id ?? input.newId();
  const before = draft ? draft.lines : [];
  const kept = keptLines(draft, input);
  const lines = input.regenerate ? [...work, ...kept] : [...kept, ...work];
  // What somebody has typed as the amount of a draft that stays may be another than the sum.
  const stays = draft !== null && !input.regenerate;
  const amount = stays ? toCents(draft.amount) + sumCents(work) : sumCents(lines);
  const isSame = stays ? work.length === 0 : draft !== null && isSameContent(draft, lines, fromCents(amount));
  const isEmpty = !stays && lines.length === 0 && draft?.isTyped === false;
  const outcome = draft === null ? 'created' : isEmpty ? 'deleted' : isSame ? 'unchanged' : 'updated';
  const [had, has] = [tasksOf(before), outcome === 'deleted' ? [] : tasksOf(lines)];
  const entry: GeneratedEntry = {
    entryId: id,
    partyId: party?.id ?? draft?.partyId ?? '',
    partyName: party?.name ?? '',
    currency,
    outcome,
    amount: outcome === 'deleted' ? 0 : fromCents(amount),
    amountBefore: draft?.amount ?? null,
    tasks: has.length,
    addedTasks: has.filter((task) => !had.includes(task)),
    removedTasks: had.filter((task) => !has.includes(task)),
  };
  if (outcome === 'unchanged') return { step: null, entry };
  if (outcome === 'deleted') return { step: { kind: 'delete', id }, entry };
  const content = { lines, amount };
  return draft === null
    ? { step: { kind: 'create', id, party: party as Party, currency, ...content }, entry }
    : { step: { kind: 'update', id, ...content }, entry };
}

/** By party and currency. Where none has a task on it, the oldest. */
function draftOfEach(drafts: readonly Draft[]): ReadonlyMap<string, Draft> {
  const chosen = new Map<string, Draft>();
  for (const draft of drafts) {
    const key = keyOf(draft.partyId, draft.currency);
    if (!chosen.has(key) || tasksOf(draft.lines).length > 0) chosen.set(key, draft);
  }
  return chosen;
}

function keyOf(partyId: string, currency: string): string {
  return `${partyId} ${currency}`;
}

/** Of a draft that is calculated anew, those that somebody has typed; all of one that stays. */
function keptLines(draft: Draft | null, { regenerate }: EntryPlanInput): readonly EntryLine[] {
  const lines = draft?.lines ?? [];
  if (!regenerate) return lines;
  return lines.filter(({ taskId }) => taskId === undefined || taskId === null);
}

function tasksOf(lines: readonly EntryLine[]): string[] {
  return lines.flatMap(({ taskId }) => (typeof taskId === 'string' ? [taskId] : []));
}

function isSameContent(draft: Draft, lines: readonly EntryLine[], amount: number): boolean {
  const text = (some: readonly EntryLine[]): string =>
    JSON.stringify(some.map((line) => [line.description, line.quantity, line.unitPrice, line.taskId ?? null]));
  return draft.amount === amount && text(draft.lines) === text(lines);
}
