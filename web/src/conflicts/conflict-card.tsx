import type { Conflict, ConflictSide, ResolveRequest, ResolveResponse } from '@backhaul/shared';
import { Badge, Button, Card, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { ApiProblem } from '../api/api.ts';
import { useWork } from '../shell/work-context.ts';
import type { Tone } from '../theme.ts';
import { Problem } from '../ui/problem.tsx';
import { RecordTitle } from '../ui/record-title.tsx';
import { fieldLabel, type Names, valueText } from '../ui/value-text.ts';
import { clockTime } from '../ui/when.ts';

interface ConflictCardProps {
  readonly conflict: Conflict;
  readonly names: Names;
  readonly online: boolean;
  readonly onSettled: () => Promise<void>;
}

/** Both sides of a conflict, and one click to leave the value that stands or to bring the other one back. */
export function ConflictCard({ conflict, names, online, onSettled }: ConflictCardProps) {
  const { api, db } = useWork();
  const [busy, setBusy] = useState<ResolveRequest['resolution'] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { id, entity, entityId, summary, createdAt, winner } = conflict;
  const [stands, lost] = winner === 'client' ? [conflict.client, conflict.server] : [conflict.server, conflict.client];

  const settle = async (resolution: 'keep' | 'restore'): Promise<void> => {
    setBusy(resolution);
    setProblem(null);
    try {
      await api.call<ResolveResponse>('POST', `/v1/conflicts/${id}/resolve`, { resolution });
      // The restored value comes back the way every change does.
      void db.sync.now();
    } catch (error) {
      const settledElsewhere = error instanceof ApiProblem && error.code === 'ALREADY_RESOLVED';
      if (!settledElsewhere) setProblem((error as Error).message);
    }
    await onSettled();
    setBusy(null);
  };

  return (
    <Card component="article" aria-label={summary} data-conflict={id}>
      <Stack gap="sm">
        <div>
          <Text fw={650} lh={1.3}>
            <RecordTitle entity={entity} id={entityId} />
          </Text>
          <Text size="sm" c="dimmed">
            {summary}
          </Text>
          <Text size="xs" c="dimmed">
            {clockTime(createdAt)}
          </Text>
        </div>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
          <Side title="Stands" tone="teal" entity={entity} side={stands} names={names} />
          <Side title="Kept aside" tone="gray" entity={entity} side={lost} names={names} />
        </SimpleGrid>
        {problem && <Problem title="Not settled">{problem}</Problem>}
        <Group gap="xs" grow preventGrowOverflow={false}>
          <Button
            variant="default"
            disabled={!online || busy !== null}
            loading={busy === 'keep'}
            onClick={() => void settle('keep')}
          >
            Keep what stands
          </Button>
          <Button
            disabled={!online || busy !== null}
            loading={busy === 'restore'}
            onClick={() => void settle('restore')}
          >
            Restore {lost.by?.name.split(' ')[0] ?? 'the other'}’s
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

interface SideProps {
  readonly title: string;
  readonly tone: Tone;
  readonly entity: string;
  readonly side: ConflictSide;
  readonly names: Names;
}

function Side({ title, tone, entity, side: { by, at, values }, names }: SideProps) {
  return (
    <Paper withBorder p="sm" radius="md" bg="var(--panel)">
      <Badge size="sm" bg={`var(--tone-${tone}-badge)`} c={`var(--tone-${tone}-text)`} tt="none" mb={4}>
        {title}
      </Badge>
      <Text size="sm" fw={600} mb={4}>
        {by?.name ?? 'Backhaul'}
      </Text>
      <Stack gap={2}>
        {Object.entries(values).map(([field, value]) => (
          <div key={field}>
            <Text size="xs" c="dimmed">
              {field === 'deletedAt' ? 'Record' : fieldLabel(field)}
            </Text>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {valueText(entity, field, value, names)}
            </Text>
          </div>
        ))}
      </Stack>
      {at && (
        <Text size="xs" c="dimmed" mt={4}>
          Typed {clockTime(at)}
        </Text>
      )}
    </Paper>
  );
}
