import type { ConflictCounts } from '@backhaul/shared';
import { Button, Chip, Group, SegmentedControl, Select, SimpleGrid, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { entityLabel } from '../ui/value-text.ts';
import { type ConflictChoice, EVERY_OPEN, isNarrowed } from './conflict-query.ts';
import { countText } from './use-conflicts.ts';

interface ConflictFiltersProps {
  readonly choice: ConflictChoice;
  readonly onChange: (choice: ConflictChoice) => void;
  /** Of the choice, and of everything in its status: what there is to choose from. */
  readonly counts: ConflictCounts | undefined;
  readonly offered: ConflictCounts | undefined;
}

/** What a manager narrows the conflicts down by, each with how many there are. */
export function ConflictFilters({ choice, onChange, counts, offered }: ConflictFiltersProps) {
  const number = (count: number | undefined): string =>
    count === undefined || !counts ? '' : ` (${countText(count, counts.limit)})`;
  const narrow = useMediaQuery('(max-width: 36em)', undefined, { getInitialValueInEffect: false }) ?? false;
  const [unfolded, setUnfolded] = useState(false);
  const isFolded = narrow && !unfolded && !isNarrowed(choice);
  const pick = (name: 'entity' | 'author' | 'device') => (value: string | null) =>
    onChange({ ...choice, [name]: value });
  return (
    <Stack gap="xs" role="search" aria-label="Filter conflicts">
      <Group gap="xs" justify="space-between">
        <SegmentedControl
          aria-label="Status"
          value={choice.status}
          onChange={(status) => onChange({ ...choice, status, asks: false })}
          data={[
            { value: 'open', label: `Open${number(counts?.open)}` },
            { value: 'resolved', label: `Settled${number(counts?.resolved)}` },
          ]}
        />
        {choice.status === 'open' && (
          <Chip color="orange.9" checked={choice.asks} onChange={(asks) => onChange({ ...choice, asks })}>
            Must choose{number(counts?.mustChoose)}
          </Chip>
        )}
      </Group>
      {!isFolded && (
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="xs">
          <Select
            aria-label="Kind of record"
            placeholder="Any record"
            clearable
            value={choice.entity}
            onChange={pick('entity')}
            data={withChosen(
              choice.entity,
              Object.entries(offered?.byEntity ?? {})
                .toSorted(([, a], [, b]) => b - a)
                .map(([entity, count]) => ({ value: entity, label: `${entityLabel(entity)} (${count})` })),
              entityLabel,
            )}
          />
          <Select
            aria-label="Person"
            placeholder="Anybody"
            clearable
            searchable
            value={choice.author}
            onChange={pick('author')}
            data={withChosen(
              choice.author,
              (offered?.byAuthor ?? []).map(({ userId, name, count }) => ({
                value: userId,
                label: `${name} (${count})`,
              })),
            )}
          />
          <Select
            aria-label="Device"
            placeholder="Any device"
            clearable
            value={choice.device}
            onChange={pick('device')}
            data={withChosen(
              choice.device,
              (offered?.byDevice ?? []).map(({ device, by, platform, count }) => ({
                value: device,
                label: `${by?.name ?? 'Unknown'}: ${platform ?? 'device'} ${device.slice(-4)} (${count})`,
              })),
            )}
          />
        </SimpleGrid>
      )}
      {isFolded && (
        <Group>
          <Button size="compact-sm" variant="subtle" onClick={() => setUnfolded(true)}>
            More filters
          </Button>
        </Group>
      )}
      {isNarrowed(choice) && (
        <Group>
          <Button size="compact-sm" variant="subtle" onClick={() => onChange({ ...EVERY_OPEN, status: choice.status })}>
            Clear filters
          </Button>
        </Group>
      )}
    </Stack>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

/** What is chosen stays on offer, even when its last conflict has just been settled. */
function withChosen(chosen: string | null, options: readonly Option[], label = (value: string) => value): Option[] {
  if (chosen === null || options.some(({ value }) => value === chosen)) return [...options];
  return [...options, { value: chosen, label: label(chosen) }];
}
