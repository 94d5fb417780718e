import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { Icon } from '../ui/icon.tsx';
import { Problem } from '../ui/problem.tsx';
import type { Task } from './task-actions.ts';

interface Draft {
  readonly text: string;
  /** The note that the person saw when they began to write. */
  readonly seen: string;
}

/** Reads and edits a task's note. A note that changes while it is being written over is shown before it is lost. */
export function TaskNotes({ task: { id, title, notes } }: { readonly task: Task }) {
  const { db } = useWork();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const current = notes ?? '';

  const save = async ({ text }: Draft): Promise<void> => {
    setProblem(null);
    try {
      await db.tasks.update(id, { notes: text.trim() === '' ? null : text.trim() });
      setDraft(null);
    } catch (error) {
      setProblem(String(error));
    }
  };

  if (draft === null) {
    return (
      <Group gap="xs" align="flex-start" justify="space-between" wrap="nowrap">
        <Group gap={6} wrap="nowrap" align="flex-start" miw={0}>
          <Icon name="note" size={17} />
          <Text size="sm" lh={1.35} c={current === '' ? 'dimmed' : 'bright'} style={{ overflowWrap: 'anywhere' }}>
            {current === '' ? 'No note yet' : current}
          </Text>
        </Group>
        <Button
          size="compact-sm"
          variant="subtle"
          style={{ flexShrink: 0 }}
          aria-label={`${current === '' ? 'Add note' : 'Edit note'}: ${title}`}
          onClick={() => setDraft({ text: current, seen: current })}
        >
          {current === '' ? 'Add note' : 'Edit note'}
        </Button>
      </Group>
    );
  }
  return (
    <Stack gap="xs">
      {draft.seen !== current && (
        <Alert
          color="orange"
          variant="light"
          title="Somebody has changed this note meanwhile"
          icon={<Icon name="alert" />}
        >
          <Text size="sm">{current === '' ? 'It is empty now.' : `It now says: ${current}`}</Text>
          <Text size="sm">Saving replaces it with yours.</Text>
        </Alert>
      )}
      <Textarea
        label="Note"
        autosize
        minRows={2}
        maxRows={8}
        data-autofocus
        autoFocus
        value={draft.text}
        onChange={(event) => setDraft({ ...draft, text: event.currentTarget.value })}
      />
      {problem && <Problem title="This device did not save it">{problem}</Problem>}
      <Group gap="xs">
        <Button size="sm" onClick={() => void save(draft)}>
          Save note
        </Button>
        <Button size="sm" variant="subtle" onClick={() => setDraft(null)}>
          Cancel
        </Button>
      </Group>
    </Stack>
  );
}
