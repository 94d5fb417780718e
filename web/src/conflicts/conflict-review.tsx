import type { Conflict } from '@backhaul/shared';
import { Button, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useId, useState } from 'react';
import { useNames } from '../tasks/use-names.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import { ConflictCard } from './conflict-card.tsx';
import { ConflictFilters } from './conflict-filters.tsx';
import { type ConflictChoice, EVERY_OPEN, isNarrowed, queryOf } from './conflict-query.ts';
import { SettleTogether } from './settle-together.tsx';
import { useConflictCounts, useConflictPages } from './use-conflicts.ts';
import { useDevices } from './use-devices.ts';
import { useSettle } from './use-settle.ts';

/** All conflicts of the business, to look through and to settle one by one or together. `onBack`: it is a page of its own. */
export function ConflictReview({ onBack }: { readonly onBack?: () => void }) {
  const [choice, setChoice] = useState<ConflictChoice>(EVERY_OPEN);
  const counts = useConflictCounts(choice);
  const offered = useConflictCounts({ ...EVERY_OPEN, status: choice.status });
  const heading = useId();
  return (
    <Stack gap="md" component="section" aria-labelledby={heading}>
      <Group gap="xs" wrap="nowrap">
        {onBack && (
          <Button variant="default" size="xs" leftSection={<Icon name="left" size={16} />} onClick={onBack}>
            Back to the day
          </Button>
        )}
        <Title order={2} size="h4" id={heading}>
          Conflicts
        </Title>
      </Group>
      <ConflictFilters choice={choice} onChange={setChoice} counts={counts} offered={offered} />
      <Found
        key={queryOf(choice)}
        choice={choice}
        onClear={() => setChoice({ ...EVERY_OPEN, status: choice.status })}
      />
    </Stack>
  );
}

interface FoundProps {
  readonly choice: ConflictChoice;
  readonly onClear: () => void;
}

function Found({ choice, onClear }: FoundProps) {
  const pages = useConflictPages(choice);
  const { conflicts, isError, error, online, refetch, refresh } = pages;
  const names = useNames();
  const devices = useDevices();
  const settling = useSettle(refresh);
  const [chosenIds, setChosenIds] = useState<ReadonlySet<string>>(new Set());

  if (!conflicts && !online) {
    return (
      <Card>
        <EmptyState icon="offline" title="Conflicts are settled online">
          They show up here when this device is connected again.
        </EmptyState>
      </Card>
    );
  }
  if (isError) {
    return (
      <Problem title="The conflicts can not be fetched" onRetry={() => void refetch()}>
        {error.message}
      </Problem>
    );
  }
  if (!conflicts) return <Skeleton height={180} radius="lg" aria-label="Fetching conflicts" />;
  if (conflicts.length === 0) {
    return (
      <Card>
        <Nothing choice={choice} onClear={onClear} />
      </Card>
    );
  }

  const isOpen = choice.status === 'open';
  const chosen = conflicts.filter(({ id }) => chosenIds.has(id));
  const choose = (some: readonly Conflict[]): void => setChosenIds(new Set(some.map(({ id }) => id)));
  return (
    <Stack gap="sm">
      {!online && (
        <Text size="sm" c="dimmed">
          As of the last connection. Conflicts are settled online.
        </Text>
      )}
      {isOpen && (
        <SettleTogether shown={conflicts} chosen={chosen} onChoose={choose} settling={settling} online={online} />
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm" className="conflict-grid">
        {conflicts.map((conflict) => (
          <ConflictCard
            key={conflict.id}
            conflict={conflict}
            names={names}
            devices={devices}
            online={online}
            onSettled={refresh}
            refusal={settling.refusals.get(conflict.id)}
            {...(isOpen && {
              choice: {
                chosen: chosenIds.has(conflict.id),
                onChange: (isChosen: boolean) =>
                  choose(isChosen ? [...chosen, conflict] : chosen.filter(({ id }) => id !== conflict.id)),
              },
            })}
          />
        ))}
      </SimpleGrid>
      {pages.hasNextPage && (
        <Button
          variant="default"
          loading={pages.isFetchingNextPage}
          disabled={!online}
          onClick={() => void pages.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </Stack>
  );
}

function Nothing({ choice, onClear }: FoundProps) {
  if (isNarrowed(choice)) {
    return (
      <Stack gap={0} align="center">
        <EmptyState icon="check" title="None of these">
          No conflict fits all of the filters.
        </EmptyState>
        <Button mb="md" size="xs" variant="default" onClick={onClear}>
          Show all
        </Button>
      </Stack>
    );
  }
  return choice.status === 'open' ? (
    <EmptyState icon="check" title="All clear">
      When two people change the same thing, both values are kept and you decide here.
    </EmptyState>
  ) : (
    <EmptyState icon="history" title="Nothing settled yet">
      What you have decided stays here, with both values.
    </EmptyState>
  );
}
