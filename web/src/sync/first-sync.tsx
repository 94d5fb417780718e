import { useSyncStatus } from '@backhaul/sdk/react';
import { Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { EmptyState } from '../ui/empty-state.tsx';

/** Until the first pull has arrived there is nothing to show, and an empty list would be a lie. */
export function FirstSync({ children }: { readonly children: ReactNode }) {
  const { lastPullAt, online } = useSyncStatus();
  if (lastPullAt !== null) return children;
  if (!online) {
    return (
      <EmptyState icon="offline" title="Nothing on this device yet">
        Connect once, and your work is here from then on, with a network or without.
      </EmptyState>
    );
  }
  return (
    <Stack gap="sm" aria-busy="true">
      <Text c="dimmed">Fetching your work for the first time…</Text>
      {[1, 2, 3].map((n) => (
        <Skeleton key={n} height={120} radius="lg" />
      ))}
    </Stack>
  );
}
