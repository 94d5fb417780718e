import { ActionIcon } from '@mantine/core';
import { Icon } from '../ui/icon.tsx';
import { type RecordRef, useHistory } from './history-context.ts';

/** Opens a record's history, for those who may read it. `title` is what the record is called. */
export function HistoryButton({ record, title }: { readonly record: RecordRef; readonly title: string }) {
  const open = useHistory();
  if (!open) return null;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`History: ${title}`}
      title="History"
      onClick={() => open(record)}
    >
      <Icon name="history" />
    </ActionIcon>
  );
}
