import type { Channel, UserId } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from '../../tenant-tx.ts';

export interface ConsentWrite {
  readonly channel: Channel;
  readonly addressHash: string;
  readonly consent: 'given' | 'withdrawn';
  readonly at: string;
  readonly recordedBy: UserId | null;
  readonly now: string;
}

/**
 * Notes what a customer said, and when: of a consent and its withdrawal the later one holds, in whatever order they are noted. The
 * time of their consent stays when they withdraw it.
 */
export async function writeConsent(tx: TenantTx, write: ConsentWrite): Promise<void> {
  const { channel, addressHash, consent, at, recordedBy, now } = write;
  const [consentedAt, optedOutAt] = consent === 'given' ? [at, null] : [null, at];
  await sql`
    insert into contact_consents
      (tenant_id, channel, address_hash, consented_at, opted_out_at, recorded_by, updated_at)
    values (${tx.tenantId}::uuid, ${channel}, ${addressHash}, ${consentedAt}::timestamptz, ${optedOutAt}::timestamptz,
      ${recordedBy}, ${now}::timestamptz)
    on conflict (tenant_id, channel, address_hash) do update set
      consented_at = greatest(excluded.consented_at, contact_consents.consented_at),
      opted_out_at = case
        when contact_consents.opted_out_at > excluded.consented_at then contact_consents.opted_out_at
        when contact_consents.consented_at > excluded.opted_out_at then contact_consents.opted_out_at
        else excluded.opted_out_at end,
      recorded_by = excluded.recorded_by, updated_at = excluded.updated_at
  `.execute(tx.db);
}
