import { headersOf } from '@backhaul/server/testing';
import type { QuarantineBulkResponse, QuarantineDecision, QuarantineEntry, QuarantineResponse } from '@backhaul/shared';
import type { SyncClient, World } from './sync-client.ts';

export interface EscrowAnswer {
  readonly status: number;
  /** As it went over the wire. */
  readonly text: string;
  readonly code: string | undefined;
  readonly retryAfter: string | undefined;
}

/** Hands work over as a device does, whatever it is; a string is sent as it is. */
export async function handOver(
  { server }: Pick<World, 'server'>,
  { token, tenantId, deviceId }: Pick<SyncClient, 'token' | 'tenantId' | 'deviceId'>,
  body: { changes?: readonly unknown[]; rejected?: readonly unknown[]; [member: string]: unknown } | string,
): Promise<EscrowAnswer> {
  const response = await server.app.inject({
    method: 'POST',
    url: '/v1/escrow',
    headers: { ...headersOf({ token, tenantId, deviceId }), 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify({ deviceId, reason: 'revoked', changes: [], ...body }),
  });
  const { error } = response.json<{ error?: { code: string } }>();
  const retryAfter = response.headers['retry-after'];
  return { status: response.statusCode, text: response.body, code: error?.code, retryAfter: retryAfter?.toString() };
}

/** One page, as a manager sees it. */
export async function quarantineOf(
  office: SyncClient,
  query: Record<string, string> = {},
): Promise<QuarantineResponse> {
  const { status, body } = await office.call<QuarantineResponse>('GET', `/v1/quarantine?${new URLSearchParams(query)}`);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

export const waitingIn = async (office: SyncClient): Promise<QuarantineEntry[]> =>
  (await quarantineOf(office, { status: 'waiting' })).quarantine;

type Decided = QuarantineDecision & { readonly error?: { readonly code: string; readonly message: string } };

export const applyEntry = (office: SyncClient, id: string, values?: object) =>
  office.call<Decided>('POST', `/v1/quarantine/${id}/apply`, values === undefined ? {} : { values });

export const discardEntry = (office: SyncClient, id: string) =>
  office.call<Decided>('POST', `/v1/quarantine/${id}/discard`);

export const decideAll = async (
  office: SyncClient,
  decision: 'apply' | 'discard',
  ids: readonly string[],
): Promise<QuarantineBulkResponse['results']> =>
  (await office.call<QuarantineBulkResponse>('POST', `/v1/quarantine/${decision}`, { ids: [...ids] })).body.results;
