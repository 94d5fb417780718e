import type { Settings } from '@backhaul/shared';
import { Card, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useOnline } from '../network/network.ts';
import { useWork } from '../shell/work-context.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Problem } from '../ui/problem.tsx';
import { SideDrawer } from '../ui/side-drawer.tsx';
import { SettingsForm } from './settings-form.tsx';
import { UnsavedChanges } from './unsaved-changes.tsx';

/** What the managers decide for the whole business. The service keeps it, so it needs a network. */
export function SettingsDrawer({ onClose }: { readonly onClose: () => void }) {
  const { api, tenant } = useWork();
  const online = useOnline();
  const [touched, setTouched] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const { data, isError, error, refetch } = useQuery({
    queryKey: ['settings', tenant.id],
    queryFn: () => api.call<Settings>('GET', '/v1/settings'),
    enabled: online,
    // A form that is being filled in is not replaced under somebody's hands; what is stale shows when it is saved.
    refetchOnWindowFocus: false,
    gcTime: 0,
  });
  return (
    <SideDrawer
      title="Business settings"
      closeLabel="Close the settings"
      onClose={() => (touched ? setLeaving(true) : onClose())}
    >
      {!data && !online && (
        <Card>
          <EmptyState icon="offline" title="Settings are kept by the service">
            They show up here when this device is connected.
          </EmptyState>
        </Card>
      )}
      {!data && online && isError && (
        <Problem title="The settings can not be fetched" onRetry={() => void refetch()}>
          {error.message}
        </Problem>
      )}
      {!data && online && !isError && <Skeleton height={480} radius="lg" aria-label="Fetching the settings" />}
      {data && <SettingsForm settings={data} online={online} onTouched={setTouched} />}
      {leaving && <UnsavedChanges onStay={() => setLeaving(false)} onLeave={onClose} />}
    </SideDrawer>
  );
}
