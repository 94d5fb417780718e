import type { Channel } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export interface ContactWord {
  readonly channel: Channel;
  readonly addressHash: string;
  readonly consentedAt: string | null;
  /** As somebody of the tenant noted it. */
  readonly optedOutAt: string | null;
  /** As the customer wrote it to the service. */
  readonly stoppedAt: string | null;
}

/** What these customers said about being written to; whoever said nothing is absent. One statement. */
export async function readContactWords(
  tx: TenantTx,
  addresses: readonly { readonly channel: Channel; readonly addressHash: string }[],
): Promise<ContactWord[]> {
  if (addresses.length === 0) return [];
  const { rows } = await sql<ContactWord>`
    select asked.channel, asked."addressHash", c.consented_at as "consentedAt", c.opted_out_at as "optedOutAt",
      s.stopped_at as "stoppedAt"
    from jsonb_to_recordset(${JSON.stringify(addresses)}::jsonb) as asked (channel text, "addressHash" text)
    left join contact_consents c on c.tenant_id = ${tx.tenantId} and c.channel = asked.channel
      and c.address_hash = asked."addressHash"
    left join contact_stops s on s.channel = asked.channel and s.address_hash = asked."addressHash"
    where c.updated_at is not null or s.stopped_at is not null
  `.execute(tx.db);
  return rows;
}
