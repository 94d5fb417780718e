import { Card, Skeleton, Text } from '@mantine/core';
import { useNames } from '../tasks/use-names.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Problem } from '../ui/problem.tsx';
import { ConflictCard } from './conflict-card.tsx';
import { useOpenConflicts } from './use-open-conflicts.ts';

/** The manager's open conflicts. `alone`: nothing else waits, so an empty list says so. */
export function ConflictList({ alone }: { readonly alone: boolean }) {
  const { data, isError, error, online, refetch, refresh } = useOpenConflicts();
  const names = useNames();
  if (!data && !online) {
    return (
      <Card>
        <EmptyState icon="offline" title="Conflicts are settled online">
          They show up here when this device is connected again.
        </EmptyState>
      </Card>
    );
  }
  if (!data && isError) {
    return (
      <Problem title="The conflicts can not be fetched" onRetry={() => void refetch()}>
        {error.message}
      </Problem>
    );
  }
  if (!data) return <Skeleton height={180} radius="lg" aria-label="Fetching conflicts" />;
  if (data.length === 0 && alone) {
    return (
      <Card>
        <EmptyState icon="check" title="All clear">
          When two people change the same thing, both values are kept and you decide here.
        </EmptyState>
      </Card>
    );
  }
  return (
    <>
      {!online && (
        <Text size="sm" c="dimmed">
          As of the last connection. Conflicts are settled online.
        </Text>
      )}
      {data.map((conflict) => (
        <ConflictCard key={conflict.id} conflict={conflict} names={names} online={online} onSettled={refresh} />
      ))}
    </>
  );
}
