import type { SyncStatus } from '@backhaul/sdk';
import { describeStatus, type StatusText, useMessages, useSyncStatus } from '@backhaul/sdk/react';
import { ActionIcon, Box, Container, Group, Loader, Switch, Text } from '@mantine/core';
import { setCutOff, useCutOff } from '../network/network.ts';
import type { Tone } from '../theme.ts';
import { useWork } from '../shell/work-context.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { clockTime } from '../ui/when.ts';

const LOOK: { readonly [M in StatusText['mood']]: { readonly tone: Tone; readonly icon: IconName } } = {
  good: { tone: 'teal', icon: 'check' },
  busy: { tone: 'cyan', icon: 'sync' },
  waiting: { tone: 'orange', icon: 'offline' },
  bad: { tone: 'red', icon: 'alert' },
};

const lastSync = ({ live }: SyncStatus): string => (live ? 'Live, last news' : 'Last sync');

/** How this device's sync stands, always in sight, and a switch to try it without a network. */
export function SyncBar() {
  const { db } = useWork();
  const status = useSyncStatus();
  const cutOff = useCutOff();
  const { text, mood } = describeStatus(status, useMessages());
  const { tone, icon } = LOOK[mood];
  return (
    <Box className="sync-bar" bg={`var(--tone-${tone}-bar)`}>
      <Container size="xl" py="xs">
        <Group justify="space-between" gap="sm" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Box c={`var(--tone-${tone}-text)`} lh={0}>
              {mood === 'busy' ? <Loader size={18} color={tone} aria-hidden /> : <Icon name={icon} />}
            </Box>
            <div>
              <Text size="sm" fw={600} role="status" lh={1.3}>
                {text}
              </Text>
              <Text size="xs" c="dimmed">
                {status.lastPullAt ? `${lastSync(status)} ${clockTime(status.lastPullAt)}` : 'Not synced yet'}
              </Text>
            </div>
          </Group>
          <Group gap="sm" wrap="nowrap" style={{ flexShrink: 0 }}>
            <Switch label="Go offline" checked={cutOff} onChange={(event) => setCutOff(event.currentTarget.checked)} />
            <ActionIcon
              size="lg"
              variant="default"
              aria-label="Sync now"
              title="Sync now"
              disabled={!status.online || mood === 'busy'}
              onClick={() => void db.sync.now()}
            >
              <Icon name="sync" />
            </ActionIcon>
          </Group>
        </Group>
      </Container>
    </Box>
  );
}
