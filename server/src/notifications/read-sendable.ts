import { createHash } from 'node:crypto';
import { readContactWords, readDocumentNumber, readRecords, type TenantTx } from '@backhaul/db';
import {
  CHANNELS,
  type Channel,
  type Cursor,
  type Entity,
  entityOf,
  type ErrorCode,
  type Json,
  type RecordId,
  type RecordValues,
} from '@backhaul/shared';
import canonicalize from 'canonicalize';
import { openValues } from '../crypto/record-seal.ts';
import { numberFor } from '../documents/document-number.ts';
import { ApiError } from '../http/api-error.ts';
import { addressHash, addressHashes } from '../infra/address-hash.ts';
import { parseAddress } from '../infra/addresses.ts';
import type { Services } from '../services.ts';
import { readSettings } from '../settings/read-settings.ts';
import { isOptOut } from './opted-out.ts';
import type { Description, Sendable } from './sendable.ts';

export interface ChannelPlan {
  readonly channel: Channel;
  /** `null`: the customer can not be reached by it. */
  readonly to: string | null;
  readonly addressHash: string | null;
  /** Of what the customer would see there. */
  readonly contentHash: string | null;
  /** Why nothing can be sent now; `null`: it can. */
  readonly problem: { readonly code: ErrorCode; readonly message: string } | null;
  readonly consentedAt: string | null;
}

export interface SendableNow {
  readonly description: Extract<Description, { kind: 'sendable' }>;
  readonly record: RecordValues;
  /** Of what it says, wherever it goes. */
  readonly bodyHash: string;
  readonly plans: ReadonlyMap<Channel, ChannelPlan>;
}

/**
 * What a record would look like to its customer, and how they can be reached. It bears the number that it has, or the one that it
 * gets when it is sent. Throws NOT_FOUND, NOT_SENDABLE.
 */
export async function readSendable(
  services: Services,
  tx: TenantTx,
  { sendable, id }: { readonly sendable: Sendable; readonly id: RecordId },
): Promise<SendableNow> {
  const number = await numberFor(tx, { entity: sendable.entity, id });
  const found = await readDescription(services, tx, { sendable, id, number });
  if (!found) throw new ApiError('NOT_FOUND');
  if (found.isDeleted) throw new ApiError('NOT_SENDABLE', { message: 'The record is deleted' });
  const { description, record } = found;
  if (description.kind === 'refused') throw new ApiError('NOT_SENDABLE', { message: description.message });
  const plans = await planChannels(services, tx, sendable, description);
  const bodyHash = hashBody(sendable.entity, description.content);
  return { description, record, bodyHash, plans: new Map(plans.map((plan) => [plan.channel, plan])) };
}

export interface Described {
  readonly description: Description;
  readonly record: RecordValues;
  readonly updatedAt: Cursor;
  readonly isDeleted: boolean;
  readonly number: string | null;
}

/**
 * As `number` says, or with the number that the record has, if any; `withDeleted`: although its customer is deleted. `null`:
 * there is no such record.
 */
export async function readDescription(
  services: Services,
  tx: TenantTx,
  {
    sendable,
    id,
    number: given,
    withDeleted = false,
  }: {
    readonly sendable: Sendable;
    readonly id: RecordId;
    readonly number?: string;
    readonly withDeleted?: boolean;
  },
): Promise<Described | null> {
  const { values: settings } = await readSettings(tx);
  const found = await readOpened(services, tx, sendable.entity, id);
  if (!found) return null;
  const number = given ?? (await readDocumentNumber(tx, { entity: sendable.entity, id }));
  const description = await sendable.describe({
    id,
    record: found.values,
    settings,
    tenantName: await readTenantName(tx),
    number,
    related: async (entity, relatedId) => {
      const related = await readOpened(services, tx, entity, relatedId);
      return related && (withDeleted || !related.isDeleted) ? related.values : null;
    },
  });
  const { values: record, updatedAt, isDeleted } = found;
  return { description, record, updatedAt, isDeleted, number };
}

/** Names the content, wherever it is compared: the same for the same content in any order of keys. */
export function hashContent(value: Json): string {
  return createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex');
}

/** Names what is said of a record, wherever it goes. */
export function hashBody(entity: string, content: Json): string {
  return hashContent({ entity, content });
}

async function planChannels(
  { crypto, messengers }: Services,
  tx: TenantTx,
  { entity }: Sendable,
  { addresses, content }: SendableNow['description'],
): Promise<ChannelPlan[]> {
  const reached = CHANNELS.map((channel) => {
    const to = parseAddress(channel, addresses[channel]);
    return { channel, to, addressHash: to === null ? null : addressHash(crypto.fingerprint, channel, to) };
  });
  const words = await readContactWords(
    tx,
    reached.flatMap(({ channel, to }) =>
      to === null ? [] : [{ channel, addressHashes: addressHashes(crypto.fingerprint, channel, to) }],
    ),
  );
  return reached.map(({ channel, to, addressHash: hash }): ChannelPlan => {
    const word = words.find((one) => one.channel === channel);
    return {
      channel,
      to,
      addressHash: hash,
      contentHash: to === null ? null : hashContent({ entity, channel, to, content }),
      problem: problemOf({
        hasMessenger: messengers[channel] !== null,
        stored: addresses[channel],
        to,
        isOptedOut: isOptOut(word),
      }),
      consentedAt: word?.consentedAt ?? null,
    };
  });
}

function problemOf({
  hasMessenger,
  stored,
  to,
  isOptedOut,
}: {
  hasMessenger: boolean;
  stored: string | null;
  to: string | null;
  isOptedOut: boolean;
}): ChannelPlan['problem'] {
  if (!hasMessenger) return { code: 'UNSUPPORTED', message: 'This service does not send through this channel' };
  if (stored === null) return { code: 'UNREACHABLE', message: 'The customer has no address for this channel' };
  if (to === null) {
    return {
      code: 'UNREACHABLE',
      message: 'The address is not valid: telephone numbers need their country, as in +1 508 555 0123',
    };
  }
  return isOptedOut ? { code: 'OPTED_OUT', message: 'The customer does not wish to be written to in this way' } : null;
}

async function readOpened(
  { domain, crypto }: Services,
  tx: TenantTx,
  name: string,
  id: RecordId,
): Promise<{ readonly values: RecordValues; readonly updatedAt: Cursor; readonly isDeleted: boolean } | null> {
  const entity = entityOf(domain, name) as Entity;
  const [row] = await readRecords(tx, entity, [id]);
  if (!row) return null;
  const values = openValues(await crypto.keyring(tx), name, entity, row);
  return { values, updatedAt: row.updatedAt, isDeleted: row.deletedAt !== null };
}

async function readTenantName(tx: TenantTx): Promise<string> {
  const row = await tx.db
    .selectFrom('tenants')
    .select('name')
    .where('tenant_id', '=', tx.tenantId)
    .executeTakeFirstOrThrow();
  return row.name;
}
