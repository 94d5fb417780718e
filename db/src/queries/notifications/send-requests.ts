import type { TenantTx } from '../../tenant-tx.ts';

export interface AnsweredRequest {
  readonly requestHash: string;
  readonly notificationIds: readonly string[];
}

/** Under the tenant clock's lock. */
export async function readSendRequest(tx: TenantTx, key: string): Promise<AnsweredRequest | null> {
  const row = await tx.db
    .selectFrom('send_requests')
    .select(['request_hash as requestHash', 'notification_ids as notificationIds'])
    .where('tenant_id', '=', tx.tenantId)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  return row ?? null;
}

export async function insertSendRequest(
  tx: TenantTx,
  { key, requestHash, notificationIds, now }: AnsweredRequest & { readonly key: string; readonly now: string },
): Promise<void> {
  await tx.db
    .insertInto('send_requests')
    .values({
      tenant_id: tx.tenantId,
      idempotency_key: key,
      request_hash: requestHash,
      notification_ids: [...notificationIds],
      created_at: now,
    })
    .execute();
}
