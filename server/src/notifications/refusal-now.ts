import { listNotifications, type NotificationInHand, type TenantTx } from '@backhaul/db';
import type { RecordId } from '@backhaul/shared';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import { hasOptedOut } from './opted-out.ts';
import { FILE_GONE, isFileGone } from './sent-file.ts';
import { readDescription } from './read-sendable.ts';
import type { SealedLetter } from './sealed-letter.ts';
import { isUnsent } from './state-machine.ts';
import type { Refusal } from './refusal.ts';
import { SUPERSEDED } from './supersede.ts';

/** What has happened since a message was queued, so that it must not leave; `null`: nothing. */
export async function refusalNow(
  services: Services,
  tx: TenantTx,
  { row, letter: { to, file } }: { readonly row: NotificationInHand; readonly letter: SealedLetter },
): Promise<Refusal | null> {
  if (services.messengers[row.channel] === null) {
    return { code: 'NO_PROVIDER', reason: 'This service has no provider for the channel any more' };
  }
  if (!row.isLatest) return SUPERSEDED;
  const ofRecord = await refusalOfRecord(services, tx, row);
  if (ofRecord) return ofRecord;
  if (file && (await isFileGone(services, tx, file))) return FILE_GONE;
  const isOptedOut = await hasOptedOut(services, tx, { channel: row.channel, to });
  return isOptedOut ? { code: 'OPTED_OUT', reason: 'The customer does not wish to be written to in this way' } : null;
}

/** What nobody declares any more is for the rendering to say. */
async function refusalOfRecord(
  services: Services,
  tx: TenantTx,
  { entity, entity_id: id, version }: NotificationInHand,
): Promise<Refusal | null> {
  const sendable = services.sendables.find((one) => one.entity === entity);
  if (!sendable) return null;
  const found = await readDescription(services, tx, { sendable, id });
  const code = 'NOT_SENDABLE';
  if (!found || found.isDeleted) return { code, reason: 'The record was deleted before the message left' };
  if (found.description.kind === 'refused') return { code, reason: found.description.message };
  const yields = (other: RecordId) => yieldsTo(tx, { entity, other, version });
  return sendable.refuseIssue(tx, { id, record: found.record, yields }).then(() => null, refusalOf);
}

/** Of two records that must not both go out, the one that was asked for last goes, unless something of the other has left. */
async function yieldsTo(
  tx: TenantTx,
  { entity, other, version }: { readonly entity: string; readonly other: RecordId; readonly version: string },
): Promise<boolean> {
  const messages = await listNotifications(tx, { entity, entityId: other }, { after: null, order: 'desc', limit: 100 });
  return messages.length > 0 && messages.every((one) => one.version < version && isUnsent(one.state));
}

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ApiError)) throw error;
  return { code: error.code, reason: error.message };
}
