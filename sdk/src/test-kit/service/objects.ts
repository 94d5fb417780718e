import type { RecordId, TenantId } from '@backhaul/shared';
import type { MemoryTenant } from '../memory/memory-tenant.ts';
import { Refusal } from './refusal.ts';

/** What is known of a file without its bytes. */
export interface ObjectFacts {
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string | null;
}

export interface StoredObject extends ObjectFacts {
  readonly bytes: ArrayBuffer;
}

export interface ObjectRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly bytes: ArrayBuffer;
}

const PATH = /^\/objects\/tenants\/[^/]+\/attachments\/([^/]+)$/;

export const objectKey = (tenantId: TenantId, id: RecordId): string => `tenants/${tenantId}/attachments/${id}`;

/** Where a file is put and fetched, with the headers that an upload must have. The address names what it takes, and is not signed. */
export function addressOf(
  tenant: MemoryTenant,
  id: RecordId,
  { origin, facts: { mimeType, size, sha256 } }: { readonly origin: string; readonly facts: ObjectFacts },
): { readonly url: string; readonly headers: { readonly [name: string]: string } } {
  const bound = new URLSearchParams({ type: mimeType, size: `${size}` });
  const headers = { 'content-type': mimeType, 'if-none-match': '*' };
  return {
    url: `${origin}/objects/${objectKey(tenant.id, id)}?${bound}`,
    headers: sha256 === null ? headers : { ...headers, 'x-amz-checksum-sha256': base64(sha256) },
  };
}

export const isOfObjects = ({ pathname }: URL): boolean => PATH.test(pathname);

/** An upload or a download. Throws a Refusal. */
export async function exchangeObject(tenant: MemoryTenant, request: ObjectRequest): Promise<Response> {
  const { method, url, headers, bytes } = request;
  const id = PATH.exec(url.pathname)?.[1] ?? '';
  const known = tenant.objects.get(id);
  if (method === 'GET') {
    if (!known) throw new Refusal('NOT_FOUND');
    return new Response(known.bytes, { headers: { 'content-type': known.mimeType } });
  }
  const mimeType = headers.get('content-type') ?? '';
  const isBound = mimeType === url.searchParams.get('type') && `${bytes.byteLength}` === url.searchParams.get('size');
  if (!isBound || headers.get('if-none-match') !== '*') throw new Refusal('UPLOAD_REFUSED');
  if (known) throw new Refusal('OBJECT_EXISTS');
  const sha256 = hex(await crypto.subtle.digest('SHA-256', bytes));
  const announced = headers.get('x-amz-checksum-sha256');
  if (announced !== null && announced !== base64(sha256)) throw new Refusal('CHECKSUM_MISMATCH');
  tenant.objects.set(id, { mimeType, size: bytes.byteLength, sha256, bytes });
  return new Response('{}', { headers: { 'content-type': 'application/json; charset=utf-8' } });
}

function hex(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64(hexadecimal: string): string {
  const bytes = hexadecimal.match(/../g) ?? [];
  return btoa(String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16))));
}
