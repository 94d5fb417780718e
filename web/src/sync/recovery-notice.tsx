import { useSyncStatus } from '@backhaul/sdk/react';
import { Alert, Container } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { Icon } from '../ui/icon.tsx';
import { describeRecovery } from './describe-recovery.ts';

/** Says once that the local copy was lost, until somebody has read it. */
export function RecoveryNotice() {
  const { recovery } = useSyncStatus();
  const [read, setRead] = useLocalStorage({
    key: 'backhaul.recovery-read',
    defaultValue: '',
    getInitialValueInEffect: false,
  });
  if (recovery === null || recovery.at === read) return null;
  const isLoss = recovery.lost > 0;
  return (
    <Container size="xl" pt="md">
      <Alert
        role={isLoss ? 'alert' : 'status'}
        color={isLoss ? 'red' : 'cyan'}
        variant="light"
        radius="lg"
        icon={<Icon name="alert" />}
        title={isLoss ? 'Some work was lost' : 'The copy on this device was made anew'}
        withCloseButton
        closeButtonLabel="I have read it"
        onClose={() => setRead(recovery.at)}
      >
        {describeRecovery(recovery)}
      </Alert>
    </Container>
  );
}
