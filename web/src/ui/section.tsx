import { Badge, Group, Stack, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

interface SectionProps {
  readonly title: string;
  /** Shown beside the title unless it is 0. */
  readonly count?: number;
  readonly children: ReactNode;
}

export function Section({ title, count = 0, children }: SectionProps) {
  const id = useId();
  return (
    <Stack gap="sm" component="section" aria-labelledby={id}>
      <Group gap="xs">
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {count > 0 && (
          <Badge circle={count < 10} color="red.9" size="md" aria-label={`${count} open`}>
            {count}
          </Badge>
        )}
      </Group>
      {children}
    </Stack>
  );
}
