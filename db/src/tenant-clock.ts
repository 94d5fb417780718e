import { type Cursor, cursorToMicros, microsToCursor } from '@backhaul/shared';
import { sql } from 'kysely';
import type { TenantTx } from './tenant-tx.ts';

/**
 * The tenant's clock while this transaction holds it: every version in a tenant is handed out by one of these, so that
 * commit order is version order and no reader steps over a row that commits late.
 */
export interface TenantClock {
  /** The version handed out last, or the clock as it was locked. */
  readonly current: Cursor;
  readonly used: boolean;
  /** The next version: later than every other of the tenant, and not before the server's time when the clock was locked. */
  next(): Cursor;
  /** What `next` would answer, without using it. */
  peek(): Cursor;
  /** A clock to plan with: it starts where this one stands, and what it hands out counts only once this one adopts it. */
  fork(): TenantClock;
  adopt(fork: TenantClock): void;
}

/**
 * Waits for the tenant's other writers and keeps them waiting until this transaction ends: the first statement of every
 * write transaction, and whatever decides the write is read in later ones. `null`: no such tenant.
 */
export async function lockTenantClock(tx: TenantTx): Promise<TenantClock | null> {
  const row = await tx.db
    .selectFrom('tenant_clocks')
    .select(['clock', sql<Cursor>`clock_timestamp()`.as('now')])
    .where('tenant_id', '=', tx.tenantId)
    .forUpdate()
    .executeTakeFirst();
  return row ? startClock(row.clock, row.now) : null;
}

/** Stores the last version handed out, before the commit. No statement when there was none. */
export async function saveTenantClock(tx: TenantTx, clock: TenantClock): Promise<void> {
  if (!clock.used) return;
  await tx.db.updateTable('tenant_clocks').set({ clock: clock.current }).where('tenant_id', '=', tx.tenantId).execute();
  tx.savedClock = clock.current;
}

/** One microsecond apart, from the later of `locked` + 1 and `now`: a server clock set back changes nothing. */
export function startClock(locked: Cursor, now: Cursor): TenantClock {
  return clockAt(cursorToMicros(locked), cursorToMicros(now), false);
}

function clockAt(start: bigint, floor: bigint, startUsed: boolean): TenantClock {
  let last = start;
  let used = startUsed;
  const following = (): bigint => (last + 1n > floor ? last + 1n : floor);
  return {
    get current() {
      return microsToCursor(last);
    },
    get used() {
      return used;
    },
    next() {
      last = following();
      used = true;
      return microsToCursor(last);
    },
    peek: () => microsToCursor(following()),
    fork: () => clockAt(last, floor, used),
    adopt(fork) {
      last = cursorToMicros(fork.current);
      used = fork.used;
    },
  };
}
