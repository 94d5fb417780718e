import { useSyncStatus } from '@backhaul/sdk/react';
import { Button, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { describeUnsent } from '../sync/describe-unsent.ts';
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
        <Stack gap="xs">
          {unsent && status.pending > 0 && (
            <Button loading={busy} onClick={() => void attempt(sendFirst)}>
              Send now
            </Button>
          )}
          {unsent ? (
            <Button variant="outline" color="red" disabled={busy} onClick={onSignedOut}>
              Sign out anyway
            </Button>
          ) : (
            <Button loading={busy} onClick={() => void attempt(leaveNothing)}>
              Sign out
            </Button>
          )}
          <Button variant="default" onClick={onCancel}>
            Stay
          </Button>
        </Stack>
      </Stack>
    </Modal>
  );
}
