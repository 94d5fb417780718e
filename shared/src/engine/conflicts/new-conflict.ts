import type { ConflictKind, Resolution } from '../../conflicts/summary.ts';
import type { Cursor } from '../../cursor.ts';
import type { ConflictPolicy } from '../../domain/conflict-policy.ts';
import type { ChangeId, DeviceId, RecordId, UserId } from '../../ids.ts';
import type { RecordValues } from '../../merge/stored-record.ts';

export interface NewConflictSide {
  readonly values: RecordValues;
  readonly user: UserId | null;
  readonly device: DeviceId | null;
  /** When the edit was made, ISO-8601 UTC. */
  readonly at: string | null;
}

/** An entry of the conflict log, sensitive values in the clear. */
export interface NewConflict {
  readonly conflictId: string;
  readonly version: Cursor;
  readonly entity: string;
  readonly entityId: RecordId;
  readonly changeId: ChangeId | null;
  readonly kind: ConflictKind;
  readonly fields: readonly string[];
  readonly policy: ConflictPolicy;
  readonly winner: 'client' | 'server';
  readonly client: NewConflictSide;
  readonly server: NewConflictSide;
  readonly serverVersion: Cursor;
}

/** A conflict as the push that caused it is told of it. */
export interface ReplayedConflict {
  readonly changeId: ChangeId;
  readonly conflictId: string;
  readonly entity: string;
  readonly entityId: RecordId;
  readonly kind: ConflictKind;
  readonly fields: readonly string[];
  readonly policy: ConflictPolicy;
  readonly winner: 'client' | 'server';
  readonly clientUser: UserId | null;
  readonly serverUser: UserId | null;
  readonly serverVersion: Cursor;
  readonly resolution: Resolution | null;
  readonly resolvedBy: UserId | null;
}
