import { useLiveQuery } from '@backhaul/sdk/react';
import { Select } from '@mantine/core';
import { useWork } from '../shell/work-context.ts';
import type { Invoice } from './send-invoice.tsx';

interface ChooseFileProps {
  readonly invoice: Invoice;
  /** Without a network a file may be on its way yet, and the message waits for it; with one it is to be there. */
  readonly online: boolean;
  readonly value: string | null;
  readonly onChange: (attachmentId: string | null) => void;
}

/** One file of the invoice, or of a task that it charges. Nothing where there is none, unless one is chosen that was there. */
export function ChooseFile({ invoice, online, value, onChange }: ChooseFileProps) {
  const { db } = useWork();
  const { id, lineItems } = invoice;
  const files = useLiveQuery(() => {
    const owners = new Set([id, ...(lineItems ?? []).map(({ taskId }) => taskId)]);
    return db.attachments.filter(({ ownerId }) => owners.has(ownerId)).toArray();
  }, [db, id, lineItems]);
  if (!files || (files.length === 0 && value === null)) return null;
  const choices = files.map(({ id: file, fileName, ownerId, status }) => {
    const isUploading = online && status !== 'ready';
    const name = `${fileName ?? 'A file without a name'} (${ownerId === id ? 'of the invoice' : 'of the work'})`;
    return { value: file, label: isUploading ? `${name} (still uploading)` : name, disabled: isUploading };
  });
  const isGone = value !== null && choices.every((choice) => choice.value !== value);
  return (
    <Select
      label="A file that goes along"
      description="Up to 5 MB in the email itself; for every message on the page behind the link."
      placeholder="None"
      clearable
      clearButtonProps={{ 'aria-label': 'No file' }}
      data={isGone ? [...choices, { value, label: 'A file that is not there any more', disabled: true }] : choices}
      value={value}
      onChange={onChange}
    />
  );
}
