import { useSyncStatus } from '@backhaul/sdk/react';
import { EVERY_OPEN } from '../conflicts/conflict-query.ts';
import { useConflictCounts } from '../conflicts/use-conflicts.ts';
import { useWork } from '../shell/work-context.ts';

/** How much waits for this person's decision. */
export function useAttentionCount(): number {
  const { tenant } = useWork();
  const { rejected, conflicts } = useSyncStatus();
  const counts = useConflictCounts(EVERY_OPEN);
  return rejected + (tenant.role === 'manager' ? (counts?.open ?? 0) : conflicts);
}
