import type { ConflictPolicy } from '@backhaul/shared';
import { FIELD_NAMES, type FieldName, NOTHING_SEEN, type Operation, type Payload, type Value } from './operation.ts';

/**
 * What must become of a record, said without versions, bases or code of the merge: the model knows who typed what, what each
 * sender states to have had before its eyes, and nothing else.
 */

/** Who wrote something, by which arrival, at which edit time. */
export interface Mark {
  readonly arrival: number;
  /** `null`: nobody's outbox, so it is a surprise to everyone who has not pulled it. */
  readonly device: number | null;
  readonly at: number;
}

interface Cell {
  readonly value: Value;
  readonly mark: Mark;
  /** The latest of the edits that led to the value, each made by somebody who knew the one before. */
  readonly latest: Mark;
}

/** A record after some arrival. */
export interface ModelRecord {
  readonly isAlive: boolean;
  readonly created: Mark;
  readonly a: Cell;
  readonly b: Cell;
  /** The last time that it was deleted or came back. */
  readonly turned: Mark | null;
}

/** A record's states, by the arrival that made them, oldest first. */
export type ModelStates = readonly { readonly arrival: number; readonly record: ModelRecord }[];

/** A loss that a person must be able to read and undo. */
export interface Loss {
  readonly field: FieldName | 'deletedAt';
  /** `undefined`: not a matter of values. */
  readonly sent: Value | undefined;
  readonly stored: Value | undefined;
  readonly winner: 'client' | 'server';
  readonly policy: ConflictPolicy;
  /** The write that the sender had not seen. */
  readonly unseen: Mark;
}

export interface Expectation {
  readonly outcome: 'applied' | 'merged' | 'conflict' | 'unchanged';
  /** The same object as before: nothing may be written. */
  readonly record: ModelRecord;
  readonly losses: readonly Loss[];
}

export interface Arrival {
  readonly operation: Operation;
  /** What it sends; `null`: a delete. */
  readonly payload: Payload | null;
  readonly mark: Mark;
}

export type Policies = { readonly [field in FieldName]: ConflictPolicy };

export interface Circumstances {
  readonly policies: Policies;
  /** What earlier changes of the same request carried in the record. */
  readonly carried: { readonly [field: string]: unknown };
}

/** What the sender of an operation saw in a field when it made the edit; `undefined`: nothing. */
export function valueBeforeEyes(
  states: ModelStates,
  { device, seen }: { device: number | null; seen: number },
  field: FieldName,
): Value | undefined {
  const pulled = states.findLast(({ arrival }) => arrival <= seen)?.record;
  // What it has typed itself since, and what of that came to stand, is on its screen; later writes of others are not.
  const typed =
    device === null
      ? undefined
      : states.findLast(({ arrival, record }) => arrival > seen && isBy(record[field].mark, device, arrival))?.record;
  return (typed ?? pulled)?.[field].value;
}

function isBy(mark: Mark, device: number, arrival: number): boolean {
  return mark.device === device && mark.arrival === arrival;
}

export function expectedOf(states: ModelStates, arrival: Arrival, circumstances: Circumstances): Expectation {
  const record = states.at(-1)?.record;
  if (!record) return creation(arrival);
  return arrival.payload === null
    ? deletion(record, arrival)
    : upsert(states, record, { ...arrival, payload: arrival.payload }, circumstances);
}

function creation({ payload, mark }: Arrival): Expectation {
  const cell = (value: Value): Cell => ({ value, mark, latest: mark });
  const record = {
    isAlive: true,
    created: mark,
    a: cell(payload?.a ?? null),
    b: cell(payload?.b ?? null),
    turned: null,
  };
  return { outcome: 'applied', record, losses: [] };
}

function upsert(
  states: ModelStates,
  record: ModelRecord,
  { operation, payload, mark }: Arrival & { payload: Payload },
  { policies, carried }: Circumstances,
): Expectation {
  const isNews = newsTo(operation, mark);
  const losses: Loss[] = [];
  const typed: { a?: Cell; b?: Cell } = {};
  for (const field of FIELD_NAMES) {
    const sent = payload[field];
    const stored = record[field];
    if (sent === undefined) continue;
    const cell: Cell = { value: sent, mark, latest: isLaterEdit(stored.latest, mark) ? stored.latest : mark };
    if (!isNews(stored.mark)) {
      if (sent !== stored.value) typed[field] = cell;
      continue;
    }
    // Nobody typed what its sender had before its eyes anyway.
    const sender = { device: mark.device, seen: operation.seen };
    if (sent === (field in carried ? carried[field] : valueBeforeEyes(states, sender, field))) continue;
    const policy = policies[field];
    const isLater = policy === 'latestEdit' && isLaterEdit(mark, stored.latest);
    if (sent === stored.value) {
      // Two people agree: nothing is lost, and the later of them counts.
      if (isLater && record.isAlive) typed[field] = cell;
      continue;
    }
    const stands = policy === 'clientWins' || isLater;
    if (stands) typed[field] = cell;
    losses.push({
      field,
      sent,
      stored: stored.value,
      winner: stands ? 'client' : 'server',
      policy,
      unseen: stored.mark,
    });
  }
  // Whoever states to make the record as a whole wants it to exist.
  const isWhole = operation.seen === NOTHING_SEEN && payload.a !== undefined;
  const comesBack = !record.isAlive && (Object.keys(typed).length > 0 || isWhole);
  if (comesBack && record.turned && isNews(record.turned)) {
    losses.push({
      field: 'deletedAt',
      sent: undefined,
      stored: undefined,
      winner: 'client',
      policy: 'clientWins',
      unseen: record.turned,
    });
  }
  const isWritten = Object.keys(typed).length > 0 || comesBack;
  const after = { ...record, ...typed, ...(comesBack ? { isAlive: true, turned: mark } : {}) };
  return {
    outcome:
      losses.length > 0 ? 'conflict' : !isWritten ? 'unchanged' : marksOf(record).some(isNews) ? 'merged' : 'applied',
    record: isWritten ? after : record,
    losses,
  };
}

function deletion(record: ModelRecord, { operation, mark }: Arrival): Expectation {
  if (!record.isAlive) return { outcome: 'unchanged', record, losses: [] };
  const isNews = newsTo(operation, mark);
  const loss = (field: Loss['field'], stored: Value | undefined, unseen: Mark): Loss => ({
    field,
    sent: undefined,
    stored,
    winner: 'client',
    policy: 'clientWins',
    unseen,
  });
  const losses = FIELD_NAMES.flatMap((field) => {
    const { value, mark: written } = record[field];
    // A field that a creation left empty holds nothing that could be lost; one that an edit emptied does.
    const isEmpty = written === record.created && value === null;
    return isNews(written) && !isEmpty ? [loss(field, value, written)] : [];
  });
  // Somebody brought it back, and no value says so.
  const { turned } = record;
  if (turned && isNews(turned) && losses.every(({ unseen }) => unseen !== turned)) {
    losses.push(loss('deletedAt', undefined, turned));
  }
  return {
    outcome: losses.length > 0 ? 'conflict' : 'applied',
    record: { ...record, isAlive: false, turned: mark },
    losses,
  };
}

/** Whether a write is news to the sender: not its own, and not in what it had pulled. */
function newsTo({ seen }: Operation, { device }: Mark): (mark: Mark) => boolean {
  return (mark) => (mark.device === null || mark.device !== device) && mark.arrival > seen;
}

/** By time; of edits of one moment, the one of the device with the greater number. */
function isLaterEdit(one: Mark, other: Mark): boolean {
  return one.at > other.at || (one.at === other.at && (one.device ?? -1) > (other.device ?? -1));
}

function marksOf({ created, a, b, turned }: ModelRecord): Mark[] {
  return [created, a.mark, b.mark, ...(turned ? [turned] : [])];
}
