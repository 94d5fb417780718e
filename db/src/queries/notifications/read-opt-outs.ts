import type { Channel } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export interface ContactWord {
  readonly channel: Channel;
  readonly consentedAt: string | null;
  /** As somebody of the tenant noted it. */
  readonly optedOutAt: string | null;
  /** As the customer wrote it to the service. */
  readonly stoppedAt: string | null;
}

/**
 * What a customer said about being written to through these channels; a channel about which they said nothing is absent. An
 * address may have been kept under several hashes: the latest word counts, whichever it is under. One statement.
 */
export async function readContactWords(
  tx: TenantTx,
  addresses: readonly { readonly channel: Channel; readonly addressHashes: readonly string[] }[],
): Promise<ContactWord[]> {
  if (addresses.length === 0) return [];
  const asked = addresses.flatMap(({ channel, addressHashes }) => addressHashes.map((hash) => ({ channel, hash })));
  const { rows } = await sql<ContactWord>`
    select asked.channel, max(c.consented_at) as "consentedAt",
      case when max(c.opted_out_at) >= coalesce(max(c.consented_at), '-infinity') then max(c.opted_out_at) end
        as "optedOutAt",
      case when max(s.stopped_at) >= coalesce(max(s.lifted_at), '-infinity') then max(s.stopped_at) end as "stoppedAt"
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked (channel text, hash text)
    left join contact_consents c on c.tenant_id = ${tx.tenantId} and c.channel = asked.channel
      and c.address_hash = asked.hash
    left join contact_stops s on s.channel = asked.channel and s.address_hash = asked.hash
    where c.updated_at is not null or s.stopped_at is not null or s.lifted_at is not null
    group by asked.channel
  `.execute(tx.db);
  return rows;
}
