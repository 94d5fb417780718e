import { verifyWebhook } from '@clerk/backend/webhooks';
import { parseUserId } from '@backhaul/shared';
import { parseEmail } from '../infra/session-token.ts';
import type { ReadWebhook, VerifiedEvent } from './webhook-work.ts';

/** Users that were changed or deleted. The library checks the signature and a window of five minutes. */
export function readClerk({ signingSecret }: { readonly signingSecret: string }): ReadWebhook {
  return async ({ body, headers }) => {
    const eventId = headers['svix-id']?.trim();
    const event = await verified(body, headers, signingSecret);
    if (!event || !eventId) return null;
    const read = readUser(event);
    return read ? [{ eventId, work: read }] : [];
  };
}

type ClerkEvent = Awaited<ReturnType<typeof verifyWebhook>>;

async function verified(
  body: Buffer,
  headers: { readonly [name: string]: string | undefined },
  signingSecret: string,
): Promise<ClerkEvent | null> {
  const signed = ['svix-id', 'svix-timestamp', 'svix-signature'].map((name) => [name, headers[name] ?? '']);
  const request = new Request('http://service/', {
    method: 'POST',
    headers: Object.fromEntries(signed),
    body: new Uint8Array(body),
  });
  try {
    return await verifyWebhook(request, { signingSecret });
  } catch {
    return null;
  }
}

function readUser(event: ClerkEvent): VerifiedEvent['work'] | null {
  if (event.type === 'user.deleted') {
    const userId = parseUserId(event.data.id);
    return userId ? { kind: 'personDeleted', userId, at: new Date().toISOString() } : null;
  }
  if (event.type !== 'user.updated') return null;
  const {
    id,
    first_name: first,
    last_name: last,
    primary_email_address_id: primary,
    email_addresses: all,
  } = event.data;
  const userId = parseUserId(id);
  const address = all.find((one) => one.id === primary);
  const isVerified = address?.verification?.status === 'verified';
  const name = [first, last].filter((part) => part !== null && part !== '').join(' ');
  if (!userId) return null;
  return {
    kind: 'personChanged',
    userId,
    email: isVerified ? parseEmail(address.email_address) : null,
    name: name === '' ? null : name,
    at: new Date(event.data.updated_at).toISOString(),
  };
}
