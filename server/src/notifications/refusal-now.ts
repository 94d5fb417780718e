import { type ListedNotification, readContactWords, type TenantTx } from '@backhaul/db';
import type { Services } from '../services.ts';
import { readDescription } from './read-sendable.ts';
import { SUPERSEDED } from './supersede.ts';

export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

/** What has happened since a message was queued, so that it must not leave; `null`: nothing. */
export async function refusalNow(services: Services, tx: TenantTx, row: ListedNotification): Promise<Refusal | null> {
  if (services.messengers[row.channel] === null) {
    return { code: 'NO_PROVIDER', reason: 'This service has no provider for the channel any more' };
  }
  if (!row.isLatest) return SUPERSEDED;
  return (await refusalOfRecord(services, tx, row)) ?? (await refusalOfCustomer(tx, row));
}

/** What nobody declares any more is for the rendering to say. */
async function refusalOfRecord(
  services: Services,
  tx: TenantTx,
  { entity, entity_id: id }: ListedNotification,
): Promise<Refusal | null> {
  const sendable = services.sendables.find((one) => one.entity === entity);
  if (!sendable) return null;
  const found = await readDescription(services, tx, { sendable, id });
  const code = 'NOT_SENDABLE';
  if (!found || found.isDeleted) return { code, reason: 'The record was deleted before the message left' };
  return found.description.kind === 'refused' ? { code, reason: found.description.message } : null;
}

async function refusalOfCustomer(tx: TenantTx, row: ListedNotification): Promise<Refusal | null> {
  const [word] = await readContactWords(tx, [{ channel: row.channel, addressHash: row.address_hash }]);
  const isOptedOut = word !== undefined && (word.stoppedAt !== null || word.optedOutAt !== null);
  return isOptedOut ? { code: 'OPTED_OUT', reason: 'The customer does not wish to be written to in this way' } : null;
}
