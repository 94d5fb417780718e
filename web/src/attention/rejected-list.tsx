import type { RejectedChange } from '@backhaul/sdk';
import { useRejected, type WaitingRejections } from '@backhaul/sdk/react';
import { entityOf, type Json, words } from '@backhaul/shared';
import { fieldService } from '@backhaul/shared/field-service';
import { Badge, Button, Card, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Problem } from '../ui/problem.tsx';
import { RecordTitle } from '../ui/record-title.tsx';
import { FieldInput } from './field-input.tsx';

/** Changes that the service refused, each with the values that were typed: correct them, or give them up. */
export function RejectedList() {
  const { rejected, ...actions } = useRejected();
  return rejected?.map((change) => <RejectedCard key={change.changeId} change={change} {...actions} />);
}

interface RejectedCardProps extends Pick<WaitingRejections, 'retry' | 'discard'> {
  readonly change: RejectedChange;
}

function RejectedCard({ change, retry, discard }: RejectedCardProps) {
  const { changeId, op, entity, entityId, payload, message, fields } = change;
  const [edits, setEdits] = useState<{ readonly [field: string]: Json }>({});
  const [problem, setProblem] = useState<string | null>(null);
  const declared = entityOf(fieldService, entity)?.fields ?? {};
  // Without a named field everything that was typed may be the reason.
  const wrong = fields.length > 0 ? fields : Object.keys(payload);
  const editable = wrong.filter((field) => declared[field] && op === 'upsert');

  const settle = (work: Promise<void>): void => {
    setProblem(null);
    work.catch((error: unknown) => setProblem((error as Error).message));
  };

  return (
    <Card component="article" aria-label="Rejected change">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Text fw={650} lh={1.3}>
            <RecordTitle entity={entity} id={entityId} />
          </Text>
          <Badge color="red.9" tt="none" style={{ flexShrink: 0 }}>
            Rejected
          </Badge>
        </Group>
        <Text size="sm">
          {op === 'delete' ? `This ${words(entity)} could not be deleted` : 'What you entered was not accepted'}:{' '}
          {message}.
        </Text>
        {editable.map((field) => (
          <FieldInput
            key={field}
            name={field}
            field={declared[field]}
            value={edits[field] ?? payload[field] ?? null}
            onChange={(value) => setEdits({ ...edits, [field]: value })}
          />
        ))}
        {problem && <Problem title="That did not work">{problem}</Problem>}
        <Group gap="xs">
          <Button size="sm" onClick={() => settle(retry(changeId, edits))}>
            Try again
          </Button>
          <Button size="sm" variant="default" onClick={() => settle(discard(changeId))}>
            Discard
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
