import { CHANNELS, type Channel, type PreviewResponse, type SendResponse } from '@backhaul/shared';
import type { RecordOf } from '@backhaul/shared';
import type { fieldService } from '@backhaul/shared/field-service';
import { Button, Checkbox, Group, Modal, Skeleton, Stack, Tabs, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../api/api.ts';
import { CHANNEL_NAMES, STATUS_NAMES } from '../messages/describe-message.ts';
import { ShownMessage } from '../messages/shown-message.tsx';
import { useOnline } from '../network/network.ts';
import { useWork } from '../shell/work-context.ts';
import { Problem } from '../ui/problem.tsx';

export type Invoice = RecordOf<(typeof fieldService)['entities']['finance_entry']>;

interface SendInvoiceProps {
  readonly invoice: Invoice;
  readonly onClose: () => void;
  readonly onSent: () => Promise<unknown>;
}

/** Which ways, which words, and what the customer will see; then it goes out, once. */
export function SendInvoice({ invoice, onClose, onSent }: SendInvoiceProps) {
  const { api, tenant } = useWork();
  const online = useOnline();
  const [message, setMessage] = useState('');
  const [words] = useDebouncedValue(message, 300);
  const [chosen, setChosen] = useState<readonly Channel[] | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const { data, error } = useQuery({
    queryKey: ['preview', tenant.id, invoice.id, words],
    queryFn: async () => {
      const body = { channels: CHANNELS, ...(words === '' ? {} : { message: words }) };
      return (await api.call<PreviewResponse>('POST', `/v1/invoices/${invoice.id}/preview`, body)).previews;
    },
    enabled: online,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const possible = data?.filter((one) => one.problem === null && one.sent === null) ?? [];
  const channels = (chosen ?? possible.map(({ channel }) => channel)).filter((channel) =>
    possible.some((one) => one.channel === channel),
  );

  const send = async (force: boolean): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const body = { channels, ...(message.trim() === '' ? {} : { message }), ...(force ? { force } : {}) };
      await api.call<SendResponse>('POST', `/v1/invoices/${invoice.id}/send`, body);
      await onSent();
      onClose();
    } catch (failure) {
      setProblem(failure instanceof ApiProblem ? failure : new ApiProblem('INTERNAL', String(failure)));
      setBusy(false);
    }
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={`Send ${invoice.title}`}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Do not send' }}
    >
      <Stack gap="md">
        {error && <Problem title="It can not be shown">{error.message}</Problem>}
        {!data && !error && <Skeleton height={320} radius="lg" aria-label="Making the preview" />}
        {data && (
          <>
            <Group gap="lg" role="group" aria-label="Ways to send it">
              {data.map(({ channel, problem: obstacle, sent, to }) => (
                <Checkbox
                  key={channel}
                  label={CHANNEL_NAMES[channel]}
                  description={
                    sent === null ? (obstacle?.message ?? to ?? '') : `${STATUS_NAMES[sent]} already, as it is now`
                  }
                  checked={channels.includes(channel)}
                  disabled={!possible.some((one) => one.channel === channel)}
                  onChange={({ currentTarget }) =>
                    setChosen(
                      currentTarget.checked ? [...channels, channel] : channels.filter((one) => one !== channel),
                    )
                  }
                />
              ))}
            </Group>
            <Textarea
              label="A few words of your own"
              description="In the email, and in the SMS where they fit; WhatsApp shows them on the page behind the link."
              value={message}
              maxLength={500}
              autosize
              minRows={2}
              onChange={({ currentTarget }) => setMessage(currentTarget.value)}
            />
            <Tabs defaultValue="email" keepMounted={false}>
              <Tabs.List aria-label="What the customer will see">
                {data.map(({ channel }) => (
                  <Tabs.Tab key={channel} value={channel}>
                    {CHANNEL_NAMES[channel]}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              {data.map((one) => (
                <Tabs.Panel key={one.channel} value={one.channel} pt="sm">
                  <ShownMessage {...one} from={tenant.name} />
                </Tabs.Panel>
              ))}
            </Tabs>
          </>
        )}
        {problem && <Problem title="Not sent">{problem.message}</Problem>}
        <Group justify="flex-end" gap="xs" className="settings-actions" mt={0}>
          {problem?.code === 'OPEN_CONFLICT' && (
            <Button variant="default" loading={busy} onClick={() => void send(true)}>
              Send all the same
            </Button>
          )}
          <Button disabled={!online || channels.length === 0} loading={busy} onClick={() => void send(false)}>
            {channels.length === 0
              ? 'Nothing to send'
              : `Send by ${channels.map((channel) => CHANNEL_NAMES[channel]).join(' and ')}`}
          </Button>
        </Group>
        {!online && <Text size="sm">Sending needs the network; the preview does, too.</Text>}
      </Stack>
    </Modal>
  );
}
