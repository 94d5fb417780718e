import { entityOf, type QuarantineEntry } from '@backhaul/shared';
import { fieldService } from '@backhaul/shared/field-service';
import { Badge, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Tone } from '../theme.ts';
import { fieldLabel, type Names, valueText } from '../ui/value-text.ts';
import { describeCurrent } from './describe-entry.ts';

interface TypedAndNowProps {
  readonly entry: QuarantineEntry;
  readonly names: Names;
}

/** What was typed beside what the record holds in the same fields. */
export function TypedAndNow({ entry, names }: TypedAndNowProps) {
  const { entity, op, author, values, current } = entry;
  const news = new Set(current.changedSince);
  const text = (field: string, value: unknown): string => valueText(entity ?? '', field, value, names);
  const declared = entityOf(fieldService, entity ?? '')?.fieldNames ?? [];
  const fields = [...new Set([...declared.filter((field) => Object.hasOwn(values, field)), ...Object.keys(values)])];
  const shown = Object.entries(current.values).filter(([, value]) => op === 'upsert' || value !== null);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
      <Side title={`Typed by ${author.name}`} tone="orange">
        {op === 'delete' ? (
          <Text size="sm">Deleted</Text>
        ) : (
          fields.map((field) => <Line key={field} field={field} text={text(field, values[field])} />)
        )}
      </Side>
      <Side title={describeCurrent(entry)} tone={current.state === 'live' ? 'teal' : 'gray'}>
        {shown.map(([field, value]) => (
          <Line key={field} field={field} text={text(field, value)} isNews={news.has(field)} />
        ))}
      </Side>
    </SimpleGrid>
  );
}

function Side({
  title,
  tone,
  children,
}: {
  readonly title: string;
  readonly tone: Tone;
  readonly children: ReactNode;
}) {
  return (
    <Paper withBorder p="sm" radius="md" bg="var(--panel)">
      <Badge
        size="sm"
        bg={`var(--tone-${tone}-badge)`}
        c={`var(--tone-${tone}-text)`}
        tt="none"
        mb={4}
        maw="100%"
        style={{ height: 'auto' }}
        styles={{ label: { whiteSpace: 'normal' } }}
      >
        {title}
      </Badge>
      <Stack gap={2}>{children}</Stack>
    </Paper>
  );
}

interface LineProps {
  readonly field: string;
  readonly text: string;
  readonly isNews?: boolean;
}

function Line({ field, text, isNews = false }: LineProps) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {fieldLabel(field)}
        {isNews && ', changed since by somebody else'}
      </Text>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }} fw={isNews ? 600 : 400}>
        {text}
      </Text>
    </div>
  );
}
