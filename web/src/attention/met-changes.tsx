import { useConflicts } from '@backhaul/sdk/react';
import { Button, Card, Group, Stack, Text } from '@mantine/core';
import { RecordTitle } from '../ui/record-title.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { clockTime } from '../ui/when.ts';

/** Where this device's own changes met somebody else's. The manager decides; the person who typed should know. */
export function MetChanges() {
  const { conflicts = [], dismiss } = useConflicts();
  return conflicts.map(({ id, entity, entityId, summary, at }) => (
    <Card key={id} component="article">
      <Stack gap="xs">
        <Text fw={650}>
          <RecordTitle entity={entity} id={entityId} />
        </Text>
        <Sentence>{summary}</Sentence>
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            {clockTime(at)}
          </Text>
          <Button size="xs" variant="default" onClick={() => void dismiss(id)}>
            Got it
          </Button>
        </Group>
      </Stack>
    </Card>
  ));
}
