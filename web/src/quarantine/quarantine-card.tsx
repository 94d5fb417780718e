import { useMessages } from '@backhaul/sdk/react';
import type { Json, QuarantineDecision, QuarantineEntry } from '@backhaul/shared';
import { entityOf } from '@backhaul/shared';
import { fieldService } from '@backhaul/shared/field-service';
import { Badge, Button, Card, Checkbox, Code, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { ApiProblem } from '../api/api.ts';
import { FieldInput } from '../attention/field-input.tsx';
import { useWork } from '../shell/work-context.ts';
import { Problem } from '../ui/problem.tsx';
import type { Names } from '../ui/value-text.ts';
import { clockTime } from '../ui/when.ts';
import { describeRefusal } from './describe-entry.ts';
import { EntryTitle } from './entry-title.tsx';
import { TypedAndNow } from './typed-and-now.tsx';

interface QuarantineCardProps {
  readonly entry: QuarantineEntry;
  readonly names: Names;
  readonly online: boolean;
  readonly onSettled: () => Promise<void>;
  /** `null`: there is nothing to choose among. */
  readonly choice: { readonly isChosen: boolean; readonly choose: (isChosen: boolean) => void } | null;
}

/** One change that did not arrive: who typed what and when, beside the record as it is now. */
export function QuarantineCard({ entry, names, online, onSettled, choice }: QuarantineCardProps) {
  const { api, db } = useWork();
  const messages = useMessages();
  const [edits, setEdits] = useState<{ readonly [field: string]: Json } | null>(null);
  const [busy, setBusy] = useState<'apply' | 'discard' | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { id, author, summary, editedAt, earlierWaiting, op, refusal, usable, raw } = entry;
  const firstName = author.name.split(' ')[0];

  const decide = async (decision: 'apply' | 'discard'): Promise<void> => {
    setBusy(decision);
    setProblem(null);
    try {
      const body = decision === 'apply' && edits !== null ? { values: edits } : {};
      await api.call<QuarantineDecision>('POST', `/v1/quarantine/${id}/${decision}`, body);
      void db.sync.now();
    } catch (error) {
      const isDecided = error instanceof ApiProblem && error.code === 'ALREADY_DECIDED';
      if (!isDecided) setProblem((error as Error).message);
    }
    await onSettled();
    setBusy(null);
  };

  return (
    <Card component="article" aria-label={summary}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Text fw={650} lh={1.3}>
              <EntryTitle entry={entry} />
            </Text>
            <Text size="sm" c="dimmed">
              {summary}
            </Text>
            <Text size="xs" c="dimmed">
              Typed {clockTime(editedAt)}, here since {clockTime(entry.createdAt)}
            </Text>
          </div>
          {choice ? (
            <Checkbox
              aria-label={`Choose: ${summary}`}
              checked={choice.isChosen}
              onChange={({ currentTarget }) => choice.choose(currentTarget.checked)}
            />
          ) : (
            <Badge color="orange.9" tt="none" style={{ flexShrink: 0 }}>
              Not applied
            </Badge>
          )}
        </Group>
        {usable && edits === null && <TypedAndNow entry={entry} names={names} />}
        {edits !== null && <Corrections entry={entry} edits={edits} onChange={setEdits} />}
        {raw !== null && <Code block>{raw}</Code>}
        {earlierWaiting > 0 && (
          <Text size="sm" c="var(--tone-orange-text)">
            {earlierWaiting === 1 ? 'An earlier change' : `${earlierWaiting} earlier changes`} of this record{' '}
            {earlierWaiting === 1 ? 'waits' : 'wait'}, too. Applied later, {earlierWaiting === 1 ? 'it' : 'they'} will
            not undo this one.
          </Text>
        )}
        {refusal && <Text size="sm">{describeRefusal(refusal, messages)}</Text>}
        {problem && <Problem title="Not settled">{problem}</Problem>}
        <Group gap="xs">
          {usable && (
            <Button
              size="sm"
              disabled={!online || busy !== null}
              loading={busy === 'apply'}
              onClick={() => void decide('apply')}
            >
              {edits === null ? `Apply ${firstName}’s` : 'Apply this'}
            </Button>
          )}
          {usable && op === 'upsert' && (
            <Button
              size="sm"
              variant="default"
              disabled={busy !== null}
              onClick={() => setEdits(edits === null ? {} : null)}
            >
              {edits === null ? 'Edit first' : 'Do not edit'}
            </Button>
          )}
          <Button
            size="sm"
            variant="default"
            disabled={!online || busy !== null}
            loading={busy === 'discard'}
            onClick={() => void decide('discard')}
          >
            Discard
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

interface CorrectionsProps {
  readonly entry: QuarantineEntry;
  readonly edits: { readonly [field: string]: Json };
  readonly onChange: (edits: { readonly [field: string]: Json }) => void;
}

/** Inputs for what was typed. Only what is changed here is a correction. */
function Corrections({ entry: { entity, values, refusal }, edits, onChange }: CorrectionsProps) {
  const declared = entityOf(fieldService, entity ?? '')?.fields ?? {};
  const fields = [...new Set([...Object.keys(values), ...(refusal?.fields ?? [])])].filter((field) => declared[field]);
  return fields.map((field) => (
    <FieldInput
      key={field}
      name={field}
      field={declared[field]}
      value={(Object.hasOwn(edits, field) ? edits[field] : (values[field] as Json | undefined)) ?? null}
      onChange={(value) => onChange({ ...edits, [field]: value })}
    />
  ));
}
