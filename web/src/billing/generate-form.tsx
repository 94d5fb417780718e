import type { GenerateResponse } from '@backhaul/shared';
import { Button, Card, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { Problem } from '../ui/problem.tsx';
import { GenerateOutcome } from './generate-outcome.tsx';

export interface GenerateFormProps {
  /** What is generated. */
  readonly what: 'invoices' | 'payroll';
  readonly online: boolean;
  readonly onGenerated?: () => Promise<void>;
}

const WORDS = {
  invoices: {
    title: 'Generate invoices',
    lead: 'One draft for each client, from the tasks that were completed in a period. No task is billed twice.',
  },
  payroll: {
    title: 'Generate payroll',
    lead: 'One draft for each employee, from the hours of the tasks that were completed in a period. No task is paid twice.',
  },
} as const;

/** Drafts from what was completed in a period, and what was left out. */
export function GenerateForm({ what, online, onGenerated }: GenerateFormProps) {
  const { api, db } = useWork();
  const [period, setPeriod] = useState(thisMonth);
  const [regenerate, setRegenerate] = useState(false);
  const [busy, setBusy] = useState(false);
  const [answered, setAnswered] = useState<{ readonly order: Order; readonly answer: GenerateResponse } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const generate = async (order: Order): Promise<void> => {
    setBusy(true);
    setProblem(null);
    setAnswered(null);
    try {
      setAnswered({ order, answer: await api.call<GenerateResponse>('POST', `/v1/${what}/generate`, order) });
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
    <Card
      component="form"
      aria-label={WORDS[what].title}
      onSubmit={(event) => {
        event.preventDefault();
        void generate({ ...period, regenerate });
      }}
    >
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
        {answered && (
          <GenerateOutcome
            answer={answered.answer}
            what={what}
            onBillAgain={(billAgain) => void generate({ ...answered.order, billAgain })}
          />
        )}
      </Stack>
    </Card>
  );
}

interface Order {
  readonly from: string;
  readonly to: string;
  readonly regenerate: boolean;
  readonly billAgain?: readonly string[];
}

function thisMonth(): { readonly from: string; readonly to: string } {
  const now = new Date();
  const day = (month: number, date: number): string => {
    const local = new Date(now.getFullYear(), now.getMonth() + month, date);
    return `${local.getFullYear()}-${String(local.getMonth() + 1).padStart(2, '0')}-${String(local.getDate()).padStart(2, '0')}`;
  };
  return { from: day(0, 1), to: day(1, 0) };
}
