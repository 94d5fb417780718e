import type { GenerateResponse, SkippedTask } from '@backhaul/shared';
import { Button, Card, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { Problem } from '../ui/problem.tsx';
import { moneyText } from './money.ts';
import { SKIP_REASONS } from './skip-reasons.ts';

interface GenerateFormProps {
  /** What is generated. */
  readonly what: 'invoices' | 'payroll';
  readonly online: boolean;
  readonly onGenerated?: () => Promise<void>;
}

const WORDS = {
  invoices: {
    title: 'Generate invoices',
    lead: 'One draft for each client, from the tasks that were completed in a period. No task is billed twice.',
    nothing: 'No drafts: nothing is left to bill in this period.',
    others: 'on other invoices',
  },
  payroll: {
    title: 'Generate payroll',
    lead: 'One draft for each employee, from the hours of the tasks that were completed in a period. No task is paid twice.',
    nothing: 'No drafts: nothing is left to pay in this period.',
    others: 'on other payroll entries',
  },
} as const;

/** Drafts from what was completed in a period, and what was left out. */
export function GenerateForm({ what, online, onGenerated }: GenerateFormProps) {
  const { api, db } = useWork();
  const [period, setPeriod] = useState(thisMonth);
  const [regenerate, setRegenerate] = useState(false);
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<GenerateResponse | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const generate = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    setAnswer(null);
    try {
      setAnswer(await api.call<GenerateResponse>('POST', `/v1/${what}/generate`, { ...period, regenerate }));
      void db.sync.now();
      await onGenerated?.();
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(false);
  };
  const day = (field: 'from' | 'to') => ({
    value: period[field],
    required: true,
    type: 'date',
    style: { flex: '1 1 130px' },
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setPeriod((current) => ({ ...current, [field]: value }));
    },
  });
  return (
    <Card component="form" aria-label={WORDS[what].title} onSubmit={(event) => void generate(event)}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {WORDS[what].lead}
        </Text>
        <Group gap="sm">
          <TextInput label="From" {...day('from')} />
          <TextInput label="To" {...day('to')} />
        </Group>
        <Checkbox
          label="Calculate drafts anew"
          description="Lines of tasks are made again. Lines that somebody added stay."
          checked={regenerate}
          onChange={({ currentTarget }) => setRegenerate(currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button type="submit" disabled={!online} loading={busy}>
            Generate
          </Button>
        </Group>
        {problem && <Problem title="Nothing was generated">{problem}</Problem>}
        {answer && <Outcome answer={answer} what={what} />}
      </Stack>
    </Card>
  );
}

interface OutcomeProps {
  readonly answer: GenerateResponse;
  readonly what: GenerateFormProps['what'];
}

function Outcome({ answer: { entries, skipped }, what }: OutcomeProps) {
  const count = (outcome: string): number => entries.filter((entry) => entry.outcome === outcome).length;
  const parts = (['created', 'updated', 'unchanged', 'deleted'] as const)
    .map((outcome) => [count(outcome), outcome] as const)
    .filter(([number]) => number > 0)
    .map(([number, outcome]) => `${number} ${outcome}`);
  const changed = entries.filter(({ outcome }) => outcome === 'updated' || outcome === 'deleted');
  return (
    <Stack gap={6} role="status">
      <Text size="sm" fw={650}>
        {parts.length === 0 ? WORDS[what].nothing : `Drafts: ${parts.join(', ')}.`}
      </Text>
      {changed.map(({ entryId, partyName, amountBefore, amount, currency }) => (
        <Text key={entryId} size="sm">
          {partyName}: {moneyText(amountBefore ?? 0, currency)} became {moneyText(amount, currency)}
        </Text>
      ))}
      <Skipped skipped={skipped} others={WORDS[what].others} />
    </Stack>
  );
}

interface SkippedProps {
  readonly skipped: readonly SkippedTask[];
  /** Where those are that were taken before. */
  readonly others: string;
}

function Skipped({ skipped: all, others }: SkippedProps) {
  const [shown, setShown] = useState(false);
  const skipped = all.filter(({ reason }) => reason !== 'alreadyBilled');
  const billed = all.length - skipped.length;
  return (
    <>
      {billed > 0 && (
        <Text size="sm" c="dimmed">
          {billed === 1 ? 'One task is' : `${billed} tasks are`} {others}.
        </Text>
      )}
      {skipped.length > 0 && (
        <Group gap="xs">
          <Text size="sm" c="var(--tone-orange-text)">
            {skipped.length === 1 ? 'One task was left out.' : `${skipped.length} tasks were left out.`}
          </Text>
          <Button size="compact-sm" variant="subtle" aria-expanded={shown} onClick={() => setShown(!shown)}>
            {shown ? 'Hide' : 'See why'}
          </Button>
        </Group>
      )}
      {shown &&
        skipped.slice(0, SHOWN).map(({ taskId, date, title, reason }) => (
          <Text key={taskId} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {date} {title}: {SKIP_REASONS[reason]}
          </Text>
        ))}
      {shown && skipped.length > SHOWN && <Text size="sm">And {skipped.length - SHOWN} more.</Text>}
    </>
  );
}

const SHOWN = 100;

function thisMonth(): { readonly from: string; readonly to: string } {
  const now = new Date();
  const day = (month: number, date: number): string => {
    const local = new Date(now.getFullYear(), now.getMonth() + month, date);
    return `${local.getFullYear()}-${String(local.getMonth() + 1).padStart(2, '0')}-${String(local.getDate()).padStart(2, '0')}`;
  };
  return { from: day(0, 1), to: day(1, 0) };
}
