import type { Entity, Field, Json } from '@backhaul/shared';
import { isCreate } from '../outbox/change-order.ts';
import type { OutboxChange } from '../store/rows.ts';
import type { Refusal, Verdict } from './verdicts.ts';

/** What came of a change that an older server does not take as a whole. */
export interface SplitChange {
  /** What the server can take, in the place of the change. */
  readonly known: OutboxChange;
  /** What waits for a newer server, right behind it. */
  readonly waiting: OutboxChange;
}

interface SplitContext {
  /** `null`: this app does not declare the record. */
  readonly entity: Entity | null;
  readonly newId: () => string;
  /** The number of the record's next change. */
  readonly nextSeq: number | null;
}

/**
 * Divides a held change into what the server knows and what it does not: a title need not wait for weeks because a color was
 * set with it. `null`: it waits as a whole.
 */
export function splitForOlderServer(held: OutboxChange, { entity, newId, nextSeq }: SplitContext): SplitChange | null {
  const reason = held.held;
  if (held.op === 'delete' || reason === null || !isOfSchema(reason)) return null;
  const waits = (field: string): boolean => reason.fields.includes(field);
  const unknown = fieldsOf(held, waits);
  const known = fieldsOf(held, (field) => !waits(field));
  if (Object.keys(unknown).length === 0 || Object.keys(known).length === 0) return null;
  // Without a value that the server requires there is no record. Of a field that it does not know it requires none.
  const isNeeded = (field: string): boolean => entity?.fields[field]?.required === true;
  const mustBeWhole = isCreate(held) && reason.code !== 'UNKNOWN_FIELD' && Object.keys(unknown).some(isNeeded);
  if (mustBeWhole) return null;
  return {
    known: { ...held, payload: known, held: null },
    waiting: { ...held, seq: seqBehind(held.seq, nextSeq), changeId: newId(), payload: unknown },
  };
}

/** Whether a change waits for nothing but fields that the server does not know. */
export function isUnknownToServer({ held, payload }: OutboxChange): boolean {
  return held?.code === 'UNKNOWN_FIELD' && Object.keys(payload).every((field) => held.fields.includes(field));
}

/** The outbox is in the order of the edits, and nothing is ever numbered between two whole numbers but these parts. */
function seqBehind(seq: number, next: number | null): number {
  const end = Math.floor(seq) + 1;
  return (seq + (next === null || next > end ? end : next)) / 2;
}

function fieldsOf({ payload }: OutboxChange, takes: (field: string) => boolean): OutboxChange['payload'] {
  return Object.fromEntries(Object.entries(payload).filter(([field]) => takes(field)));
}

/** Reasons that a newer server takes away; a missing reference is not one of them. */
export function isOfSchema({ code }: Pick<Refusal, 'code'>): boolean {
  return SCHEMA_CODES.has(code);
}

const SCHEMA_CODES: ReadonlySet<string> = new Set(['UNKNOWN_FIELD', 'UNKNOWN_ENTITY', 'INVALID_FIELD', 'INVALID_TEXT']);

/**
 * What an older server refuses for good, a newer one may take: a value that this app declares and that one does not know, or a
 * longer text. It is held, like a field that the server does not know.
 */
export function leniently(change: OutboxChange, verdict: Verdict, entity: Entity | null): Verdict {
  if (verdict.kind !== 'refused' || !isOfSchema(verdict.refusal) || entity === null) return verdict;
  const { fields } = verdict.refusal;
  const isDeclared = (name: string): boolean => {
    const field = Object.hasOwn(entity.fields, name) ? entity.fields[name] : undefined;
    return field !== undefined && takes(field, change.payload[name]);
  };
  return fields.length > 0 && fields.every(isDeclared) ? { kind: 'held', reason: verdict.refusal } : verdict;
}

/** Whether this app's declaration takes the value, as far as it may take more than an older one. */
function takes(field: Field, value: Json | undefined): boolean {
  const isKnown = (item: unknown): boolean => 'values' in field && field.values.some((known) => known === item);
  if (field.kind === 'text') return typeof value === 'string' && value.length <= field.maxLength;
  if (field.kind === 'enum') return isKnown(value);
  if (field.kind === 'enumList') return Array.isArray(value) && value.every(isKnown);
  if (field.kind === 'objectList') return Array.isArray(value) && value.length <= field.maxItems;
  // What other kinds take never grows; but the rejection names fields that the service does not know, too.
  return true;
}
