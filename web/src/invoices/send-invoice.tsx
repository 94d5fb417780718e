import { CHANNELS, type Channel, type MessagePreview, type PreviewResponse, type SendResponse } from '@backhaul/shared';
import type { RecordOf } from '@backhaul/shared';
import type { fieldService } from '@backhaul/shared/field-service';
import { Button, Checkbox, Group, Modal, Skeleton, Stack, Tabs, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../api/api.ts';
import { Consents } from '../messages/consents.tsx';
import { CHANNEL_NAMES } from '../messages/describe-message.ts';
import { ShownMessage } from '../messages/shown-message.tsx';
import { useOnline } from '../network/network.ts';
import { useWork } from '../shell/work-context.ts';
import { Problem } from '../ui/problem.tsx';
import { ChooseFile } from './choose-file.tsx';
import { isNew, isPossible, unknownYet, WaysToSend } from './ways-to-send.tsx';

export type Invoice = RecordOf<(typeof fieldService)['entities']['finance_entry']>;

interface SendInvoiceProps {
  readonly invoice: Invoice;
  readonly onClose: () => void;
  readonly onSent: () => Promise<unknown>;
}

/** Which ways, which words, and what the customer will see; then it goes out, once. */
export function SendInvoice({ invoice, onClose, onSent }: SendInvoiceProps) {
  const { api, db, tenant } = useWork();
  const online = useOnline();
  const [message, setMessage] = useState('');
  const [words] = useDebouncedValue(message, 300);
  const [chosen, setChosen] = useState<readonly Channel[] | null>(online ? null : []);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Error | null>(null);
  const [file, setFile] = useState<string | null>(null);
  const [includePdf, setIncludePdf] = useState(false);
  /** The newest preview that could be made, of these words and this file or of others. */
  const [known, setKnown] = useState<readonly MessagePreview[] | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['preview', tenant.id, invoice.id, words, file],
    queryFn: async () => {
      const body = { channels: CHANNELS, ...(words === '' ? {} : { message: words }), ...fileIn(file) };
      return (await api.call<PreviewResponse>('POST', `/v1/invoices/${invoice.id}/preview`, body)).previews;
    },
    enabled: online,
    gcTime: 0,
  });
  if (data && data !== known) setKnown(data);
  const failure = online ? error : null;
  // Where nobody can say yet what the service would, it says so when it is asked.
  const isUnknown = !online || (failure !== null && known === null);
  const shown = isUnknown ? CHANNELS.map(unknownYet) : known;
  const possible = shown?.filter(isPossible) ?? [];
  const unsent = online && isUnknown ? [] : possible.filter(isNew);
  const channels = (chosen ?? unsent.map(({ channel }) => channel)).filter((channel) =>
    possible.some((one) => one.channel === channel),
  );
  const again = possible.some(({ channel, newerSent }) => newerSent && channels.includes(channel));
  const request = {
    channels,
    ...(message.trim() === '' ? {} : { message }),
    ...(includePdf && channels.includes('email') ? { includePdf } : {}),
    ...fileIn(file),
    ...(again ? { again } : {}),
  };

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      onClose();
    } catch (reason) {
      setProblem(reason as Error);
      setBusy(false);
    }
  };
  const send = (force: boolean) =>
    attempt(async () => {
      const body = { ...request, ...(force ? { force } : {}) };
      await api.call<SendResponse>('POST', `/v1/invoices/${invoice.id}/send`, body);
      await onSent();
    });
  const ask = () => attempt(() => db.sends.ask('invoices', invoice.id, request));

  return (
    <Modal
      opened
      onClose={onClose}
      title={`Send ${invoice.title}`}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Do not send' }}
    >
      <Stack gap="md">
        {failure && (
          <Problem title="It can not be shown" onRetry={() => void refetch()}>
            {failure.message}
          </Problem>
        )}
        {!shown && <Skeleton height={320} radius="lg" aria-label="Making the preview" />}
        {shown && (
          <>
            <WaysToSend ways={shown} chosen={channels} onChoose={setChosen} />
            {online && known && <Consents ways={known} onChanged={refetch} />}
            <Textarea
              label="A few words of your own"
              description="In the email, and in the SMS where they fit; WhatsApp shows them on the page behind the link."
              value={message}
              maxLength={500}
              autosize
              minRows={2}
              onChange={({ currentTarget }) => setMessage(currentTarget.value)}
            />
            <ChooseFile invoice={invoice} online={online} value={file} onChange={setFile} />
            <Checkbox
              label="Attach the invoice as a PDF"
              description="To the email"
              checked={includePdf}
              disabled={!channels.includes('email')}
              onChange={({ currentTarget }) => setIncludePdf(currentTarget.checked)}
            />
            {online && known && !failure && <Previews previews={known} from={tenant.name} />}
          </>
        )}
        {problem && <Problem title="Not sent">{problem.message}</Problem>}
        <Group justify="flex-end" gap="xs" className="settings-actions" mt={0}>
          {problem instanceof ApiProblem && problem.code === 'OPEN_CONFLICT' && (
            <Button variant="default" loading={busy} onClick={() => void send(true)}>
              Send all the same
            </Button>
          )}
          <Button
            h="auto"
            py="xs"
            styles={{ label: { whiteSpace: 'normal' } }}
            disabled={channels.length === 0}
            loading={busy}
            onClick={() => void (online ? send(false) : ask())}
          >
            {channels.length === 0
              ? 'Nothing to send'
              : `Send by ${channels.map((channel) => CHANNEL_NAMES[channel]).join(' and ')}`}
          </Button>
        </Group>
        {!online && (
          <Text size="sm">Without a network there is no preview; it goes out once this device is connected.</Text>
        )}
      </Stack>
    </Modal>
  );
}

function Previews({ previews, from }: { readonly previews: readonly MessagePreview[]; readonly from: string }) {
  return (
    <Tabs defaultValue="email" keepMounted={false}>
      <Tabs.List aria-label="What the customer will see">
        {previews.map(({ channel }) => (
          <Tabs.Tab key={channel} value={channel}>
            {CHANNEL_NAMES[channel]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {previews.map((one) => (
        <Tabs.Panel key={one.channel} value={one.channel} pt="sm">
          <ShownMessage {...one} from={from} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

const fileIn = (attachmentId: string | null) => (attachmentId === null ? {} : { attachmentId });
