import type { RecordOf } from '@backhaul/shared';
import type { fieldService } from '@backhaul/shared/field-service';
import { Badge, Button, Card, Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { EntryHead } from '../billing/entry-head.tsx';
import { moneyText } from '../billing/money.ts';
import { useWork } from '../shell/work-context.ts';
import { READER_LANGUAGE } from '../ui/reader-language.ts';
import { Problem } from '../ui/problem.tsx';
import { longDay } from '../ui/when.ts';
import type { SharedTasks } from './shared-tasks.ts';

type PayrollEntry = RecordOf<(typeof fieldService)['entities']['finance_entry']>;

interface PayrollCardProps {
  readonly entry: PayrollEntry;
  /** `undefined`: no other entry has a task of this one. */
  readonly shared: SharedTasks | undefined;
}

/** What somebody earned in a period, line by line where it is opened. */
export function PayrollCard({ entry, shared }: PayrollCardProps) {
  const { db } = useWork();
  const [opened, setOpened] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { id, title, amount, currency, status, dueDate, lineItems } = entry;
  const lines = lineItems ?? [];
  const isPaid = status === 'paid';
  const mark = (to: PayrollEntry['status']): void => {
    setProblem(null);
    db.financeEntries.update(id, { status: to }).catch((error: unknown) => setProblem(String(error)));
  };
  return (
    <Card component="article" aria-label={title}>
      <Stack gap="xs">
        <EntryHead
          title={title}
          details={`${hoursText(lines)}, due ${longDay(dueDate)}`}
          amount={amount}
          currency={currency}
          badge={
            <Badge color={isPaid ? 'green.9' : 'gray.7'} tt="none">
              {isPaid ? 'Paid' : 'To pay'}
            </Badge>
          }
        />
        {opened && (
          <Table aria-label={`Lines of ${title}`} withRowBorders={false} verticalSpacing={4} horizontalSpacing={0}>
            <Table.Tbody>
              {lines.map(({ description, quantity, unitPrice }, index) => (
                <Table.Tr key={index}>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{description}</Table.Td>
                  <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                    {quantity.toLocaleString(READER_LANGUAGE)} × {moneyText(unitPrice, currency)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        {shared && (
          <Text size="sm" c="var(--tone-orange-text)">
            {shared.tasks === 1 ? 'One task of it is' : `${shared.tasks} tasks of it are`} on another entry, too
            {shared.isPaid ? ', which is paid' : ''}.
          </Text>
        )}
        {problem && <Problem title="This device did not save it">{problem}</Problem>}
        <Group>
          <Button size="sm" variant={isPaid ? 'default' : 'light'} onClick={() => mark(isPaid ? 'pending' : 'paid')}>
            {isPaid ? 'Not paid after all' : shared ? 'Mark as paid all the same' : 'Mark as paid'}
          </Button>
          {lines.length > 0 && (
            <Button size="sm" variant="default" aria-expanded={opened} onClick={() => setOpened(!opened)}>
              {opened ? 'Hide the lines' : 'Show the lines'}
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}

/** Lines of tasks count hours; a line that somebody has added may count anything. */
function hoursText(lines: NonNullable<PayrollEntry['lineItems']>): string {
  const ofTasks = lines.filter(({ taskId }) => typeof taskId === 'string');
  const hours = ofTasks.reduce((sum, { quantity }) => sum + quantity, 0);
  const tasks = ofTasks.length === 1 ? '1 task' : `${ofTasks.length} tasks`;
  return `${tasks}, ${hours.toLocaleString(READER_LANGUAGE, { maximumFractionDigits: 2 })} h`;
}
