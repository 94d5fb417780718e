import type { EscrowRequest } from '@backhaul/shared';
import { type BatchLimits, within } from '../push/batch-limits.ts';
import { wireChange } from '../push/take-batch.ts';
import type { EscrowedWork, OutboxChange, RejectedChange } from '../store/rows.ts';

/** Part of some work, small enough for one request. Rejections come first: they are older than what was not sent yet. */
export type WorkBatch = Pick<EscrowedWork, 'changes' | 'rejected'>;

/** The next that there is to hand over; empty when nothing is left but what can not be, or is left out. */
export function nextBatch(
  { changes, rejected, stuck }: EscrowedWork,
  limits: BatchLimits,
  leftOut: ReadonlySet<string>,
): WorkBatch {
  const known = new Set(stuck);
  const isLeftOut = ({ changeId }: { readonly changeId: string }): boolean =>
    known.has(changeId) || leftOut.has(changeId);
  const fits = within(limits);
  const batch: { changes: OutboxChange[]; rejected: RejectedChange[] } = { changes: [], rejected: [] };
  for (const change of rejected) {
    if (isLeftOut(change)) continue;
    if (!fits(wireRejection(change))) return batch;
    batch.rejected.push(change);
  }
  for (const change of changes) {
    if (isLeftOut(change)) continue;
    if (!fits(wireChange(change))) return batch;
    batch.changes.push(change);
  }
  return batch;
}

export function sizeOf({ changes, rejected }: WorkBatch): number {
  return changes.length + rejected.length;
}

export function idsOf({ changes, rejected }: WorkBatch): string[] {
  return [...rejected, ...changes].map(({ changeId }) => changeId);
}

/** The work without what was handed over. */
export function withoutBatch(work: EscrowedWork, batch: WorkBatch): EscrowedWork {
  const gone = new Set(idsOf(batch));
  const kept = ({ changeId }: { readonly changeId: string }): boolean => !gone.has(changeId);
  const left = { changes: work.changes.filter(kept), rejected: work.rejected.filter(kept) };
  return { ...work, ...left, handedOver: work.handedOver + sizeOf(work) - sizeOf(left) };
}

/** The same changes in the same words as in a push, so that one which has arrived after all is recognised. */
export function escrowRequest(work: EscrowedWork, { changes, rejected }: WorkBatch, now: number): EscrowRequest {
  const { deviceId, reason, setAsideAt } = work;
  return {
    deviceId,
    reason,
    setAsideAt,
    clientTime: new Date(now).toISOString(),
    changes: changes.map(wireChange),
    rejected: rejected.map(wireRejection),
  };
}

function wireRejection(rejected: RejectedChange) {
  const { code, message, fields } = rejected;
  return { change: wireChange(rejected), code, message, fields };
}
