import type { NewConflict } from '../conflicts/new-conflict.ts';
import type { Cursor } from '../../cursor.ts';
import type { Entity } from '../../domain/define-entity.ts';
import type { Role, ScopeKeys } from '../../domain/roles.ts';
import type { ErrorCode } from '../../errors/error-code.ts';
import type { ChangeId, DeviceId, RecordId, UserId } from '../../ids.ts';
import type { Json } from '../../json.ts';
import type { RecordValues, StoredRecord } from '../../merge/stored-record.ts';
import type { Outcome } from '../../protocol/push.ts';

/** The version that an edit was made on, as its sender states it. */
export type Base =
  /** The sender knew no copy. */
  | { readonly kind: 'create' }
  | { readonly kind: 'version'; readonly version: Cursor }
  /** A version that the tenant clock has not reached: of before a backup was restored, or invented. It proves nothing. */
  | { readonly kind: 'ahead' }
  /** A client that keeps no versions: the earlier of the edit time and what its device has pulled. */
  | { readonly kind: 'unstated' }
  /** The record as it is now: generic routes, resolutions and the service itself. */
  | { readonly kind: 'current' };

/** A change whose form and values are checked; what it may do is not decided yet. */
export interface AdmittedChange {
  /** Position in its request. */
  readonly index: number;
  /** `null`: not from an outbox, so it has no receipt. */
  readonly receipt: { readonly changeId: ChangeId; readonly contentHash: string } | null;
  /** `revive` never comes from a device: resolutions use it. */
  readonly op: 'upsert' | 'delete' | 'revive';
  readonly entity: string;
  readonly declaration: Entity;
  readonly entityId: RecordId;
  /** When the edit was made: corrected for the device's clock, at most now. ISO-8601 UTC. */
  readonly at: string;
  readonly base: Base;
  /** Canonical values of declared fields. Empty for a delete. */
  readonly payload: RecordValues;
  /** The payload as it was sent. */
  readonly sent: { readonly [field: string]: unknown };
}

/** A change that could not be applied. Members are `null` where the change was too malformed to say. */
export interface RejectedChange {
  readonly kind: 'rejected';
  readonly index: number;
  readonly receipt: { readonly changeId: ChangeId; readonly contentHash: string } | null;
  readonly changeId: string | null;
  readonly entity: string | null;
  readonly entityId: string | null;
  readonly op: string | null;
  readonly code: ErrorCode;
  readonly message: string;
  readonly fields: readonly string[];
}

export interface AcceptedChange {
  readonly kind: 'accepted';
  readonly change: AdmittedChange;
  readonly outcome: Exclude<Outcome, 'rejected'>;
  /** The record right after this change. */
  readonly record: StoredRecord;
  /** The sender can not know the record from what it sent: it was newer than the base, or differs from the payload. */
  readonly echo: boolean;
  readonly conflicts: readonly NewConflict[];
}

export type ChangeOutcome = AcceptedChange | RejectedChange;

/** What a request is decided from, in its order: a change that waits for something holds back what follows on its record. */
export type DecidableChange = AdmittedChange | RejectedChange;

/** Who makes the changes of one request, and what they may. */
export interface Writer {
  readonly userId: UserId | null;
  /** Who typed the changes, where that was somebody else. */
  readonly typedBy?: Author;
  /** For the audit log. */
  readonly deviceId: DeviceId | null;
  /**
   * The device whose outbox the changes come from: its own earlier changes are no surprise to it. `null` for generic routes,
   * resolutions and the service, which are another writer to every outbox, that of the same device included.
   */
  readonly outbox: DeviceId | null;
  /** What the device has pulled, for changes without a base. */
  readonly pullCursor: Cursor | null;
  readonly authority:
    | { readonly kind: 'member'; readonly role: Role; readonly keys: ScopeKeys }
    | { readonly kind: 'service' };
}

/** Somebody whose change another person applies. */
export interface Author {
  readonly userId: UserId;
  /** Fields that the one who applies it has corrected. */
  readonly corrected: ReadonlySet<string>;
}

/** An accepted write, as the audit log keeps it. */
export interface AuditedWrite {
  readonly change: AdmittedChange;
  readonly version: Cursor;
  readonly action: 'create' | 'update' | 'delete' | 'restore';
  readonly changes: { readonly [field: string]: { readonly from: Json; readonly to: Json } };
}

export function reject(
  change: AdmittedChange,
  code: ErrorCode,
  message: string,
  fields: readonly string[] = [],
): RejectedChange {
  const { index, receipt, entity, entityId, op } = change;
  const changeId = receipt?.changeId ?? null;
  return { kind: 'rejected', index, receipt, changeId, entity, entityId, op, code, message, fields };
}

/** For what the database refuses although every check let it pass. */
export function refuseInternally(change: DecidableChange): RejectedChange {
  if ('kind' in change) return change;
  return reject(change, 'INTERNAL_CHANGE', 'The database refused this change');
}
