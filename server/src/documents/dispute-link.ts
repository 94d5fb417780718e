import type { RecordId, TenantId } from '@backhaul/shared';
import type { Services } from '../services.ts';
import { createDisputeToken } from './dispute-token.ts';

/** Where a client disputes a document; `null` for one that nobody disputes. */
export function disputeLinkOf(
  { crypto, links }: Pick<Services, 'crypto' | 'links'>,
  { tenantId, id, until }: { readonly tenantId: TenantId; readonly id: RecordId; readonly until: Date | null },
): string | null {
  return until === null ? null : links.dispute(createDisputeToken(crypto, { tenantId, id, until }));
}
