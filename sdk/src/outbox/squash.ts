import { mustFollow } from './change-order.ts';
import type { PendingChange } from './pending-record.ts';

/**
 * The pending changes of a record and one more, which joins the last unsent change of its base where the order of the
 * record's changes allows it. Changes that may have left the device are never altered.
 */
export function append<C extends PendingChange>(pending: readonly C[], change: C): readonly C[] {
  const target = squashTarget(pending, change);
  if (target === null) return [...pending, change];
  const squashed: C = {
    ...target,
    payload: { ...target.payload, ...change.payload },
    clientUpdatedAt: change.clientUpdatedAt,
    clockOffset: change.clockOffset,
    // An edit may be just what the held change lacked.
    held: change.held ?? (target.held && { ...target.held, notBefore: null }),
  };
  return pending.map((other) => (other === target ? squashed : other));
}

/** Joins what may be joined once some of the changes are unsent again. */
export function squash<C extends PendingChange>(pending: readonly C[]): readonly C[] {
  return pending.reduce<readonly C[]>(append, []);
}

/** The change that this one could not go before, rather than a later one, which would then have to wait for that. */
function squashTarget<C extends PendingChange>(pending: readonly C[], change: C): C | null {
  if (change.op === 'delete' || change.state === 'sent') return null;
  let target: C | null = null;
  for (const earlier of pending.toReversed()) {
    if (mustFollow(change, earlier)) return takes(earlier, change) ? earlier : target;
    if (target === null && takes(earlier, change)) target = earlier;
  }
  return target;
}

/**
 * A held change is joined by what could not go before it, and by nothing else: that would only have to wait with it. For the
 * same reason it joins none that is not held.
 */
function takes(earlier: PendingChange, change: PendingChange): boolean {
  const joins = earlier.op === 'upsert' && earlier.state === 'unsent' && earlier.baseUpdatedAt === change.baseUpdatedAt;
  return joins && (earlier.held === null ? change.held === null : mustFollow(change, earlier));
}
