import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

/** The provider was asked about an unknown message, and proved nothing. `next`: when it is asked again. */
export async function noteLook(
  tx: TenantTx,
  {
    notificationId,
    now,
    next,
    result,
  }: {
    readonly notificationId: string;
    readonly now: string;
    readonly next: string | null;
    readonly result: 'absent' | 'silent';
  },
): Promise<void> {
  await sql`
    update notifications set looks = looks + 1, looked_at = ${now}::timestamptz, due_at = ${next}::timestamptz,
      look_result = ${result}
    where tenant_id = ${tx.tenantId} and notification_id = ${notificationId}::uuid and state = 'unknown'
  `.execute(tx.db);
}
