import { useLiveQuery } from '@backhaul/sdk/react';
import { Badge, Card, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { EntryHead } from '../billing/entry-head.tsx';
import { AddFile } from '../files/add-file.tsx';
import { FileStrip } from '../files/file-strip.tsx';
import { useWork } from '../shell/work-context.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Problem } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { ExpenseForm } from './expense-form.tsx';
import type { Expense } from './expense.ts';

const SHOWN = 20;

/** What people paid out of their own pocket, the newest first: their own, or for a manager everybody's. */
export function ExpenseList() {
  const { db, user } = useWork();
  const own = useLiveQuery(
    async () => (await db.employees.filter(({ userId }) => userId === user.id).first()) ?? null,
    [db, user.id],
  );
  const expenses = useLiveQuery(
    async () => (await db.financeEntries.where('kind').equals('expenseOutOfPocket').sortBy('dueDate')).toReversed(),
    [db],
  );
  return (
    <Section title="Expenses">
      {own && <ExpenseForm employee={own} />}
      {expenses?.length === 0 && (
        <EmptyState icon="receipt" title="No expenses yet">
          What somebody pays out of their own pocket shows up here, with its receipt.
        </EmptyState>
      )}
      {expenses?.slice(0, SHOWN).map((expense) => (
        <ExpenseCard key={expense.id} expense={expense} />
      ))}
    </Section>
  );
}

function ExpenseCard({
  expense: { id, title, amount, currency, status, employeeName, dueDate },
}: {
  readonly expense: Expense;
}) {
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <Card component="article" aria-label={title}>
      <Stack gap="xs">
        <EntryHead
          title={title}
          details={[employeeName, dueDate].filter(Boolean).join(' · ')}
          amount={amount}
          currency={currency}
          badge={
            <Badge
              bg={`var(--tone-${status === 'paid' ? 'teal' : 'orange'}-badge)`}
              c={`var(--tone-${status === 'paid' ? 'teal' : 'orange'}-text)`}
              tt="none"
            >
              {status === 'paid' ? 'Paid back' : 'Pending'}
            </Badge>
          }
        />
        <FileStrip ownerId={id} />
        {problem && <Problem title="This device did not save it">{problem}</Problem>}
        <Group>
          <AddFile
            owner={{ type: 'finance_entry', id }}
            title={title}
            label="Add receipt"
            purposes={[{ purpose: 'receipt', label: 'Receipt' }]}
            onProblem={setProblem}
          />
        </Group>
      </Stack>
    </Card>
  );
}
