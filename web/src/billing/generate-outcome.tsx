import type { GenerateResponse, SkippedTask } from '@backhaul/shared';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { GenerateFormProps } from './generate-form.tsx';
import { moneyText } from './money.ts';
import { SKIP_REASONS } from './skip-reasons.ts';

const WORDS = {
  invoices: {
    nothing: 'No drafts: nothing is left to bill in this period.',
    others: 'on other invoices',
    gone: 'charged before, by an invoice that is deleted',
    again: 'Bill again',
  },
  payroll: {
    nothing: 'No drafts: nothing is left to pay in this period.',
    others: 'on other payroll entries',
    gone: 'paid before, on an entry that is deleted',
    again: 'Pay again',
  },
} as const;

interface GenerateOutcomeProps {
  readonly answer: GenerateResponse;
  readonly what: GenerateFormProps['what'];
  /** Generates once more, with these tasks that were billed before. */
  readonly onBillAgain: (tasks: readonly string[]) => void;
}

/** What became of the drafts of a period, and which of its tasks are on none. */
export function GenerateOutcome({ answer: { entries, skipped }, what, onBillAgain }: GenerateOutcomeProps) {
  const count = (outcome: string): number => entries.filter((entry) => entry.outcome === outcome).length;
  const parts = (['created', 'updated', 'unchanged', 'deleted'] as const)
    .map((outcome) => [count(outcome), outcome] as const)
    .filter(([number]) => number > 0)
    .map(([number, outcome]) => `${number} ${outcome}`);
  const before = skipped.filter(({ reason }) => reason === 'billedBefore');
  const changed = entries.filter(({ outcome }) => outcome === 'updated' || outcome === 'deleted');
  return (
    <Stack gap={6}>
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
        {before.length > 0 && (
          <Text size="sm" c="var(--tone-orange-text)">
            {before.length === 1 ? 'One task was' : `${before.length} tasks were`} {WORDS[what].gone}
            {numbersOf(before)}.
          </Text>
        )}
      </Stack>
      {before.length > 0 && (
        <Button
          size="compact-sm"
          variant="subtle"
          style={{ alignSelf: 'flex-start' }}
          onClick={({ currentTarget: { form } }) => {
            focusOn(form);
            onBillAgain(before.map(({ taskId }) => taskId));
          }}
        >
          {WORDS[what].again}
        </Button>
      )}
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
        skipped.slice(0, SHOWN).map(({ taskId, entryId, date, title, reason }) => (
          <Text key={`${taskId} ${entryId}`} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {date} {title}: {SKIP_REASONS[reason]}
          </Text>
        ))}
      {shown && skipped.length > SHOWN && <Text size="sm">And {skipped.length - SHOWN} more.</Text>}
    </>
  );
}

/** The button goes with the outcome; its form stays. */
function focusOn(form: HTMLFormElement | null): void {
  if (form === null) return;
  form.tabIndex = -1;
  form.focus({ preventScroll: true });
}

const SHOWN = 100;

/** ` (INV-0001, INV-0002)` */
function numbersOf(skipped: readonly SkippedTask[]): string {
  const numbers = [...new Set(skipped.flatMap(({ number }) => number ?? []))];
  return numbers.length === 0 ? '' : ` (${numbers.join(', ')})`;
}
