import { BackhaulError, type UnsentWork } from '@backhaul/sdk';
import { useLiveQuery, useSyncStatus } from '@backhaul/sdk/react';
import { Button, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useWork } from '../shell/work-context.ts';
import { describeUnsent } from '../sync/describe-unsent.ts';
import { Problem } from '../ui/problem.tsx';

interface SignOutProps {
  readonly onCancel: () => void;
  readonly onSignedOut: () => void;
}

type Doing = 'sending' | UnsentWork;

/** Leaving the device. With unsent work its person decides first what becomes of it; nothing is left behind in silence. */
export function SignOut({ onCancel, onSignedOut }: SignOutProps) {
  const { db, user } = useWork();
  const status = useSyncStatus();
  const [doing, setDoing] = useState<Doing | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const messages = useLiveQuery(() => db.sends.count(), [db]) ?? 0;
  const unsent = describeUnsent({ ...status, messages });
  const name = user.name ?? user.email;

  const attempt = async (what: Doing, work: () => Promise<void>): Promise<void> => {
    setDoing(what);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      // Something was written since the dialog opened: it now says so.
      const isUnsent = error instanceof BackhaulError && error.code === 'UNSENT_WORK';
      if (!isUnsent) setProblem((error as Error).message);
    }
    setDoing(null);
  };
  const sendFirst = async (): Promise<void> => {
    const { error } = await db.sync.now();
    await db.attachments.sendNow();
    if (error) setProblem(`It could not be sent: ${error.message}`);
  };
  const leave = (how: UnsentWork): Promise<void> =>
    attempt(how, async () => {
      // The dialog has said what becomes of files that can not be sent.
      await db.sync.signOut({ unsent: how, files: how === 'handOver' ? 'discard' : 'refuse' });
      onSignedOut();
    });

  if (unsent === null) {
    return (
      <Modal opened onClose={onCancel} title="Sign out?" centered>
        <Stack>
          {problem && <Problem title="That did not work">{problem}</Problem>}
          <Text>Everything has been sent. This device’s copy of the business is removed.</Text>
          <Stack gap="xs">
            <Button loading={doing === 'refuse'} onClick={() => void leave('refuse')}>
              Sign out
            </Button>
            <Button variant="default" onClick={onCancel}>
              Stay
            </Button>
          </Stack>
        </Stack>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={onCancel} title="Unsent work" centered>
      <Stack>
        {problem && <Problem title="That did not work">{problem}</Problem>}
        <Text>{unsent}</Text>
        <Stack gap="xs">
          {status.pending + status.uploads + messages > 0 && (
            <Button
              loading={doing === 'sending'}
              disabled={doing !== null}
              onClick={() => void attempt('sending', sendFirst)}
            >
              Send now
            </Button>
          )}
          <Choice
            label="Leave it to the managers"
            loading={doing === 'handOver'}
            disabled={doing !== null}
            onClick={() => void leave('handOver')}
          >
            They see it with your name and decide.{' '}
            {status.uploads + status.uploadsRejected > 0 && 'Files that can not be sent now are deleted. '}
            {messages > 0 && 'Messages that can not be sent now are given up. '}
            {status.online ? '' : `Without a network it goes to them when you next sign in on this device. `}The
            business is removed from this device.
          </Choice>
          <Choice
            label="Keep it here for me"
            loading={doing === 'keep'}
            disabled={doing !== null}
            onClick={() => void leave('keep')}
          >
            All of it stays on this device, out of sight, until {name} signs in here again.
          </Choice>
          <Button variant="default" onClick={onCancel}>
            Stay
          </Button>
        </Stack>
      </Stack>
    </Modal>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly loading: boolean;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}

function Choice({ label, loading, disabled, onClick, children }: ChoiceProps) {
  return (
    <Stack gap={2}>
      <Button variant="outline" loading={loading} disabled={disabled} onClick={onClick}>
        {label}
      </Button>
      <Text size="xs" c="dimmed">
        {children}
      </Text>
    </Stack>
  );
}
