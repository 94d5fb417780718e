import { useSyncStatus } from '@backhaul/sdk/react';
import { EVERY_OPEN } from '../conflicts/conflict-query.ts';
import { useConflictCounts } from '../conflicts/use-conflicts.ts';
import { useQuarantine } from '../quarantine/use-quarantine.ts';
import { useWork } from '../shell/work-context.ts';

/** How much waits for this person's decision. */
export function useAttentionCount(): number {
  const { tenant } = useWork();
  const { rejected, conflicts } = useSyncStatus();
  const open = useConflictCounts(EVERY_OPEN)?.open ?? 0;
  const waiting = useQuarantine().counts?.waiting ?? 0;
  return rejected + (tenant.role === 'manager' ? open + waiting : conflicts);
}
