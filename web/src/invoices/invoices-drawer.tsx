import { useLiveQuery } from '@backhaul/sdk/react';
import { Card, SegmentedControl, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useCustomerMessages } from '../messages/use-messages.ts';
import { useWork } from '../shell/work-context.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Problem } from '../ui/problem.tsx';
import { Section } from '../ui/section.tsx';
import { SideDrawer } from '../ui/side-drawer.tsx';
import { GenerateForm } from '../billing/generate-form.tsx';
import { AdjustInvoice } from './adjust-invoice.tsx';
import { InvoiceCard } from './invoice-card.tsx';
import { type Invoice, SendInvoice } from './send-invoice.tsx';
import { useInvoiceFacts } from './use-invoice-facts.ts';

const SHOWN = 100;
const FILTERS = [
  { value: 'all', label: 'All' },
  { value: 'draft', label: 'Drafts' },
  { value: 'disputed', label: 'Disputed' },
];

/** The invoices of the business, what was sent of each, and what a human has to look at. */
export function InvoicesDrawer({ onClose }: { readonly onClose: () => void }) {
  const { db } = useWork();
  const { messages, online, isError, error, refetch, refresh } = useCustomerMessages();
  const { factsOf, refresh: refreshFacts } = useInvoiceFacts();
  const [shown, setShown] = useState('all');
  const [sending, setSending] = useState<Invoice | null>(null);
  const [adjusting, setAdjusting] = useState<Invoice | null>(null);
  const invoices = useLiveQuery(async () => {
    const all = await db.financeEntries.filter(({ kind }) => kind === 'invoiceClient').toArray();
    return all.toSorted((a, b) => (a.dueDate < b.dueDate ? 1 : -1));
  }, [db]);
  const asked = useLiveQuery(() => db.sends.toArray(), [db]) ?? [];
  const messagesOf = (id: string) => messages.filter(({ entityId }) => entityId === id);
  const needsLook = new Set(messages.filter(({ actions }) => actions.length > 0).map(({ entityId }) => entityId));
  const changed = async (): Promise<void> => {
    await Promise.all([refresh(), refreshFacts()]);
  };
  // What this device had asked for is a message by now, and its invoice may have a number.
  const waiting = asked.map(({ id, state }) => `${id} ${state}`).join();
  useEffect(() => {
    void changed();
  }, [waiting]);
  const card = (invoice: Invoice) => (
    <InvoiceCard
      key={invoice.id}
      invoice={invoice}
      facts={factsOf(invoice)}
      messages={messagesOf(invoice.id)}
      asked={asked.filter(({ entityId }) => entityId === invoice.id)}
      online={online}
      onSend={() => setSending(invoice)}
      onAdjust={() => setAdjusting(invoice)}
      onChanged={changed}
    />
  );
  const rest = invoices?.filter(
    (invoice) => !needsLook.has(invoice.id) && (shown === 'all' || factsOf(invoice)?.state === shown),
  );
  const open = invoices?.filter(({ id }) => needsLook.has(id)) ?? [];
  return (
    <SideDrawer title="Invoices" closeLabel="Close the invoices" onClose={onClose}>
      <Stack gap="lg">
        {!online && (
          <Card>
            <Text size="sm">Without a network, what is sent goes out once this device is connected.</Text>
          </Card>
        )}
        {online && isError && (
          <Problem title="What was sent can not be fetched" onRetry={() => void refetch()}>
            {error.message}
          </Problem>
        )}
        {open.length > 0 && (
          <Section title="Needs a look" count={open.length}>
            {open.map(card)}
          </Section>
        )}
        <Section title="Generate">
          <GenerateForm what="invoices" online={online} onGenerated={changed} />
        </Section>
        <Section title="All invoices">
          <SegmentedControl fullWidth aria-label="Which invoices" value={shown} onChange={setShown} data={FILTERS} />
          {rest?.length === 0 && (
            <Card>
              <EmptyState icon="note" title={shown === 'all' ? 'No invoices yet' : 'None of these'}>
                Generate some from completed tasks.
              </EmptyState>
            </Card>
          )}
          {rest?.slice(0, SHOWN).map(card)}
        </Section>
      </Stack>
      {adjusting && <AdjustInvoice invoice={adjusting} onClose={() => setAdjusting(null)} onAdjusted={changed} />}
      {sending && <SendInvoice invoice={sending} onClose={() => setSending(null)} onSent={changed} />}
    </SideDrawer>
  );
}
