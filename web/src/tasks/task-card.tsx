import { Badge, Button, Card, Group, Menu, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { AddFile } from '../files/add-file.tsx';
import { FileStrip } from '../files/file-strip.tsx';
import { HistoryButton } from '../history/history-button.tsx';
import { useWork } from '../shell/work-context.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import { type Names, statusWord } from '../ui/value-text.ts';
import { clockTime } from '../ui/when.ts';
import { NEXT_STEP, setStatus, STATUS_TONE, suggestedSteps, type Task, type TaskStatus } from './task-actions.ts';
import { NoteEditor, NoteText } from './task-notes.tsx';

interface TaskCardProps {
  readonly task: Task;
  readonly names: Names;
}

/** One task with what a person does to it on site. Every change is saved on the device at once. */
export function TaskCard({ task, names }: TaskCardProps) {
  const { db } = useWork();
  const [writing, setWriting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { title, status, startTime, endTime, address, assignedEmployeeId, teamId } = task;
  const next = NEXT_STEP[status];
  const change = (to: TaskStatus): void => {
    setProblem(null);
    setStatus(db, task, to).catch((error: unknown) => setProblem(String(error)));
  };
  const people = [assignedEmployeeId, teamId].flatMap((id) => (id ? (names.get(id) ?? []) : []));

  return (
    <Card component="article" aria-label={title} data-task={task.id}>
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
          <Text fw={650} lh={1.3} td={status === 'canceled' ? 'line-through' : undefined}>
            {title}
          </Text>
          <Group gap={4} wrap="nowrap" style={{ flexShrink: 0 }}>
            <Badge
              bg={`var(--tone-${STATUS_TONE[status]}-badge)`}
              c={`var(--tone-${STATUS_TONE[status]}-text)`}
              tt="none"
            >
              {statusWord(status)}
            </Badge>
            <HistoryButton record={{ entity: 'task', id: task.id }} title={title} />
          </Group>
        </Group>
        <Stack gap={4}>
          {startTime && (
            <Fact icon="clock">{[startTime, endTime].flatMap((at) => (at ? wallClock(at) : [])).join(' – ')}</Fact>
          )}
          {address && <Fact icon="place">{address}</Fact>}
          {people.length > 0 && <Fact icon="person">{people.join(', ')}</Fact>}
          {task.checkInTime && (
            <Fact icon="check">
              Started {clockTime(task.checkInTime)}
              {task.checkOutTime && `, finished ${clockTime(task.checkOutTime)}`}
            </Fact>
          )}
        </Stack>
        {writing ? <NoteEditor task={task} onClose={() => setWriting(false)} /> : <NoteText notes={task.notes} />}
        <FileStrip ownerId={task.id} />
        {problem && <Problem title="This device did not save it">{problem}</Problem>}
        {!writing && (
          <Group gap={6} mt={4}>
            {next && (
              <Button size="sm" aria-label={`${next.label}: ${title}`} onClick={() => change(next.to)}>
                {next.label}
              </Button>
            )}
            <Menu position="bottom-start">
              <Menu.Target>
                <Button
                  size="sm"
                  variant="default"
                  aria-label={`Status: ${title}`}
                  rightSection={<Icon name="down" size={16} />}
                >
                  Status
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {suggestedSteps(status).map((to) => (
                  <Menu.Item key={to} onClick={() => change(to)}>
                    {statusWord(to)}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
            <Button
              size="sm"
              variant="subtle"
              px="xs"
              aria-label={`${task.notes ? 'Edit note' : 'Add note'}: ${title}`}
              onClick={() => setWriting(true)}
            >
              {task.notes ? 'Edit note' : 'Add note'}
            </Button>
            <AddFile
              owner={{ type: 'task', id: task.id }}
              title={title}
              label="Add photo"
              purposes={PHOTOS}
              onProblem={setProblem}
            />
          </Group>
        )}
      </Stack>
    </Card>
  );
}

const PHOTOS = [
  { purpose: 'checkIn', label: 'At the start' },
  { purpose: 'checkOut', label: 'At the end' },
  { purpose: 'general', label: 'Something else' },
] as const;

function Fact({ icon, children }: { readonly icon: IconName; readonly children: ReactNode }) {
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" c="dimmed">
      <Icon name={icon} size={17} />
      <Text size="sm" lh={1.3}>
        {children}
      </Text>
    </Group>
  );
}

const wallClock = (instant: string): string =>
  new Date(instant).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
