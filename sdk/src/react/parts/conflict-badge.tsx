import type { ReactElement, ReactNode } from 'react';
import type { LocalConflict } from '../../store/rows.ts';
import { useMessages } from '../backhaul-context.ts';
import { useConflicts } from '../use-conflicts.ts';

export interface ConflictBadgeProps {
  /** Of one record alone; without it, of all. */
  readonly record?: { readonly entity: string; readonly id: string };
  /** Makes the badge a button. */
  readonly onOpen?: (conflicts: readonly LocalConflict[]) => void;
  readonly className?: string;
  /** In place of the words. */
  readonly children?: (conflicts: readonly LocalConflict[]) => ReactNode;
}

/** How many of this device's changes met somebody else's and have not been looked at; nothing when there are none. */
export function ConflictBadge({ record, onOpen, className, children }: ConflictBadgeProps): ReactElement | null {
  const { conflicts = [] } = useConflicts();
  const messages = useMessages();
  const shown = record
    ? conflicts.filter(({ entity, entityId }) => entity === record.entity && entityId === record.id)
    : conflicts;
  if (shown.length === 0) return null;
  const props = { 'data-backhaul': 'conflict-badge', className };
  const content = children ? children(shown) : messages.conflicts(shown.length);
  if (!onOpen) return <span {...props}>{content}</span>;
  return (
    <button type="button" {...props} onClick={() => onOpen(shown)}>
      {content}
    </button>
  );
}
