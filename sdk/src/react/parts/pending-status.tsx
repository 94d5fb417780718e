import type { ReactElement, ReactNode } from 'react';
import { useMessages } from '../backhaul-context.ts';
import { describeStatus, type StatusText } from '../describe-status.ts';
import { usePending } from '../use-pending.ts';
import { useSyncStatus } from '../use-sync-status.ts';

export interface PendingStatusProps {
  readonly className?: string;
  /** In place of the sentence alone. */
  readonly children?: (status: StatusText) => ReactNode;
}

/** How the sync of this device stands, in a sentence that assistive technology reads out when it changes. */
export function PendingStatus({ className, children }: PendingStatusProps): ReactElement {
  const status = describeStatus(useSyncStatus(), useMessages());
  return (
    <div role="status" data-backhaul="pending-status" data-mood={status.mood} className={className}>
      {children ? children(status) : status.text}
    </div>
  );
}

export interface PendingBadgeProps {
  /** The declared name: `finance_entry`. */
  readonly entity: string;
  readonly id: string;
  readonly className?: string;
  /** In place of the words; told how many changes wait. */
  readonly children?: (changes: number) => ReactNode;
}

/** A mark at a record whose changes have not all been acknowledged; nothing otherwise. */
export function PendingBadge({ entity, id, className, children }: PendingBadgeProps): ReactElement | null {
  const changes = usePending(entity, id);
  const { notSentYet } = useMessages();
  if (changes === 0) return null;
  return (
    <span data-backhaul="pending-badge" className={className}>
      {children ? children(changes) : notSentYet}
    </span>
  );
}
