import { nameBody, readUnnamedBodies, type TenantTx } from '@backhaul/db';
import type { RecordId } from '@backhaul/shared';
import type { Services } from '../services.ts';
import { hashBody } from './read-sendable.ts';
import { openLetter } from './sealed-letter.ts';

/**
 * Names what messages of an older version of the service say about a record, so that they are compared like any other. Two that do
 * so at once write the same.
 */
export async function nameBodies(
  { crypto }: Services,
  tx: TenantTx,
  record: { readonly entity: string; readonly entityId: RecordId },
): Promise<void> {
  const unnamed = await readUnnamedBodies(tx, record);
  if (unnamed.length === 0) return;
  const keyring = await crypto.keyring(tx);
  for (const { notification_id: id, sealed } of unnamed) {
    await nameBody(tx, id, hashBody(record.entity, openLetter(keyring, id, sealed).content));
  }
}
