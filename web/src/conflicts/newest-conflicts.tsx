import { Button, Card, Skeleton, Text } from '@mantine/core';
import { useNames } from '../tasks/use-names.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Problem } from '../ui/problem.tsx';
import { ConflictCard } from './conflict-card.tsx';
import { EVERY_OPEN } from './conflict-query.ts';
import { countText, useConflictCounts, useConflictPages } from './use-conflicts.ts';
import { useDevices } from './use-devices.ts';

const SHOWN = 3;

interface NewestConflictsProps {
  /** Nothing else waits, so an empty list says so. */
  readonly alone: boolean;
  readonly onReview: () => void;
}

/** The newest open conflicts, and the way to all of them. */
export function NewestConflicts({ alone, onReview }: NewestConflictsProps) {
  const { conflicts, isError, error, online, refetch, refresh } = useConflictPages(EVERY_OPEN, SHOWN);
  const counts = useConflictCounts(EVERY_OPEN);
  const names = useNames();
  const devices = useDevices();
  if (!conflicts && !online) {
    return (
      <Card>
        <EmptyState icon="offline" title="Conflicts are settled online">
          They show up here when this device is connected again.
        </EmptyState>
      </Card>
    );
  }
  if (!conflicts && isError) {
    return (
      <Problem title="The conflicts can not be fetched" onRetry={() => void refetch()}>
        {error.message}
      </Problem>
    );
  }
  if (!conflicts) return <Skeleton height={180} radius="lg" aria-label="Fetching conflicts" />;
  return (
    <>
      {conflicts.length === 0 && alone && (
        <Card>
          <EmptyState icon="check" title="All clear">
            When two people change the same thing, both values are kept and you decide here.
          </EmptyState>
        </Card>
      )}
      {!online && conflicts.length > 0 && (
        <Text size="sm" c="dimmed">
          As of the last connection. Conflicts are settled online.
        </Text>
      )}
      {conflicts.slice(0, SHOWN).map((conflict) => (
        <ConflictCard
          key={conflict.id}
          conflict={conflict}
          names={names}
          devices={devices}
          online={online}
          onSettled={refresh}
        />
      ))}
      <Button variant="default" onClick={onReview}>
        Review conflicts{counts && counts.open > 0 ? ` (${countText(counts.open, counts.limit)} open)` : ''}
      </Button>
    </>
  );
}
