import { Button, Card, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { Problem } from '../ui/problem.tsx';
import { dayFromToday } from '../ui/when.ts';
import { parseAmount } from '../billing/money.ts';
import type { Employee } from './expense.ts';

/** An expense of one's own, in two fields; the receipt is added to it. */
export function ExpenseForm({ employee: { id: employeeId, name } }: { readonly employee: Employee }) {
  const { db } = useWork();
  const [title, setTitle] = useState('');
  const [amount, setAmount] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const parsed = parseAmount(amount);

  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (parsed === null || title.trim() === '') return;
    setProblem(null);
    try {
      await db.financeEntries.add({
        title: title.trim(),
        amount: parsed,
        type: 'payable',
        dueDate: dayFromToday(0),
        status: 'pending',
        currency: 'usd',
        kind: 'expenseOutOfPocket',
        employeeId,
        employeeName: name,
      });
      setTitle('');
      setAmount('');
    } catch (error) {
      setProblem(String(error));
    }
  };

  return (
    <Card component="form" aria-label="New expense" onSubmit={(event) => void add(event)}>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          label="Paid for"
          placeholder="Soap"
          maxLength={500}
          flex={1}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <TextInput
          label="Amount, $"
          placeholder="9.99"
          inputMode="decimal"
          w={96}
          value={amount}
          error={amount !== '' && parsed === null}
          onChange={(event) => setAmount(event.currentTarget.value)}
        />
        <Button type="submit" disabled={parsed === null || title.trim() === ''}>
          Add
        </Button>
      </Group>
      {problem && <Problem title="This device did not save it">{problem}</Problem>}
    </Card>
  );
}
