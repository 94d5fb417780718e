import type { Entity } from '@backhaul/shared';
import { mustFollow } from './change-order.ts';
import type { PendingChange } from './pending-record.ts';

/** Whether the time of an edit decides about the field when two people have edited it. */
export type IsTimed = (field: string) => boolean;

/** What this app does not declare may be such a field. */
export function timedFields(entity: Entity | null): IsTimed {
  return (field) => {
    const declared = entity?.fields[field];
    return declared === undefined || declared.policy === 'latestEdit';
  };
}

/**
 * The pending changes of a record and one more, which joins the last unsent change of its base where the order of the
 * record's changes allows it. Changes that may have left the device are never altered.
 */
export function append<C extends PendingChange>(pending: readonly C[], change: C, isTimed: IsTimed): readonly C[] {
  const target = squashTarget(pending, change, isTimed);
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
export function squash<C extends PendingChange>(pending: readonly C[], isTimed: IsTimed): readonly C[] {
  return pending.reduce<readonly C[]>((joined, change) => append(joined, change, isTimed), []);
}

/** The change that this one could not go before, rather than a later one, which would then have to wait for that. */
function squashTarget<C extends PendingChange>(pending: readonly C[], change: C, isTimed: IsTimed): C | null {
  if (change.op === 'delete' || change.state === 'sent') return null;
  let target: C | null = null;
  for (const earlier of pending.toReversed()) {
    if (mustFollow(change, earlier)) return takes(earlier, change, isTimed) ? earlier : target;
    if (target === null && takes(earlier, change, isTimed)) target = earlier;
  }
  return target;
}

/**
 * A held change is joined by what could not go before it, and by nothing else: that would only have to wait with it. For the
 * same reason it joins none that is not held.
 */
function takes(earlier: PendingChange, change: PendingChange, isTimed: IsTimed): boolean {
  const joins = earlier.op === 'upsert' && earlier.state === 'unsent' && earlier.baseUpdatedAt === change.baseUpdatedAt;
  if (!joins) return false;
  if (earlier.held !== null) return mustFollow(change, earlier);
  return change.held === null && !wouldMakeLater(earlier, change, isTimed);
}

/** A change has one edit time. Where that decides, a value that was typed before must not get the time of what is typed now. */
function wouldMakeLater(earlier: PendingChange, change: PendingChange, isTimed: IsTimed): boolean {
  if (earlier.clientUpdatedAt === change.clientUpdatedAt) return false;
  return Object.keys(earlier.payload).some((field) => isTimed(field) && !Object.hasOwn(change.payload, field));
}
