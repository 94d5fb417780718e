import { useSyncStatus } from '@backhaul/sdk/react';
import { useOpenConflicts } from '../conflicts/use-open-conflicts.ts';
import { useWork } from '../shell/work-context.ts';

/** How much waits for this person's decision. */
export function useAttentionCount(): number {
  const { tenant } = useWork();
  const { rejected, conflicts } = useSyncStatus();
  const open = useOpenConflicts();
  return rejected + (tenant.role === 'manager' ? (open.data?.length ?? 0) : conflicts);
}
