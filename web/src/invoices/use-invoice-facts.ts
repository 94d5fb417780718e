import type { InvoicesResponse, InvoiceState } from '@backhaul/shared';
import { useServerData } from '../api/use-server-data.ts';
import { useWork } from '../shell/work-context.ts';
import type { Invoice } from './send-invoice.tsx';

export interface InvoiceFacts {
  readonly number: string | null;
  readonly state: InvoiceState;
}

const ASKED = 1_000;

/** What the service knows of invoices beside the records: their numbers, and which are drafts. */
export function useInvoiceFacts() {
  const { api } = useWork();
  const { data, ...query } = useServerData({
    name: 'invoices',
    fetch: () => api.call<InvoicesResponse>('GET', `/v1/invoices?order=desc&limit=${ASKED}`),
  });
  const known = new Map(data?.invoices.map((invoice) => [invoice.id, invoice]));
  /** `null`: the service has not said yet. */
  const factsOf = ({ id, isDisputed, status }: Invoice): InvoiceFacts | null => {
    const facts = known.get(id);
    const number = facts?.number ?? null;
    // The record is newer than the answer, or as new.
    if (isDisputed) return { number, state: 'disputed' };
    if (status === 'paid') return { number, state: 'paid' };
    return facts ? { number, state: facts.state } : null;
  };
  return { ...query, factsOf };
}
