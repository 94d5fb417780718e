import { readConflictsOfChanges, readRecords, type TenantTx } from '@backhaul/db';
import { type Domain, entityOf, parseRecordId, type RecordId, type StoredRecord } from '@backhaul/shared';
import { openRecord } from '../../crypto/record-seal.ts';
import type { Keyring } from '../../crypto/tenant-crypto.ts';
import { recordKey, type Replays, type Settled } from '@backhaul/shared/engine';

/** Reads nothing when nothing was repeated. Must follow the writes of the same push. */
export async function loadReplays(
  tx: TenantTx,
  { domain, keyring, settled }: { domain: Domain; keyring: Keyring; settled: readonly Settled[] },
): Promise<Replays> {
  const repeated = settled.flatMap((outcome) => (outcome.kind === 'replayed' ? [outcome.change] : []));
  const records = new Map<string, StoredRecord & { readonly entity: string }>();
  for (const [name, group] of Map.groupBy(repeated, (change) => change.entity)) {
    const declaration = name === null ? null : entityOf(domain, name);
    if (name === null || !declaration) continue;
    const ids = group.map((change) => parseRecordId(change.entityId)).filter((id): id is RecordId => id !== null);
    for (const row of await readRecords(tx, declaration, ids)) {
      records.set(recordKey(name, row.id), { ...openRecord(keyring, name, declaration, row), entity: name });
    }
  }
  const changeIds = repeated.map(({ receipt }) => receipt?.changeId).filter((id) => id !== undefined);
  const conflicts = changeIds.length === 0 ? [] : await readConflictsOfChanges(tx, changeIds);
  return { records, conflicts: Map.groupBy(conflicts, (conflict) => conflict.changeId) };
}
