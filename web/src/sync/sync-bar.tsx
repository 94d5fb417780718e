import { Box, Button, Container, Group, Loader, Switch, Text } from '@mantine/core';
import { setCutOff, useCutOff } from '../network/network.ts';
import { useWork } from '../shell/work-context.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { clockTime } from '../ui/when.ts';
import { describeStatus, type StatusText } from './describe-status.ts';
import { useSyncStatus } from './use-sync-status.ts';

const LOOK: { readonly [M in StatusText['mood']]: { readonly color: string; readonly icon: IconName } } = {
  good: { color: 'teal', icon: 'check' },
  busy: { color: 'cyan', icon: 'sync' },
  waiting: { color: 'orange', icon: 'offline' },
  bad: { color: 'red', icon: 'alert' },
};

/** How this device's sync stands, always in sight, and a switch to try it without a network. */
export function SyncBar() {
  const { db } = useWork();
  const status = useSyncStatus();
  const cutOff = useCutOff();
  const { text, mood } = describeStatus(status);
  const { color, icon } = LOOK[mood];
  return (
    <Box
      bg={`light-dark(var(--mantine-color-${color}-0), color-mix(in srgb, var(--mantine-color-${color}-9) 28%, var(--mantine-color-dark-8)))`}
      style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}
    >
      <Container size="xl" py="xs">
        <Group justify="space-between" gap="xs">
          <Group gap="sm" wrap="nowrap" style={{ flex: '1 1 260px' }}>
            <Box c={`light-dark(var(--mantine-color-${color}-9), var(--mantine-color-${color}-4))`} lh={0}>
              {mood === 'busy' ? <Loader size={18} color={color} aria-hidden /> : <Icon name={icon} />}
            </Box>
            <div>
              <Text size="sm" fw={600} role="status" lh={1.3}>
                {text}
              </Text>
              <Text size="xs" c="light-dark(var(--mantine-color-gray-7), var(--mantine-color-gray-5))">
                {status.lastPullAt ? `Last sync ${clockTime(status.lastPullAt)}` : 'Not synced yet'}
              </Text>
            </div>
          </Group>
          <Group gap="md" wrap="nowrap">
            <Switch label="Go offline" checked={cutOff} onChange={(event) => setCutOff(event.currentTarget.checked)} />
            <Button
              size="xs"
              variant="default"
              leftSection={<Icon name="sync" size={16} />}
              disabled={!status.online || mood === 'busy'}
              onClick={() => void db.sync.now()}
            >
              Sync now
            </Button>
          </Group>
        </Group>
      </Container>
    </Box>
  );
}
