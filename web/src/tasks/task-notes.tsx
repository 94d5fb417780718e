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

/** A task's note. */
export function NoteText({ notes }: Pick<Task, 'notes'>) {
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Icon name="note" size={17} />
      <Text size="sm" lh={1.35} lineClamp={6} c={notes ? 'bright' : 'dimmed'} style={{ overflowWrap: 'anywhere' }}>
        {notes || 'No note yet'}
      </Text>
    </Group>
  );
}

/** Writes a task's note. One that changes while it is being written over is shown before it is lost. */
export function NoteEditor({ task: { id, notes }, onClose }: { readonly task: Task; readonly onClose: () => void }) {
  const { db } = useWork();
  const current = notes ?? '';
  const [{ text, seen }, setDraft] = useState<Draft>({ text: current, seen: current });
  const [problem, setProblem] = useState<string | null>(null);

  const save = async (): Promise<void> => {
    setProblem(null);
    try {
      await db.tasks.update(id, { notes: text.trim() === '' ? null : text.trim() });
      onClose();
    } catch (error) {
      setProblem(String(error));
    }
  };

  return (
    <Stack gap="xs">
      {seen !== current && (
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
        autoFocus
        value={text}
        onChange={(event) => setDraft({ text: event.currentTarget.value, seen })}
      />
      {problem && <Problem title="This device did not save it">{problem}</Problem>}
      <Group gap="xs">
        <Button size="sm" onClick={() => void save()}>
          Save note
        </Button>
        <Button size="sm" variant="subtle" onClick={onClose}>
          Cancel
        </Button>
      </Group>
    </Stack>
  );
}
