import type { Conflict } from '@backhaul/shared';
import { Badge, Button, Card, Checkbox, Group, Stack, Text } from '@mantine/core';
import { HistoryButton } from '../history/history-button.tsx';
import { Problem } from '../ui/problem.tsx';
import { useRecordTitle } from '../ui/record-title.tsx';
import { Sentence } from '../ui/sentence.tsx';
import type { Names } from '../ui/value-text.ts';
import { clockTime } from '../ui/when.ts';
import { ConflictSides, sidesOf } from './conflict-sides.tsx';
import type { Devices } from './use-devices.ts';
import { type Settling, useSettle } from './use-settle.ts';

export interface ConflictCardProps {
  readonly conflict: Conflict;
  readonly names: Names;
  readonly devices: Devices;
  readonly online: boolean;
  readonly onSettled: () => Promise<void>;
  /** Left out where nothing is chosen together. */
  readonly choice?: { readonly chosen: boolean; readonly onChange: (chosen: boolean) => void };
  /** Why it stayed behind when several were decided together. */
  readonly refusal?: string | undefined;
}

/** Both sides of a conflict, and one click to leave the value that stands or to bring the other one back. */
export function ConflictCard({ conflict, choice, refusal, online, onSettled, ...shown }: ConflictCardProps) {
  const { id, entity, entityId, summary, createdAt, status } = conflict;
  const title = useRecordTitle(entity, entityId);
  const settling = useSettle(onSettled);
  const problem = settling.problem ?? settling.refusals.get(id) ?? refusal;
  const asks = mustChoose(conflict);
  return (
    <Card component="article" aria-label={summary} data-conflict={id} className={asks ? 'must-choose' : undefined}>
      <Stack gap="sm">
        <div>
          <Group align="flex-start" wrap="nowrap" gap="sm">
            {choice && (
              <Checkbox
                mt={2}
                aria-label={`Choose: ${title}`}
                checked={choice.chosen}
                onChange={(event) => choice.onChange(event.currentTarget.checked)}
              />
            )}
            <Group gap="xs" flex={1} miw={0}>
              <Text fw={650} lh={1.3}>
                {title}
              </Text>
              <StateBadge conflict={conflict} />
            </Group>
            <HistoryButton record={{ entity, id: entityId }} title={title} />
          </Group>
          <Sentence c="dimmed">{summary}</Sentence>
          <Text size="xs" c="dimmed">
            {clockTime(createdAt)}
          </Text>
        </div>
        <ConflictSides conflict={conflict} {...shown} />
        {problem && <Problem title="Not settled">{problem}</Problem>}
        {status === 'open' && <Decision conflict={conflict} settling={settling} online={online} />}
      </Stack>
    </Card>
  );
}

export function mustChoose({ status, policy }: Conflict): boolean {
  return status === 'open' && policy === 'ask';
}

const DECIDED = { keep: 'Kept', restore: 'Restored', edit: 'Edited' } as const;

/** Whether a conflict waits for a choice, or how it was decided; the usual open one needs no word. */
export function StateBadge({ conflict }: { readonly conflict: Conflict }) {
  if (mustChoose(conflict)) {
    return (
      <Badge bg="var(--tone-orange-badge)" c="var(--tone-orange-text)" tt="none" style={{ flexShrink: 0 }}>
        Must choose
      </Badge>
    );
  }
  if (conflict.resolution === null) return null;
  return (
    <Badge bg="var(--tone-gray-badge)" c="var(--tone-gray-text)" tt="none" style={{ flexShrink: 0 }}>
      {DECIDED[conflict.resolution]}
    </Badge>
  );
}

interface DecisionProps {
  readonly conflict: Conflict;
  readonly settling: Settling;
  readonly online: boolean;
}

export function Decision({ conflict, settling: { busy, settle }, online }: DecisionProps) {
  const { stands, lost } = sidesOf(conflict);
  const disabled = !online || busy !== null;
  // A name tells the sides apart only where there are two.
  const whose = lost.by && lost.by.userId !== stands.by?.userId ? `${lost.by.name.split(' ')[0]}’s` : 'the other';
  return (
    <Group gap="xs" grow preventGrowOverflow={false}>
      <Button
        variant="default"
        disabled={disabled}
        loading={busy === 'keep'}
        onClick={() => void settle([conflict], 'keep')}
      >
        Keep what stands
      </Button>
      <Button disabled={disabled} loading={busy === 'restore'} onClick={() => void settle([conflict], 'restore')}>
        Restore {whose}
      </Button>
    </Group>
  );
}
