import { AppShell, Box, Container, Grid, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { RecentActivity } from '../activity/recent-activity.tsx';
import { Attention } from '../attention/attention.tsx';
import { useAttentionCount } from '../attention/use-attention-count.ts';
import { ConflictReview } from '../conflicts/conflict-review.tsx';
import { ExpenseList } from '../expenses/expense-list.tsx';
import { HistoryContext, type RecordRef } from '../history/history-context.ts';
import { RecordHistory } from '../history/record-history.tsx';
import { FirstSync } from '../sync/first-sync.tsx';
import { RecoveryNotice } from '../sync/recovery-notice.tsx';
import { SyncBar } from '../sync/sync-bar.tsx';
import { TaskDay } from '../tasks/task-day.tsx';
import { BottomBar, type View } from './bottom-bar.tsx';
import { Header } from './header.tsx';
import { useWork } from './work-context.ts';

interface ShellProps {
  readonly onSwitch: () => void;
  readonly onSignedOut: () => void;
}

const HEADER_HEIGHT = 56;
const BAR_HEIGHT = 60;

/** Phones show one part at a time; wide screens have the day on the left and everything else beside it. */
export function Shell(props: ShellProps) {
  const { tenant } = useWork();
  const isManager = tenant.role === 'manager';
  const wide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false }) ?? false;
  const [view, setView] = useState<View>('tasks');
  const attention = useAttentionCount();
  const [reviewing, setReviewing] = useState(false);
  const [history, setHistory] = useState<RecordRef | null>(null);

  return (
    <HistoryContext value={isManager ? setHistory : null}>
      <AppShell header={{ height: HEADER_HEIGHT }} footer={{ height: BAR_HEIGHT, collapsed: wide }}>
        <AppShell.Header>
          <Header {...props} />
        </AppShell.Header>
        <AppShell.Main>
          <SyncBar />
          <RecoveryNotice />
          <Container size={wide ? 'xl' : 'sm'} py="md">
            <FirstSync>
              {wide && reviewing ? (
                <ConflictReview onBack={() => setReviewing(false)} />
              ) : wide ? (
                <Grid gap="xl">
                  <Grid.Col span={7}>
                    <TaskDay />
                  </Grid.Col>
                  <Grid.Col span={5} className="side-column" role="region" aria-label="Beside the day" tabIndex={0}>
                    <Stack gap="xl">
                      <Attention {...(isManager && { onReview: () => setReviewing(true) })} />
                      <ExpenseList />
                      {isManager && <RecentActivity />}
                    </Stack>
                  </Grid.Col>
                </Grid>
              ) : (
                <Box>
                  {view === 'tasks' && <TaskDay />}
                  {view === 'expenses' && <ExpenseList />}
                  {view === 'attention' && <Attention />}
                  {view === 'activity' && <RecentActivity />}
                </Box>
              )}
            </FirstSync>
          </Container>
        </AppShell.Main>
        {!wide && (
          <AppShell.Footer className="bottom-bar">
            <BottomBar view={view} onChange={setView} attention={attention} isManager={isManager} height={BAR_HEIGHT} />
          </AppShell.Footer>
        )}
      </AppShell>
      <RecordHistory record={history} onClose={() => setHistory(null)} />
    </HistoryContext>
  );
}
