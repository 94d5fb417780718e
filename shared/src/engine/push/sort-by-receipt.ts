import { isRetryable } from '../../errors/error-policy.ts';
import type { DeviceId } from '../../ids.ts';
import type { Receipt } from './receipt.ts';
import type { AdmittedChange, DecidableChange, RejectedChange } from './change.ts';

/** A change that was decided before: in an earlier push, or earlier in this one. */
export interface ReplayedChange {
  readonly kind: 'replayed';
  readonly change: AdmittedChange | RejectedChange;
  /** `null`: its first occurrence is in this same push. */
  readonly receipt: Receipt | null;
}

export type Settled = RejectedChange | ReplayedChange;

/**
 * Tells changes that are still to be decided from those that need no deciding: malformed ones, repetitions, and ids that
 * were used for something else. One that waits for a newer server is to be decided: it holds back what follows on its record.
 */
export function sortByReceipt(
  changes: readonly (AdmittedChange | RejectedChange)[],
  receipts: readonly Receipt[],
  deviceId: DeviceId,
): { readonly fresh: DecidableChange[]; readonly settled: Settled[] } {
  const stored = new Map(receipts.map((receipt) => [receipt.change_id, receipt]));
  const firstHash = new Map<string, string>();
  const fresh: DecidableChange[] = [];
  const settled: Settled[] = [];
  for (const change of changes) {
    const { receipt } = change;
    if (!receipt) {
      if ('kind' in change) settled.push(change);
      continue;
    }
    const { changeId, contentHash } = receipt;
    const earlier = stored.get(changeId);
    const earlierHash = earlier?.content_hash ?? firstHash.get(changeId);
    if (earlierHash !== undefined) {
      const isSame = earlierHash === contentHash && (!earlier || earlier.device_id === deviceId);
      settled.push(isSame ? { kind: 'replayed', change, receipt: earlier ?? null } : reused(change));
      continue;
    }
    firstHash.set(changeId, contentHash);
    if ('kind' in change && !isRetryable(change.code)) settled.push(change);
    else fresh.push(change);
  }
  return { fresh, settled };
}

function reused(change: AdmittedChange | RejectedChange): RejectedChange {
  const { index, receipt, entity, entityId, op } = change;
  return {
    kind: 'rejected',
    index,
    receipt,
    changeId: receipt?.changeId ?? null,
    entity,
    entityId,
    op,
    code: 'CHANGE_ID_REUSED',
    message: 'This change id was used before, with other content or by another device',
    fields: [],
  };
}
