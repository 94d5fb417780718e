import type { ConflictRow } from '@backhaul/db';
import { type Cursor, type Resolution, unreachable } from '@backhaul/shared';
import type { Keyring } from '../crypto/tenant-crypto.ts';
import { ApiError } from '../http/api-error.ts';
import { type WireRecord } from '@backhaul/shared/engine';
import type { RecordWrite } from '../records/write-record.ts';
import { sideValues } from './to-conflicts.ts';

/** What a manager decides about one conflict. */
export interface Decision {
  /** In lower case. */
  readonly conflictId: string;
  readonly resolution: Resolution;
  /** Of an `edit`. */
  readonly values?: { readonly [field: string]: unknown } | undefined;
  /** The version of the record that the manager saw. */
  readonly expectedUpdatedAt?: Cursor | undefined;
}

/** What is to be done about a decision, before anything is written. */
export type Plan =
  /** `write`: the change that carries it out; `null` where the winner is kept. */
  | { readonly kind: 'decide'; readonly row: ConflictRow; readonly write: RecordWrite | null }
  /** Resolved earlier, or decided by an earlier item of the same request. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'refused'; readonly error: ApiError };

export function planDecision(
  decision: Decision,
  found: { readonly row: ConflictRow | undefined; readonly record: WireRecord | undefined; readonly keyring: Keyring },
): Plan {
  const { row, record, keyring } = found;
  if (!row) return { kind: 'refused', error: new ApiError('NOT_FOUND') };
  if (row.status === 'resolved') return { kind: 'repeated' };
  const { expectedUpdatedAt } = decision;
  if (expectedUpdatedAt !== undefined && record && (record.updatedAt as Cursor) > expectedUpdatedAt) {
    return { kind: 'refused', error: new ApiError('RECORD_MOVED', { details: { record } }) };
  }
  return { kind: 'decide', row, write: resolvingWrite(decision, row, keyring) };
}

function resolvingWrite({ resolution, values = {} }: Decision, row: ConflictRow, keyring: Keyring): RecordWrite | null {
  const target = { entity: row.entity, id: row.entity_id, base: { kind: 'current' } } as const;
  const op = row.kind === 'deletedOverEdit' ? 'revive' : 'upsert';
  switch (resolution) {
    case 'keep':
      return null;
    case 'edit':
      return { ...target, op, values };
    case 'restore': {
      if (row.kind === 'editedOverDelete') return { ...target, op: 'delete', values: {} };
      const { client, server } = sideValues(keyring, row);
      return { ...target, op, values: row.winner === 'client' ? server : client };
    }
    default:
      return unreachable(resolution);
  }
}
