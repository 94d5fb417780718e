import { type Cursor, parseTenantId, type TenantId } from '@backhaul/shared';
import type { Transaction } from 'kysely';
import type { Database } from './create-database.ts';
import type { Tables } from './tables.ts';
import { openDoor } from './transaction-door.ts';

declare const door: unique symbol;

/**
 * The only way to a tenant's rows: a transaction in which row-level security shows this tenant alone. READ COMMITTED, so that
 * what follows the clock's lock sees what it waited for; a read-only one is REPEATABLE READ, one snapshot.
 * Only `withTenant` makes one. Every statement names `tenantId` all the same, so that it can be routed to a shard.
 */
export interface TenantTx {
  readonly [door]: 'tenant';
  readonly tenantId: TenantId;
  readonly db: Transaction<Tables>;
  /** The tenant's clock as this transaction has saved it; set by `saveTenantClock` alone. */
  savedClock: Cursor | null;
}

/**
 * Commits when `work` returns and rolls back when it throws. A statement may take 60 s, a pause between two 10 s. Once a
 * transaction that saved the tenant's clock is committed, whoever watches the database's clocks is told: here, so that no
 * writer can forget it.
 */
export async function withTenant<T>(
  database: Database,
  tenantId: TenantId,
  work: (tx: TenantTx) => Promise<T>,
  options: { readonly readOnly?: true } = {},
): Promise<T> {
  // The id becomes part of a statement's text: a brand made by a cast must not get there.
  if (parseTenantId(tenantId) === null) throw new Error('A tenant id must be a UUID');
  const { result, savedClock } = await openDoor(
    database,
    { settings: { 'app.tenant_id': tenantId }, readOnly: options.readOnly === true },
    async (db) => {
      const tx = { tenantId, db, savedClock: null } as TenantTx;
      return { result: await work(tx), savedClock: tx.savedClock };
    },
  );
  if (savedClock !== null) database.onClockMoved?.(tenantId, savedClock);
  return result;
}
