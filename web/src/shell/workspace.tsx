import { Center, Loader, Stack, Text } from '@mantine/core';
import { BackhaulProvider, english, useBackhaul, useSyncStatus } from '@backhaul/sdk/react';
import type { TenantSummary, TenantsResponse } from '@backhaul/shared';
import { fieldService } from '@backhaul/shared/field-service';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo } from 'react';
import { BarredPage } from '../access/barred-page.tsx';
import { type Api, createApi } from '../api/api.ts';
import { networkFetch, signals, useOnline } from '../network/network.ts';
import { FrontPage } from '../session/front-page.tsx';
import { type Session, tokenSource } from '../session/session.ts';
import { Problem } from '../ui/problem.tsx';
import { READER_LANGUAGE } from '../ui/reader-language.ts';
import { Shell } from './shell.tsx';
import { type Work, WorkContext } from './work-context.ts';

interface WorkspaceProps {
  readonly user: Session['user'];
  readonly tenant: TenantSummary;
  readonly onTenant: (tenant: TenantSummary) => void;
  readonly onSwitch: () => void;
  readonly onSignedOut: () => void;
}

/** Opens the business on this device and shows it, for as long as it is there. */
export function Workspace({ user, tenant, onTenant, onSwitch, onSignedOut }: WorkspaceProps) {
  const getToken = useMemo(() => tokenSource(user), [user]);
  const api = useMemo(() => createApi({ getToken, tenantId: tenant.id }), [getToken, tenant.id]);

  useFreshMembership(api, tenant, onTenant);

  const options = {
    url: location.origin,
    tenantId: tenant.id,
    userId: user.id,
    getToken,
    fetch: networkFetch,
    signals,
    platform: 'web',
    language: READER_LANGUAGE,
  };
  return (
    <BackhaulProvider
      domain={fieldService}
      options={options}
      // The only language that the rest of the app speaks.
      messages={english}
      fallback={<Opening name={tenant.name} />}
      failed={({ error }) => <NotOpened message={String(error)} />}
    >
      <WithDatabase api={api} tenant={tenant} user={user}>
        <Business onSwitch={onSwitch} onSignedOut={onSignedOut} />
      </WithDatabase>
    </BackhaulProvider>
  );
}

function WithDatabase({ api, tenant, user, children }: Omit<Work, 'db'> & { readonly children: ReactNode }) {
  const db = useBackhaul<typeof fieldService>();
  const work = useMemo(() => ({ db, api, tenant, user }), [db, api, tenant, user]);
  return <WorkContext value={work}>{children}</WorkContext>;
}

/** The business, or why there is none to see on this device any more. */
function Business(props: Pick<WorkspaceProps, 'onSwitch' | 'onSignedOut'>) {
  const { barred } = useSyncStatus();
  return barred === null ? <Shell {...props} /> : <BarredPage {...props} />;
}

function Opening({ name }: { readonly name: string }) {
  return (
    <Center mih="100dvh" component="main">
      <Stack align="center" gap="xs">
        <Loader aria-label="Opening" />
        <Text c="dimmed">Opening {name}</Text>
      </Stack>
    </Center>
  );
}

function NotOpened({ message }: { readonly message: string }) {
  return (
    <FrontPage title="This browser keeps no data" lead="Backhaul keeps your work in the browser, and that was refused.">
      <Problem title="The local database does not open" onRetry={() => location.reload()}>
        Private windows and full disks are the usual reasons. {message}
      </Problem>
    </FrontPage>
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
