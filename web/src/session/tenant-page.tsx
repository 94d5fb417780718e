import { Badge, Button, Card, Group, Skeleton, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import type { CreateTenantResponse, TenantSummary, TenantsResponse } from '@backhaul/shared';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useMemo, useState } from 'react';
import { createApi } from '../api/api.ts';
import { Problem } from '../ui/problem.tsx';
import { FrontPage } from './front-page.tsx';
import { type Session, tokenSource } from './session.ts';

interface TenantPageProps {
  readonly session: Session;
  readonly onChosen: (tenant: TenantSummary) => void;
  readonly onSignOut: () => void;
  /** Somebody who asked for the list wants to see it, even when there is no choice. */
  readonly askedFor: boolean;
}

/** The businesses that somebody belongs to. A single one is chosen at once. */
export function TenantPage({ session, onChosen, onSignOut, askedFor }: TenantPageProps) {
  const { user } = session;
  const api = useMemo(() => createApi({ getToken: tokenSource(user) }), [user]);
  const list = useQuery({
    queryKey: ['tenants', user.id],
    queryFn: async () => (await api.call<TenantsResponse>('GET', '/v1/tenants')).tenants,
  });
  const active = list.data?.filter(({ status }) => status === 'active');
  const only = !askedFor && active?.length === 1 ? active[0] : undefined;
  useEffect(() => {
    if (only) onChosen(only);
  }, [only, onChosen]);

  const create = async (name: string): Promise<void> => {
    const { id, role } = await api.call<CreateTenantResponse>('POST', '/v1/tenants', { name });
    onChosen({ id, name, role, status: 'active' });
  };

  return (
    <FrontPage
      title={active?.length === 0 ? 'No business yet' : 'Choose a business'}
      lead={`Signed in as ${user.name ?? user.email}.`}
    >
      {list.isError && (
        <Problem title="Your businesses can not be listed" onRetry={() => void list.refetch()}>
          {list.error.message}
        </Problem>
      )}
      {(list.isPending || only) && <Skeleton height={72} radius="lg" />}
      {!only && active?.map((tenant) => <TenantChoice key={tenant.id} tenant={tenant} onChosen={onChosen} />)}
      {active?.length === 0 && <NewTenant onCreate={create} />}
      <Button variant="subtle" onClick={onSignOut}>
        Sign out
      </Button>
    </FrontPage>
  );
}

function TenantChoice({ tenant, onChosen }: { readonly tenant: TenantSummary } & Pick<TenantPageProps, 'onChosen'>) {
  return (
    <Card p={0}>
      <UnstyledButton p="md" onClick={() => onChosen(tenant)}>
        <Group justify="space-between" wrap="nowrap">
          <Text fw={600}>{tenant.name}</Text>
          <Badge variant="light">{tenant.role}</Badge>
        </Group>
      </UnstyledButton>
    </Card>
  );
}

function NewTenant({ onCreate }: { readonly onCreate: (name: string) => Promise<void> }) {
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await onCreate(name.trim());
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <Text size="sm">
          Nobody has invited this email address yet. Ask a manager for an invitation, or start a business of your own.
        </Text>
        <TextInput
          label="Name of the business"
          size="md"
          required
          maxLength={200}
          error={problem}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={busy} disabled={name.trim() === ''}>
          Start a business
        </Button>
      </Stack>
    </form>
  );
}
