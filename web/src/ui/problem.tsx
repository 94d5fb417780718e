import { Alert, Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

interface ProblemProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly onRetry?: (() => void) | undefined;
}

/** Something failed: what, and what can be done about it. */
export function Problem({ title, children, onRetry }: ProblemProps) {
  return (
    <Alert color="red" variant="light" title={title} icon={<Icon name="alert" />} role="alert" radius="lg">
      <Text size="sm">{children}</Text>
      {onRetry && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  );
}
