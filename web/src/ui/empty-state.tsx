import { Stack, Text, ThemeIcon } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}

/** What a list says when there is nothing in it. */
export function EmptyState({ icon, title, children }: EmptyStateProps) {
  return (
    <Stack align="center" gap={6} py="xl" px="md">
      <ThemeIcon variant="light" size={44} radius="xl" mb={4}>
        <Icon name={icon} size={22} />
      </ThemeIcon>
      <Text fw={600} ta="center">
        {title}
      </Text>
      {children && (
        <Text size="sm" c="dimmed" ta="center" maw={360}>
          {children}
        </Text>
      )}
    </Stack>
  );
}
