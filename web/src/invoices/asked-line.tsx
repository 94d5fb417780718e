import type { AskedSend } from '@backhaul/sdk';
import { Button, Group, Stack, Text } from '@mantine/core';
import { CHANNEL_NAMES } from '../messages/describe-message.ts';
import { useWork } from '../shell/work-context.ts';

/** Something to be sent that is still on this device: it waits, or the service refused it. */
export function AskedLine({ asked }: { readonly asked: AskedSend }) {
  const { db } = useWork();
  const { id, request, state, reason, code } = asked;
  const ways = request.channels.map((channel) => CHANNEL_NAMES[channel]).join(' and ');
  const why = WAITS_FOR[code ?? ''] ?? reason;
  return (
    <Stack gap={4}>
      <Text size="sm">
        {ways}: {state === 'waiting' ? 'goes out once this device is connected' : 'refused'}
      </Text>
      {why !== null && (
        <Text size="sm" c="dimmed">
          {why}
        </Text>
      )}
      <Group gap="xs">
        {state === 'refused' && (
          <Button size="xs" variant="default" onClick={() => void db.sends.retry(id)}>
            Ask again
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => void db.sends.discard(id)}>
          Do not send
        </Button>
      </Group>
    </Stack>
  );
}

/** What passes by itself, or by what somebody does elsewhere. */
const WAITS_FOR: { readonly [code: string]: string } = {
  OPEN_CONFLICT: 'It waits until the open conflict of this invoice is settled.',
  UPLOAD_MISSING: 'It waits until the file that goes along has been uploaded.',
};
