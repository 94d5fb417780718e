import { useSyncStatus } from '@backhaul/sdk/react';
import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { FrontPage } from '../session/front-page.tsx';
import { useWork } from '../shell/work-context.ts';
import { Problem } from '../ui/problem.tsx';
import { describeBar, describeFiles, describeMessages, describeSetAside } from './describe-bar.ts';

interface BarredPageProps {
  readonly onSwitch: () => void;
  readonly onSignedOut: () => void;
}

/** In place of everything, for who may not work in this business on this device any more: why, and what became of their work. */
export function BarredPage({ onSwitch, onSignedOut }: BarredPageProps) {
  const { db, tenant } = useWork();
  const { barred, setAside, online, uploads, uploadsRejected, uploadsLost, sendsLost } = useSyncStatus();
  const [busy, setBusy] = useState<'again' | 'leave' | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  if (barred === null) return null;
  const { title, lead } = describeBar(barred, tenant.name);

  const attempt = async (what: 'again' | 'leave', work: () => Promise<unknown>): Promise<void> => {
    setBusy(what);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(null);
  };
  const leave = async (): Promise<void> => {
    await db.sync.signOut({ unsent: 'handOver', files: 'discard' });
    onSignedOut();
  };

  return (
    <FrontPage title={title} lead={lead}>
      <Stack gap="xs" role="status">
        {[
          ...describeSetAside(setAside, online),
          ...describeFiles(uploads + uploadsRejected, uploadsLost),
          ...describeMessages(sendsLost),
        ].map((sentence) => (
          <Text key={sentence}>{sentence}</Text>
        ))}
      </Stack>
      {problem && <Problem title="That did not work">{problem}</Problem>}
      <Stack gap="xs">
        {setAside.waiting > 0 && online && (
          <Button loading={busy === 'again'} onClick={() => void attempt('again', () => db.sync.now())}>
            Hand over now
          </Button>
        )}
        {(barred === 'removed' || barred === 'disabled') && (
          <Button variant="default" disabled={busy !== null} onClick={onSwitch}>
            Choose another business
          </Button>
        )}
        <Button variant="default" loading={busy === 'leave'} onClick={() => void attempt('leave', leave)}>
          Sign out
        </Button>
      </Stack>
    </FrontPage>
  );
}
