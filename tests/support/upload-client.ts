import { createHash } from 'node:crypto';
import type { CompleteResponse, DownloadResponse, PresignResponse } from '@backhaul/shared';
import { v7 } from 'uuid';
import { type SyncClient, TASK, create } from './sync-client.ts';

export interface Failure {
  readonly error: { readonly code: string; readonly details: Record<string, unknown> };
}

export const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The announcement of bytes for a record. */
export function announcement(owner: { ownerType: string; ownerId: string }, bytes: Uint8Array, more: object = {}) {
  return { attachmentId: v7(), ...owner, mimeType: 'image/png', size: bytes.length, sha256: hex(bytes), ...more };
}

/** Throws unless it was given an address. */
export async function presign(client: SyncClient, request: object): Promise<PresignResponse> {
  const { status, body } = await client.call<PresignResponse>('POST', '/v1/attachments/presign', request);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

/** Sends the bytes as told; `change` tampers with the request. */
export async function upload(
  { uploadUrl, method, headers }: Pick<PresignResponse, 'uploadUrl' | 'method' | 'headers'>,
  bytes: Uint8Array<ArrayBuffer>,
  change: { url?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; code: string | null }> {
  const response = await fetch(change.url ?? uploadUrl, {
    method,
    headers: { ...headers, ...change.headers },
    body: bytes,
  });
  const text = await response.text();
  return { status: response.status, code: /"code":"(\w+)"|<Code>(\w+)/.exec(text)?.slice(1).find(Boolean) ?? null };
}

export function complete(client: SyncClient, attachmentId: string) {
  return client.call<CompleteResponse & Failure>('POST', '/v1/attachments/complete', { attachmentId });
}

export function download(client: SyncClient, attachmentId: string) {
  return client.call<DownloadResponse & Failure>('GET', `/v1/attachments/${attachmentId}/presign`);
}

/** Announced, uploaded, completed. */
export async function attach(
  client: SyncClient,
  owner: { ownerType: string; ownerId: string },
  more: object = {},
): Promise<string> {
  const bytes = Buffer.from('a picture');
  const request = announcement(owner, bytes, more);
  const sent = await upload(await presign(client, request), bytes);
  if (sent.status !== 200) throw new Error(JSON.stringify(sent));
  const { status, body } = await complete(client, request.attachmentId);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return request.attachmentId;
}

/** A task that the client makes. */
export async function taskOf(client: SyncClient, values: object = {}): Promise<{ ownerType: 'task'; ownerId: string }> {
  const ownerId = v7();
  const { rejected } = await client.push([create('task', ownerId, { ...TASK, ...values })]);
  if (rejected.length > 0) throw new Error(JSON.stringify(rejected));
  return { ownerType: 'task', ownerId };
}
