import type { ListedNotification, TenantTx } from '@backhaul/db';
import type { Services } from '../services.ts';
import { hasOptedOut } from './opted-out.ts';
import { readDescription } from './read-sendable.ts';
import type { SealedLetter } from './sealed-letter.ts';
import { SUPERSEDED } from './supersede.ts';

export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

/** What has happened since a message was queued, so that it must not leave; `null`: nothing. */
export async function refusalNow(
  services: Services,
  tx: TenantTx,
  { row, letter: { to } }: { readonly row: ListedNotification; readonly letter: SealedLetter },
): Promise<Refusal | null> {
  if (services.messengers[row.channel] === null) {
    return { code: 'NO_PROVIDER', reason: 'This service has no provider for the channel any more' };
  }
  if (!row.isLatest) return SUPERSEDED;
  const ofRecord = await refusalOfRecord(services, tx, row);
  if (ofRecord) return ofRecord;
  const isOptedOut = await hasOptedOut(services, tx, { channel: row.channel, to });
  return isOptedOut ? { code: 'OPTED_OUT', reason: 'The customer does not wish to be written to in this way' } : null;
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
