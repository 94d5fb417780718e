import { parseCursor } from '../../cursor.ts';
import { type Domain, entityOf } from '../../domain/define-domain.ts';
import type { Entity } from '../../domain/define-entity.ts';
import { type ChangeId, type DeviceId, parseChangeId, parseRecordId, type RecordId } from '../../ids.ts';
import { isLater, parseInstant } from '../../instant.ts';
import type { AdmittedChange, Base, RejectedChange } from './change.ts';
import { isClockOffset } from './device-facts.ts';
import { describeFaults, echoed, type Fault, fault, parsePayload } from './parse-payload.ts';

export interface AdmitContext {
  readonly domain: Domain;
  readonly deviceId: DeviceId;
  /** The server's now, ISO-8601 UTC: no edit was made later. */
  readonly now: string;
  /** Milliseconds that the device's clock is behind, for changes that do not state their own offset. */
  readonly clockOffset: number;
  readonly identity: ChangeIdentity;
}

/** What makes a change the same one when it comes again. Given, because hashing is the platform's. */
export interface ChangeIdentity {
  /** The one text of a change as sent, whatever the order of its keys. */
  textOf(change: object): string;
  /** Tells a repetition from a reused id. */
  hashOf(text: string): string;
  /** The id of a change that came without one: repeating it repeats the id. */
  idOf(deviceId: DeviceId, text: string): ChangeId;
}

const EDIT_TIME_FORM = 'must be an ISO-8601 instant with a time zone, and clockOffset, if any, whole milliseconds';

const MAX_DEPTH = 16;

/** Checks the form and the values of one change. Whatever is wrong is this change's rejection; nothing throws. */
export function admitChange(raw: unknown, index: number, context: AdmitContext): AdmittedChange | RejectedChange {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw) || isDeeperThan(raw, MAX_DEPTH)) {
    return rejected({ index }, [{ code: 'MALFORMED_CHANGE', field: '', reason: 'a change is a flat JSON object' }]);
  }
  const change = raw as Record<string, unknown>;
  const { identity, deviceId } = context;
  const text = identity.textOf(change);
  const changeId = change.changeId === undefined ? identity.idOf(deviceId, text) : parseChangeId(change.changeId);
  const receipt = changeId === null ? null : { changeId, contentHash: identity.hashOf(text) };
  const named = { index, raw: change, receipt };
  if (!receipt) return rejected(named, [fault('INVALID_ID', 'changeId', 'must be a UUID')]);

  const frame = parseFrame(change, context);
  if ('faults' in frame) return rejected(named, frame.faults);
  const { op, entity, declaration, entityId, base, at } = frame;
  if (op === 'delete') {
    return { index, receipt, op, entity, declaration, entityId, at, base, payload: {}, sent: {} };
  }
  const payload = change.payload;
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    return rejected(named, [fault('MALFORMED_CHANGE', 'payload', 'must be an object')]);
  }
  const parsed = parsePayload(declaration, payload as Record<string, unknown>);
  if ('faults' in parsed) return rejected(named, parsed.faults);
  const sent = payload as Record<string, unknown>;
  return { index, receipt, op, entity, declaration, entityId, at, base, payload: parsed.values, sent };
}

interface Frame {
  readonly op: 'upsert' | 'delete';
  readonly entity: string;
  readonly declaration: Entity;
  readonly entityId: RecordId;
  readonly base: Base;
  readonly at: string;
}

function parseFrame(
  change: Record<string, unknown>,
  context: AdmitContext,
): Frame | { readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const { op, entity } = change;
  if (op !== 'upsert' && op !== 'delete') faults.push(fault('MALFORMED_CHANGE', 'op', 'must be upsert or delete'));
  const entityId = parseRecordId(change.entityId);
  if (entityId === null) faults.push(fault('INVALID_ID', 'entityId', 'must be a UUID'));
  const at = editTime(change, context);
  if (at === null) faults.push(fault('INVALID_DATE', 'clientUpdatedAt', EDIT_TIME_FORM));
  const base = parseBase(change);
  if (base === null)
    faults.push(fault('INVALID_CURSOR', 'baseUpdatedAt', 'must be an updatedAt that the server gave, or null'));
  if (typeof entity !== 'string') faults.push(fault('MALFORMED_CHANGE', 'entity', 'must be a text'));
  const declaration = typeof entity === 'string' ? entityOf(context.domain, entity) : null;
  if (typeof entity === 'string' && !declaration) faults.push(fault('UNKNOWN_ENTITY', 'entity', 'is not known here'));
  if (faults.length > 0) return { faults };
  return { op, entity, declaration, entityId, base, at } as Frame;
}

/** The edit time by the server's clock: the device's reading, moved by its offset, never in the future. */
function editTime(change: Record<string, unknown>, { clockOffset, now }: AdmitContext): string | null {
  const stated = parseInstant(change.clientUpdatedAt);
  if (stated === null) return null;
  const offset = change.clockOffset ?? clockOffset;
  if (!isClockOffset(offset)) return null;
  if (offset === 0) return isLater(stated, now) ? now : stated;
  const corrected = new Date(Date.parse(stated) + offset).toISOString();
  return isLater(corrected, now) ? now : corrected;
}

function parseBase({ baseUpdatedAt }: Record<string, unknown>): Base | null {
  if (baseUpdatedAt === undefined) return { kind: 'unstated' };
  if (baseUpdatedAt === null) return { kind: 'create' };
  const version = parseCursor(baseUpdatedAt);
  return version === null ? null : { kind: 'version', version };
}

function rejected(
  named: {
    index: number;
    raw?: Record<string, unknown>;
    receipt?: { changeId: ChangeId; contentHash: string } | null;
  },
  faults: readonly Fault[],
): RejectedChange {
  const { index, raw = {}, receipt = null } = named;
  return {
    kind: 'rejected',
    index,
    receipt,
    changeId: receipt?.changeId ?? shortText(raw.changeId),
    entity: shortText(raw.entity),
    entityId: parseRecordId(raw.entityId) ?? shortText(raw.entityId),
    op: shortText(raw.op),
    ...describeFaults(faults),
  };
}

function shortText(value: unknown): string | null {
  return typeof value === 'string' ? echoed(value) : null;
}

function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}
