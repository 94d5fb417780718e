import {
  type ChangeId,
  type DeviceId,
  ERROR_CODES,
  type ErrorCode,
  parseRecordId,
  type RecordId,
} from '@backhaul/shared';
import {
  admitChange,
  type AdmitContext,
  type AdmittedChange,
  echoed,
  type RejectedChange,
} from '@backhaul/shared/engine';
import { canonicalText, contentHash, derivedChangeId } from '../sync/push/change-identity.ts';
import { withinDepth } from './within-depth.ts';

/** What is sealed of an entry. */
export interface QuarantineContent {
  /** As it was handed over. */
  readonly change: unknown;
  /** What its device had been told when it was refused. */
  readonly refusal: { readonly message: string; readonly fields: readonly string[] } | null;
  /** What a manager applied instead of the typed values. */
  readonly corrections: { readonly [field: string]: unknown } | null;
}

/** An item of an escrow request as it is kept, whatever it is. Nothing about it throws. */
export interface ReadItem {
  readonly changeId: ChangeId;
  readonly contentHash: string;
  readonly op: 'upsert' | 'delete' | null;
  readonly entity: string | null;
  readonly entityId: RecordId | null;
  /** ISO-8601 UTC, at most now. */
  readonly editedAt: string;
  /** Why it had been refused. */
  readonly code: ErrorCode | null;
  readonly content: QuarantineContent;
}

export function readChange(raw: unknown, context: AdmitContext): ReadItem {
  return readItem(raw, { code: null, refusal: null }, context);
}

/** `{change, code, message, fields}`; what is no such object is kept as it is. */
export function readRejection(raw: unknown, context: AdmitContext): ReadItem {
  if (typeof raw !== 'object' || raw === null || !Object.hasOwn(raw, 'change')) return readChange(raw, context);
  const { change, code, message, fields } = raw as { readonly [member: string]: unknown };
  const refusal = { message: shortText(message) ?? '', fields: shortTexts(fields) };
  return readItem(change, { code: knownCode(code), refusal }, context);
}

function readItem(
  raw: unknown,
  { code, refusal }: Pick<ReadItem, 'code'> & Pick<QuarantineContent, 'refusal'>,
  context: AdmitContext,
): ReadItem {
  const change = withinDepth(raw);
  const judged = admitChange(change, 0, context);
  const frame = admitFrame(change, context);
  const { op, entity, entityId } = judged;
  return {
    ...(judged.receipt ?? identityOf(change, context.deviceId)),
    op: op === 'upsert' || op === 'delete' ? op : null,
    entity,
    entityId: parseRecordId(entityId),
    editedAt: frame?.at ?? context.now,
    code,
    content: { change, refusal, corrections: null },
  };
}

/** A change without its values; `null` where even with others nothing could be applied. */
export function admitFrame(change: unknown, context: AdmitContext): AdmittedChange | null {
  const payload = payloadOf(change);
  const isDelete = typeof change === 'object' && change !== null && 'op' in change && change.op === 'delete';
  if (payload === null && !isDelete) return null;
  const judged = admitChange({ ...(change as object), payload: {} }, 0, context);
  return 'kind' in judged ? null : judged;
}

/** The change with corrections over its values. */
export function admitCorrected(
  { change, corrections }: Pick<QuarantineContent, 'change' | 'corrections'>,
  context: AdmitContext,
): AdmittedChange | RejectedChange {
  const payload = payloadOf(change);
  const corrected =
    payload && corrections ? { ...(change as object), payload: { ...payload, ...corrections } } : change;
  return admitChange(corrected, 0, context);
}

export function payloadOf(change: unknown): { readonly [field: string]: unknown } | null {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) return null;
  const { payload } = change as { readonly payload?: unknown };
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload)
    ? (payload as { readonly [field: string]: unknown })
    : null;
}

/** For what has no usable id of its own. */
function identityOf(change: unknown, deviceId: DeviceId): Pick<ReadItem, 'changeId' | 'contentHash'> {
  const text = canonicalText({ item: change });
  return { changeId: derivedChangeId(deviceId, text), contentHash: contentHash(text) };
}

function knownCode(code: unknown): ErrorCode | null {
  return (ERROR_CODES as readonly unknown[]).includes(code) ? (code as ErrorCode) : null;
}

const MAX_MESSAGE = 1000;
const MAX_FIELDS = 50;

function shortText(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, MAX_MESSAGE) : null;
}

function shortTexts(value: unknown): string[] {
  const texts = Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  return texts.slice(0, MAX_FIELDS).map(echoed);
}
