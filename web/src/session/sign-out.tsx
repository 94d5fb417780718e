import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { describeUnsent } from '../sync/describe-status.ts';
import { useSyncStatus } from '../sync/use-sync-status.ts';
import { Problem } from '../ui/problem.tsx';

/**
 * Leaving the device. What has all been sent is removed from it; unsent work stays and waits for the same person, who is told
 * so first.
 */
export function SignOut({
  onCancel,
  onSignedOut,
}: {
  readonly onCancel: () => void;
  readonly onSignedOut: () => void;
}) {
  const { db, user } = useWork();
  const status = useSyncStatus();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const unsent = describeUnsent(status);

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(false);
  };
  const sendFirst = async (): Promise<void> => {
    const { error } = await db.sync.now();
    if (error) setProblem(`It could not be sent: ${error.message}`);
  };
  const leaveNothing = async (): Promise<void> => {
    // Once more: a change may have been made in another tab since the dialog opened.
    const { pending, rejected } = db.sync.status.get();
    if (pending === 0 && rejected === 0) await db.delete();
    onSignedOut();
  };

  return (
    <Modal opened onClose={onCancel} title={unsent ? 'Unsent work' : 'Sign out?'} centered>
      <Stack>
        {problem && <Problem title="That did not work">{problem}</Problem>}
        {unsent ? (
          <Text>
            {unsent} Sign out now and it stays on this device, out of sight, until {user.name ?? user.email} signs in
            here again.
          </Text>
        ) : (
          <Text>Everything has been sent. This device’s copy of the business is removed.</Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Stay
          </Button>
          {unsent && status.pending > 0 && (
            <Button variant="default" loading={busy} onClick={() => void attempt(sendFirst)}>
              Send now
            </Button>
          )}
          <Button
            color={unsent ? 'red.9' : 'cyan'}
            loading={busy}
            onClick={() => void attempt(unsent ? async () => onSignedOut() : leaveNothing)}
          >
            {unsent ? 'Sign out anyway' : 'Sign out'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
