import type { AuditEntry } from '@backhaul/shared';
import { Text } from '@mantine/core';
import { fieldLabel, type Names, valueText } from '../ui/value-text.ts';

/** What a write changed, from what to what. */
export function FieldChanges({ entry, names }: { readonly entry: AuditEntry; readonly names: Names }) {
  const { entity, action, changes } = entry;
  // A creation lists every field that has a value: what it was before says nothing.
  const isNew = action === 'create';
  return Object.entries(changes).map(([field, { from, to }]) => (
    <Text key={field} size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {fieldLabel(field)}: {!isNew && `${valueText(entity, field, from, names)} → `}
      {valueText(entity, field, to, names)}
    </Text>
  ));
}
