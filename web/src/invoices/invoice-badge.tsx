import type { InvoiceState } from '@backhaul/shared';
import { Badge } from '@mantine/core';

const STATES: { readonly [S in InvoiceState]: { readonly label: string; readonly color: string } } = {
  draft: { label: 'Draft', color: 'gray.7' },
  issued: { label: 'Issued', color: 'cyan.9' },
  disputed: { label: 'Disputed', color: 'red.9' },
  paid: { label: 'Paid', color: 'green.9' },
};

export function InvoiceBadge({ state }: { readonly state: InvoiceState }) {
  return (
    <Badge color={STATES[state].color} tt="none">
      {STATES[state].label}
    </Badge>
  );
}
