import { readMemberNames, type TenantTx } from '@backhaul/db';
import type { UserId } from '@backhaul/shared';
import { type ConflictFacts, peopleIn } from '@backhaul/shared/engine';

/** The names of everybody in these conflicts. One statement, none without people. */
export function readNames(
  tx: TenantTx,
  conflicts: readonly Pick<ConflictFacts, 'clientUser' | 'serverUser' | 'resolvedBy'>[],
): Promise<ReadonlyMap<UserId, string>> {
  return readMemberNames(tx, peopleIn(conflicts));
}
