import type { Channel } from '@backhaul/shared';
import { Card, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { request } from '../api/api.ts';
import { CHANNEL_NAMES } from '../messages/describe-message.ts';
import { ShownMessage } from '../messages/shown-message.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Problem } from '../ui/problem.tsx';
import { SideDrawer } from '../ui/side-drawer.tsx';
import { clockTime } from '../ui/when.ts';

interface Mail {
  readonly id: string;
  readonly channel: Channel;
  readonly to: string;
  readonly from: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly segments: number | null;
  readonly attachments: readonly { readonly fileName: string; readonly size: number }[];
  readonly at: string;
}

export const fetchMailbox = async () => (await request<{ messages: readonly Mail[] }>('GET', '/dev/mailbox')).messages;

/** Development: everything that would have gone out, as its recipient would see it. */
export function MailboxDrawer({ onClose }: { readonly onClose: () => void }) {
  const { data, error, refetch } = useQuery({ queryKey: ['mailbox'], queryFn: fetchMailbox, refetchInterval: 2_000 });
  return (
    <SideDrawer title="Local mailbox" closeLabel="Close the mailbox" onClose={onClose}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          This service sends nothing to anybody: what would have gone out ends here, and is gone when it stops.
        </Text>
        {error && (
          <Problem title="The mailbox can not be fetched" onRetry={() => void refetch()}>
            {error.message}
          </Problem>
        )}
        {data?.length === 0 && (
          <Card>
            <EmptyState icon="note" title="Nothing yet">
              Send an invoice, or invite somebody.
            </EmptyState>
          </Card>
        )}
        {data?.map((mail) => (
          <Card key={mail.id} component="article" aria-label={`${CHANNEL_NAMES[mail.channel]} to ${mail.to}`}>
            <Stack gap="xs">
              <Group justify="space-between" gap="xs">
                <Text size="sm" fw={650}>
                  {CHANNEL_NAMES[mail.channel]} to {mail.to}
                </Text>
                <Text size="xs" c="dimmed">
                  {clockTime(mail.at)}
                </Text>
              </Group>
              <ShownMessage {...mail} />
              {mail.attachments.length > 0 && (
                <Text size="sm">Attached: {mail.attachments.map(({ fileName }) => fileName).join(', ')}</Text>
              )}
            </Stack>
          </Card>
        ))}
      </Stack>
    </SideDrawer>
  );
}
