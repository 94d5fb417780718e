import { useLiveQuery } from '@backhaul/sdk/react';
import { Select } from '@mantine/core';
import { useWork } from '../shell/work-context.ts';
import type { Invoice } from './send-invoice.tsx';

interface ChooseFileProps {
  readonly invoice: Invoice;
  /** Without a network a file may be on its way yet: the message waits for it. */
  readonly online: boolean;
  readonly value: string | null;
  readonly onChange: (attachmentId: string | null) => void;
}

/** One file of the invoice, or of a task that it charges. Nothing where there is none. */
export function ChooseFile({ invoice, online, value, onChange }: ChooseFileProps) {
  const { db } = useWork();
  const { id, lineItems } = invoice;
  const files = useLiveQuery(() => {
    const owners = new Set([id, ...(lineItems ?? []).map(({ taskId }) => taskId)]);
    return db.attachments
      .filter(({ ownerId, status }) => owners.has(ownerId) && (!online || status === 'ready'))
      .toArray();
  }, [db, id, lineItems, online]);
  if (!files || files.length === 0) return null;
  return (
    <Select
      label="A file that goes along"
      description="Up to 5 MB in the email itself; for every message on the page behind the link."
      placeholder="None"
      clearable
      clearButtonProps={{ 'aria-label': 'No file' }}
      data={files.map((file) => ({
        value: file.id,
        label: `${file.fileName ?? 'A file without a name'} (${file.ownerId === id ? 'of the invoice' : 'of the work'})`,
      }))}
      value={value}
      onChange={onChange}
    />
  );
}
