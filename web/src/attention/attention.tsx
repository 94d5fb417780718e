import { useSyncStatus } from '@backhaul/sdk/react';
import { Card, Stack } from '@mantine/core';
import { ConflictReview } from '../conflicts/conflict-review.tsx';
import { NewestConflicts } from '../conflicts/newest-conflicts.tsx';
import { useWork } from '../shell/work-context.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Section } from '../ui/section.tsx';
import { MetChanges } from './met-changes.tsx';
import { QuarantineList } from '../quarantine/quarantine-list.tsx';
import { useQuarantine } from '../quarantine/use-quarantine.ts';
import { RejectedList } from './rejected-list.tsx';
import { useAttentionCount } from './use-attention-count.ts';

/**
 * Everything that a machine should not decide: rejected changes, unsent work of lost devices, and conflicts. `onReview`: there
 * is a page for all conflicts; without, they are looked through here.
 */
export function Attention({ onReview }: { readonly onReview?: () => void }) {
  const { tenant } = useWork();
  const { rejected } = useSyncStatus();
  const count = useAttentionCount();
  const isManager = tenant.role === 'manager';
  const waiting = useQuarantine().entries.length;
  return (
    <Section title="Needs attention" count={count}>
      <Stack gap="sm">
        {rejected > 0 && <RejectedList />}
        {!isManager && <MetChanges />}
        {isManager && <QuarantineList />}
        {isManager && onReview && <NewestConflicts alone={rejected + waiting === 0} onReview={onReview} />}
        {isManager && !onReview && <ConflictReview />}
        {!isManager && count === 0 && (
          <Card>
            <EmptyState icon="check" title="All clear">
              Nothing you entered was refused, and nobody changed the same things as you.
            </EmptyState>
          </Card>
        )}
      </Stack>
    </Section>
  );
}
