import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { moneyText } from './money.ts';

interface EntryHeadProps {
  readonly title: string;
  readonly details: ReactNode;
  readonly amount: number;
  readonly currency: string;
  readonly badge: ReactNode;
}

/** What an entry of money is about on the left, how much and how it stands on the right. */
export function EntryHead({ title, details, amount, currency, badge }: EntryHeadProps) {
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
      <div>
        <Text fw={650} lh={1.3}>
          {title}
        </Text>
        <Text size="sm" c="dimmed">
          {details}
        </Text>
      </div>
      <Stack gap={4} align="flex-end" style={{ flexShrink: 0 }}>
        <Text fw={650} style={{ whiteSpace: 'nowrap' }}>
          {moneyText(amount, currency)}
        </Text>
        {badge}
      </Stack>
    </Group>
  );
}
