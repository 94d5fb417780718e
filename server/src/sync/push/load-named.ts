import { findNamed, type TenantTx } from '@backhaul/db';
import type { Domain, RecordId, StoredRecord } from '@backhaul/shared';
import { type AdmittedChange, namedQueriesOf, namedState, type NamedState, type Writer } from '@backhaul/shared/engine';

/** One statement; none unless the request changes records that its writer sees only through others. */
export async function loadNamed(
  tx: TenantTx,
  {
    domain,
    writer,
    recordOf,
    changes,
  }: {
    domain: Domain;
    writer: Writer;
    recordOf: (entity: string, id: RecordId) => StoredRecord | undefined;
    changes: readonly AdmittedChange[];
  },
): Promise<NamedState> {
  const queries = namedQueriesOf(changes, { domain, writer });
  const found =
    writer.authority.kind === 'service' ? [] : await findNamed(tx, { domain, ...writer.authority }, queries);
  return namedState(changes, queries, { found, recordOf });
}
