import type { AskedSend } from '@backhaul/sdk';
import type { Notification } from '@backhaul/shared';
import { Button, Card, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { AddFile } from '../files/add-file.tsx';
import { FileStrip } from '../files/file-strip.tsx';
import { MessageLine } from '../messages/message-line.tsx';
import { Problem } from '../ui/problem.tsx';
import { longDay } from '../ui/when.ts';
import { statusWord } from '../ui/value-text.ts';
import { AskedLine } from './asked-line.tsx';
import { InvoiceBadge } from './invoice-badge.tsx';
import { InvoicePapers } from './invoice-papers.tsx';
import { EntryHead } from '../billing/entry-head.tsx';
import type { Invoice } from './send-invoice.tsx';
import type { InvoiceFacts } from './use-invoice-facts.ts';

interface InvoiceCardProps {
  readonly invoice: Invoice;
  readonly facts: InvoiceFacts | null;
  readonly messages: readonly Notification[];
  /** What this device has asked for and the service has not taken. */
  readonly asked: readonly AskedSend[];
  readonly online: boolean;
  readonly onSend: () => void;
  readonly onAdjust: () => void;
  readonly onChanged: () => Promise<unknown>;
}

export function InvoiceCard({
  invoice,
  facts,
  messages,
  asked,
  online,
  onSend,
  onAdjust,
  onChanged,
}: InvoiceCardProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const { id, title, amount, currency, dueDate, status, isDisputed, disputeReason } = invoice;
  return (
    <Card component="article" aria-label={title}>
      <Stack gap="xs">
        <EntryHead
          title={title}
          details={`${facts?.number ? `${facts.number}, ` : ''}${statusWord(status)}, due ${longDay(dueDate)}`}
          amount={amount}
          currency={currency}
          badge={facts && <InvoiceBadge state={facts.state} />}
        />
        {isDisputed && disputeReason && (
          <Text size="sm" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
            The client says: {disputeReason}
          </Text>
        )}
        <FileStrip ownerId={id} />
        {messages.length > 0 && (
          <Stack
            gap="xs"
            component="ul"
            p={0}
            m={0}
            style={{ listStyle: 'none' }}
            aria-label={`Messages about ${title}`}
          >
            {messages.map((message) => (
              <MessageLine key={message.id} message={message} online={online} onChanged={onChanged} />
            ))}
          </Stack>
        )}
        {asked.map((one) => (
          <AskedLine key={one.id} asked={one} />
        ))}
        <Group>
          <Button size="sm" variant="light" onClick={onSend} aria-label={`Send: ${title}`}>
            Send
          </Button>
          {facts !== null && facts.state !== 'draft' && (
            <Button size="sm" variant="default" disabled={!online} onClick={onAdjust} aria-label={`Adjust: ${title}`}>
              Adjust
            </Button>
          )}
          <InvoicePapers id={id} facts={facts} online={online} onChanged={onChanged} />
          <AddFile
            owner={{ type: 'finance_entry', id }}
            title={title}
            label="Add a file"
            purposes={[{ purpose: 'general', label: 'File' }]}
            onProblem={setProblem}
          />
        </Group>
        {problem && <Problem title="The file was not added">{problem}</Problem>}
      </Stack>
    </Card>
  );
}
