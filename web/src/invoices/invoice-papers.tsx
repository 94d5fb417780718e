import type { FinalizeResponse } from '@backhaul/shared';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { Problem } from '../ui/problem.tsx';
import { openPdf } from './open-pdf.ts';
import type { InvoiceFacts } from './use-invoice-facts.ts';

interface InvoicePapersProps {
  readonly id: string;
  readonly facts: InvoiceFacts | null;
  readonly online: boolean;
  readonly onChanged: () => Promise<unknown>;
}

/** Its PDF, and the number that makes it an invoice. */
export function InvoicePapers({ id, facts, online, onChanged }: InvoicePapersProps) {
  const { api } = useWork();
  const [busy, setBusy] = useState<'pdf' | 'number' | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const act = async (what: 'pdf' | 'number', work: () => Promise<unknown>): Promise<void> => {
    setBusy(what);
    setProblem(null);
    await work().catch((error: unknown) => setProblem((error as Error).message));
    setBusy(null);
  };
  const giveNumber = async (): Promise<void> => {
    await api.call<FinalizeResponse>('POST', `/v1/invoices/${id}/finalize`, {});
    await onChanged();
  };
  return (
    <>
      <Button
        size="sm"
        variant="default"
        disabled={!online || busy !== null}
        loading={busy === 'pdf'}
        onClick={() => void act('pdf', () => openPdf(() => api.file(`/v1/invoices/${id}/pdf`)))}
      >
        Open PDF
      </Button>
      {facts?.state === 'draft' && (
        <Button
          size="sm"
          variant="default"
          disabled={!online || busy !== null}
          loading={busy === 'number'}
          onClick={() => void act('number', giveNumber)}
        >
          Give it a number
        </Button>
      )}
      {problem && <Problem title="That did not work">{problem}</Problem>}
    </>
  );
}
