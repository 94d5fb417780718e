import { Center, Loader, Stack, Text } from '@mantine/core';
import type { TenantSummary, TenantsResponse } from '@backhaul/shared';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { type Api, createApi } from '../api/api.ts';
import { useOnline } from '../network/network.ts';
import { FrontPage } from '../session/front-page.tsx';
import { type Session, tokenSource } from '../session/session.ts';
import { Problem } from '../ui/problem.tsx';
import { Shell } from './shell.tsx';
import { useDatabase } from './use-database.ts';
import { WorkContext } from './work-context.ts';

interface WorkspaceProps {
  readonly user: Session['user'];
  readonly tenant: TenantSummary;
  readonly onTenant: (tenant: TenantSummary) => void;
  readonly onSwitch: () => void;
  readonly onSignedOut: () => void;
}

/** Opens the business on this device and shows it. */
export function Workspace({ user, tenant, onTenant, onSwitch, onSignedOut }: WorkspaceProps) {
  const state = useDatabase(tenant.id, user);
  const api = useMemo(() => createApi({ getToken: tokenSource(user), tenantId: tenant.id }), [user, tenant.id]);
  const db = state.kind === 'ready' ? state.db : null;
  const work = useMemo(() => (db ? { db, api, tenant, user } : null), [db, api, tenant, user]);

  useFreshMembership(api, tenant, onTenant);

  if (state.kind === 'failed') {
    return (
      <FrontPage
        title="This browser keeps no data"
        lead="Backhaul keeps your work in the browser, and that was refused."
      >
        <Problem title="The local database does not open" onRetry={() => location.reload()}>
          Private windows and full disks are the usual reasons. {state.message}
        </Problem>
      </FrontPage>
    );
  }
  if (!work) {
    return (
      <Center mih="100dvh" component="main">
        <Stack align="center" gap="xs">
          <Loader aria-label="Opening" />
          <Text c="dimmed">Opening {tenant.name}</Text>
        </Stack>
      </Center>
    );
  }
  return (
    <WorkContext value={work}>
      <Shell onSwitch={onSwitch} onSignedOut={onSignedOut} />
    </WorkContext>
  );
}

/** A role or a name that has changed since this business was chosen. Without a network the known ones stay. */
function useFreshMembership(api: Api, tenant: TenantSummary, onTenant: (tenant: TenantSummary) => void): void {
  const online = useOnline();
  const { data } = useQuery({
    queryKey: ['membership', tenant.id],
    queryFn: async () => (await api.call<TenantsResponse>('GET', '/v1/tenants')).tenants,
    enabled: online,
    staleTime: 300_000,
  });
  const fresh = data?.find(({ id }) => id === tenant.id);
  useEffect(() => {
    if (fresh && (fresh.role !== tenant.role || fresh.name !== tenant.name)) onTenant(fresh);
  }, [fresh, tenant, onTenant]);
}
