import { countQuarantine, listQuarantine as readList, withTenant } from '@backhaul/db';
import {
  type Language,
  parseCursor,
  parseDeviceId,
  parseUserId,
  type QuarantineQuery,
  type QuarantineResponse,
} from '@backhaul/shared';
import type { Caller } from '../access/with-locked-access.ts';
import { ApiError } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import { toEntries } from './to-entries.ts';

const DEFAULT_LIMIT = 100;
/** Of a page: what was handed over may be large. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Who reads, and in which language. */
export interface Reader extends Caller {
  readonly language: Language;
}

/** Work in quarantine and what was decided about it, for managers. Throws INVALID_CURSOR, INVALID_ID. */
export async function listQuarantine(
  services: Services,
  { tenantId, language }: Reader,
  query: QuarantineQuery,
): Promise<QuarantineResponse> {
  const { since, order = 'asc', limit = DEFAULT_LIMIT, status, entity } = query;
  const after = since === undefined ? null : parseCursor(since);
  if (since !== undefined && after === null) throw new ApiError('INVALID_CURSOR');
  const author = query.author === undefined ? undefined : parseUserId(query.author);
  if (author === null) throw new ApiError('INVALID_ID', { details: { parameter: 'author' } });
  const filter = { entity, author, device: parseDeviceId(query.device) ?? undefined };
  return withTenant(
    services.database,
    tenantId,
    async (tx) => {
      const page = await readList(tx, { ...filter, status }, { after, order, limit, maxBytes: MAX_BYTES });
      const counts = await countQuarantine(tx, filter);
      const quarantine = await toEntries(services, tx, { rows: page.rows, language });
      return { quarantine, counts, nextCursor: page.rows.at(-1)?.version ?? after, hasMore: page.hasMore };
    },
    { readOnly: true },
  );
}
