import { type PublicApi, publicApi } from '@backhaul/server/demo';
import type { PullResponse } from '@backhaul/shared';
import { v7 } from 'uuid';

type Api = ReturnType<typeof publicApi>;

/** A tenant of its own on the service, and what the service holds of it, seen by its manager over HTTP. */
export interface Business {
  readonly tenantId: string;
  readonly email: string;
  /** Live tasks, oldest version first. */
  tasks(): Promise<readonly ServerTask[]>;
  /** How often each record was created or changed, by its audit log. */
  audited(): Promise<readonly { readonly entityId: string; readonly action: string }[]>;
  push(changes: readonly object[]): Promise<void>;
}

export interface ServerTask {
  readonly id: string;
  readonly title: string;
  readonly notes: string | null;
  readonly updatedAt: string;
}

export async function createBusiness(url: string): Promise<Business> {
  const email = `marta-${v7()}@example.com`;
  const { token } = await publicApi({ url, fetch }).call<{ token: string }>('POST', '/dev/sign-in', { email });
  const authorization = `Bearer ${token}`;
  const { id: tenantId } = await publicApi({ url, fetch, headers: { authorization } }).call<{ id: string }>(
    'POST',
    '/v1/tenants',
    { name: 'Shining Homes' },
  );
  const deviceId = v7();
  const headers = { authorization, 'x-tenant-id': tenantId, 'x-device-id': deviceId };
  const api: PublicApi = publicApi({ url, fetch, headers });
  return {
    tenantId,
    email,
    tasks: async () =>
      (await pullAll(api)).filter(({ entity, op }) => entity === 'task' && op === 'upsert').map(asTask),
    audited: () => auditOf(api),
    async push(changes) {
      const answer = await api.call<{ rejected: unknown[] }>('POST', '/v1/sync/push', { deviceId, changes });
      if (answer.rejected.length > 0) throw new Error(JSON.stringify(answer.rejected.slice(0, 3)));
    },
  };
}

const asTask = ({ entityId, updatedAt, payload }: PullResponse['changes'][number]): ServerTask => {
  const { title, notes = null } = payload as { title: string; notes?: string | null };
  return { id: entityId, title, notes, updatedAt };
};

async function pullAll(api: Api): Promise<PullResponse['changes']> {
  const changes: PullResponse['changes'] = [];
  for (let since = ''; ; ) {
    const page = await api.call<PullResponse>('GET', `/v1/sync/pull?limit=5000${since}`);
    changes.push(...page.changes);
    if (!page.hasMore) return changes;
    since = `&since=${encodeURIComponent(page.nextCursor)}`;
  }
}

async function auditOf(api: Api): Promise<{ entityId: string; action: string }[]> {
  const rows: { entityId: string; action: string }[] = [];
  for (let since = ''; ; ) {
    const page = await api.call<{ audit: typeof rows; nextCursor: string | null; hasMore: boolean }>(
      'GET',
      `/v1/audit?limit=500${since}`,
    );
    rows.push(...page.audit);
    if (!page.hasMore) return rows;
    since = `&since=${encodeURIComponent(page.nextCursor ?? '')}`;
  }
}
