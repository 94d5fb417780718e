import type { AdjustRequest, AdjustResponse } from '@backhaul/shared';
import { Button, Checkbox, Group, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useMemo, useState } from 'react';
import { moneyText, parseAmount } from '../billing/money.ts';
import { useWork } from '../shell/work-context.ts';
import { Problem } from '../ui/problem.tsx';
import type { Invoice } from './send-invoice.tsx';

interface AdjustInvoiceProps {
  readonly invoice: Invoice;
  readonly onClose: () => void;
  readonly onAdjusted: () => Promise<unknown>;
}

type Direction = 'less' | 'more';

/** One more line on an invoice, for what the client was charged wrongly, and the end of the dispute about it. */
export function AdjustInvoice({ invoice, onClose, onAdjusted }: AdjustInvoiceProps) {
  const { api, db } = useWork();
  const { id, title, amount: total, currency, isDisputed, updatedAt } = invoice;
  const [direction, setDirection] = useState<Direction>('less');
  const [text, setText] = useState('');
  const [description, setDescription] = useState('');
  const [settles, setSettles] = useState(isDisputed === true);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const parsed = parseAmount(text);
  const amount = parsed === null ? null : direction === 'less' ? -parsed : parsed;
  // The same line again, after an answer that was lost, is the same adjustment.
  const idempotencyKey = useMemo(() => crypto.randomUUID(), [amount, description, settles]);

  const adjust = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (amount === null) return;
    setBusy(true);
    setProblem(null);
    try {
      const body: AdjustRequest = {
        description,
        amount,
        idempotencyKey,
        ...(updatedAt === null ? {} : { expectedUpdatedAt: updatedAt }),
        ...(settles ? { settleDispute: true } : {}),
      };
      await api.call<AdjustResponse>('POST', `/v1/invoices/${id}/adjust`, body);
      void db.sync.now();
      await onAdjusted();
      onClose();
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Adjust ${title}`} closeButtonProps={{ 'aria-label': 'Do not adjust' }}>
      <form aria-label="Adjust the invoice" onSubmit={(event) => void adjust(event)}>
        <Stack gap="md">
          <SegmentedControl
            fullWidth
            aria-label="Which way"
            value={direction}
            onChange={setDirection}
            data={[
              { value: 'less', label: 'Take off' },
              { value: 'more', label: 'Add' },
            ]}
          />
          <TextInput
            label="Amount"
            inputMode="decimal"
            required
            value={text}
            error={text !== '' && parsed === null ? 'For example 12.50' : null}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
          <TextInput
            label="What for"
            description="The client reads it as a line of the invoice."
            required
            maxLength={500}
            value={description}
            onChange={({ currentTarget }) => setDescription(currentTarget.value)}
          />
          {isDisputed && (
            <Checkbox
              label="The dispute is settled with that"
              checked={settles}
              onChange={({ currentTarget }) => setSettles(currentTarget.checked)}
            />
          )}
          <Text size="sm" role="status">
            {moneyText(total, currency)}
            {amount !== null && ` becomes ${moneyText(Math.round((total + amount) * 100) / 100, currency)}`}
          </Text>
          {problem && <Problem title="Not adjusted">{problem}</Problem>}
          <Group justify="flex-end">
            <Button type="submit" loading={busy} disabled={amount === null || description.trim() === ''}>
              Adjust
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
