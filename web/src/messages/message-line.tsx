import type { Notification } from '@backhaul/shared';
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { Problem } from '../ui/problem.tsx';
import { clockTime } from '../ui/when.ts';
import { CHANNEL_NAMES, describeTrouble, STATUS_NAMES, STATUS_TONES } from './describe-message.ts';

interface MessageLineProps {
  readonly message: Notification;
  readonly online: boolean;
  readonly onChanged: () => Promise<unknown>;
}

/** What became of one message, and what a human may do about it. */
export function MessageLine({ message, online, onChanged }: MessageLineProps) {
  const { api } = useWork();
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { id, channel, status, to, updatedAt, actions, round, attachmentId } = message;
  const trouble = describeTrouble(message);

  const act = async (path: 'settle' | 'resend', outcome?: 'sent' | 'failed'): Promise<void> => {
    setBusy(outcome ?? path);
    setProblem(null);
    try {
      await api.call('POST', `/v1/notifications/${id}/${path}`, outcome === undefined ? undefined : { outcome });
    } catch (error) {
      setProblem((error as Error).message);
    }
    await onChanged();
    setBusy(null);
  };
  const button = (label: string, name: string, onClick: () => void) => (
    <Button
      size="xs"
      variant="default"
      disabled={!online || busy !== null}
      loading={busy === name}
      onClick={onClick}
      aria-label={`${label}: ${CHANNEL_NAMES[channel]} to ${to}`}
    >
      {label}
    </Button>
  );

  return (
    <Stack gap={4} component="li" aria-label={`${CHANNEL_NAMES[channel]} to ${to}: ${STATUS_NAMES[status]}`}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" truncate>
          {CHANNEL_NAMES[channel]}
          {round > 1 && ', again'}
          {attachmentId !== null && ', with a file'}{' '}
          <Text span c="dimmed" size="sm">
            {to}, {clockTime(updatedAt)}
          </Text>
        </Text>
        <Badge
          bg={`var(--tone-${STATUS_TONES[status]}-badge)`}
          c={`var(--tone-${STATUS_TONES[status]}-text)`}
          tt="none"
          style={{ flexShrink: 0 }}
        >
          {STATUS_NAMES[status]}
        </Badge>
      </Group>
      {trouble !== null && (
        <Text size="sm" c="dimmed">
          {trouble}
        </Text>
      )}
      {problem && <Problem title="Not done">{problem}</Problem>}
      {actions.length > 0 && (
        <Group gap="xs">
          {actions.includes('settle') && button('It arrived', 'sent', () => void act('settle', 'sent'))}
          {actions.includes('settle') && button('It did not', 'failed', () => void act('settle', 'failed'))}
          {actions.includes('resend') && button('Send again', 'resend', () => void act('resend'))}
        </Group>
      )}
    </Stack>
  );
}
