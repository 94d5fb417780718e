import { useLiveQuery } from '@backhaul/sdk/react';
import { Card, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { GenerateForm } from '../billing/generate-form.tsx';
import { useOnline } from '../network/network.ts';
import { useWork } from '../shell/work-context.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Section } from '../ui/section.tsx';
import { SideDrawer } from '../ui/side-drawer.tsx';
import { PayrollCard } from './payroll-card.tsx';
import { sharedTasks } from './shared-tasks.ts';

const SHOWN = 100;
const FILTERS = [
  { value: 'all', label: 'All' },
  { value: 'pending', label: 'To pay' },
  { value: 'paid', label: 'Paid' },
];

/** What employees are paid for the hours of their tasks, by period. */
export function PayrollDrawer({ onClose }: { readonly onClose: () => void }) {
  const { db } = useWork();
  const online = useOnline();
  const [shown, setShown] = useState('all');
  const entries = useLiveQuery(
    async () => (await db.financeEntries.where('kind').equals('payrollEmployee').sortBy('dueDate')).toReversed(),
    [db],
  );
  const shared = sharedTasks(entries ?? []);
  const listed = entries?.filter(({ status }) => shown === 'all' || status === shown);
  return (
    <SideDrawer title="Payroll" closeLabel="Close the payroll" onClose={onClose}>
      <Stack gap="lg">
        {!online && (
          <Card>
            <Text size="sm">Without a network nothing can be generated. What is marked as paid is sent later.</Text>
          </Card>
        )}
        <Section title="Generate">
          <GenerateForm what="payroll" online={online} />
        </Section>
        <Section title="All entries">
          <SegmentedControl fullWidth aria-label="Which entries" value={shown} onChange={setShown} data={FILTERS} />
          {listed?.length === 0 && (
            <Card>
              <EmptyState icon="person" title={shown === 'all' ? 'No payroll yet' : 'None of these'}>
                Generate some from the check-ins and check-outs of completed tasks.
              </EmptyState>
            </Card>
          )}
          {listed?.slice(0, SHOWN).map((entry) => (
            <PayrollCard key={entry.id} entry={entry} shared={shared.get(entry.id)} />
          ))}
          {listed !== undefined && listed.length > SHOWN && (
            <Text size="sm">And {listed.length - SHOWN} older ones.</Text>
          )}
        </Section>
      </Stack>
    </SideDrawer>
  );
}
