import { useLiveQuery } from '@backhaul/sdk/react';
import { ActionIcon, Button, Group, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useId, useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { dayFromToday, longDay } from '../ui/when.ts';
import { TaskCard } from './task-card.tsx';
import { useNames } from './use-names.ts';

const EVERYBODY = 'all';

/** The tasks of one day, today's at first, in the order in which they start. */
export function TaskDay() {
  const { db, tenant } = useWork();
  const [offset, setOffset] = useState(0);
  const [team, setTeam] = useState(EVERYBODY);
  const heading = useId();
  const names = useNames();
  const day = dayFromToday(offset);
  const teams = useLiveQuery(() => db.teams.orderBy('id').toArray(), [db]) ?? [];
  const tasks = useLiveQuery(() => db.tasks.where('date').equals(day).sortBy('startTime'), [db, day]);
  const shown = tasks?.filter(({ teamId }) => team === EVERYBODY || teamId === team);
  const done = shown?.filter(({ status }) => status === 'completed').length ?? 0;

  return (
    <Stack gap="sm" component="section" aria-labelledby={heading}>
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Title order={2} size="h3" id={heading}>
            {dayName(offset)}
          </Title>
          <Text size="sm" c="dimmed">
            {longDay(day)}
            {shown && shown.length > 0 && ` · ${done} of ${shown.length} done`}
          </Text>
        </div>
        <Group gap={4} wrap="nowrap">
          {offset !== 0 && (
            <Button variant="subtle" size="xs" onClick={() => setOffset(0)}>
              Today
            </Button>
          )}
          <ActionIcon variant="default" size="lg" aria-label="Day before" onClick={() => setOffset(offset - 1)}>
            <Icon name="left" />
          </ActionIcon>
          <ActionIcon variant="default" size="lg" aria-label="Day after" onClick={() => setOffset(offset + 1)}>
            <Icon name="right" />
          </ActionIcon>
        </Group>
      </Group>
      {tenant.role === 'manager' && teams.length > 1 && (
        <SegmentedControl
          fullWidth
          aria-label="Team"
          value={team}
          onChange={setTeam}
          data={[
            { value: EVERYBODY, label: 'All' },
            ...teams.map(({ id, name }) => ({ value: id, label: name.replace(/^Team /, '') })),
          ]}
        />
      )}
      {!shown && [1, 2, 3].map((n) => <Skeleton key={n} height={120} radius="lg" />)}
      {shown?.length === 0 && (
        <EmptyState icon="calendar" title="Nothing planned">
          Tasks for this day show up here as soon as somebody plans them.
        </EmptyState>
      )}
      {shown?.map((task) => (
        <TaskCard key={task.id} task={task} names={names} />
      ))}
    </Stack>
  );
}

function dayName(offset: number): string {
  if (offset === 0) return 'Today';
  if (offset === 1) return 'Tomorrow';
  return offset === -1 ? 'Yesterday' : offset > 0 ? `In ${offset} days` : `${-offset} days ago`;
}
