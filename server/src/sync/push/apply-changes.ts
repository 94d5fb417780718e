import { findOwned, type TenantTx } from '@backhaul/db';
import type { AuditAction, Domain } from '@backhaul/shared';
import { sql } from 'kysely';
import type { Keyring } from '../../crypto/tenant-crypto.ts';
import {
  believedCreations,
  type ChangeOutcome,
  changesOfOwned,
  creationsToBelieve,
  type DecidableChange,
  foldChanges,
  type FoldProgress,
  lookupsOfTurned,
  refuseInternally,
  serviceFor,
  type TenantClock,
  type Writer,
  type WrittenRecord,
} from '@backhaul/shared/engine';
import { loadState } from './load-state.ts';
import { storeFolded } from './store.ts';
import { storeScopeMoves } from './store-scope-moves.ts';

/** What the engine needs in a transaction that already holds the tenant clock. */
export interface ApplyContext {
  readonly domain: Domain;
  readonly keyring: Keyring;
  readonly clock: TenantClock;
  readonly writer: Writer;
  readonly newId: () => string;
  readonly auditAs?: AuditAction | undefined;
  /** Hears of what the database refused although every check let it pass. */
  readonly onRefused?: ((error: unknown) => void) | undefined;
}

interface Applied {
  readonly outcomes: readonly ChangeOutcome[];
  readonly progress: FoldProgress;
  readonly written: ReadonlyMap<string, WrittenRecord>;
  /** Records that do not exist yet and that accepted changes refer to. */
  readonly reliedOn: ReadonlySet<string>;
}

/**
 * The one way that domain rows are written (I11): pushes, generic routes, resolutions and the service's own writes. Loads,
 * decides and stores a request with a bounded number of statements. Outcomes are in the order of the changes. The caller locks
 * the clock before and saves it after.
 */
export async function applyChanges(
  tx: TenantTx,
  changes: readonly DecidableChange[],
  context: ApplyContext,
): Promise<readonly ChangeOutcome[]> {
  if (changes.length === 0) return [];
  let creatable = believedCreations(changes);
  for (;;) {
    await sql`savepoint request`.execute(tx.db);
    const start: FoldProgress = { creatable, clock: context.clock.fork(), waiting: new Map(), carried: new Map() };
    const applied = await applyInOrder(tx, changes, context, start);
    const again = creationsToBelieve(creatable, applied);
    if (again === null) {
      const owned = await applyToOwned(tx, applied, context);
      await storeScopeMoves(tx, { domain: context.domain, clock: owned.progress.clock }, owned.written);
      await sql`release savepoint request`.execute(tx.db);
      context.clock.adopt(owned.progress.clock);
      return applied.outcomes;
    }
    await sql`rollback to savepoint request`.execute(tx.db);
    creatable = again;
  }
}

/** What belongs to a record is deleted with it and comes back with it, in the same transaction. */
async function applyToOwned(
  tx: TenantTx,
  done: Pick<Applied, 'progress' | 'written'>,
  context: ApplyContext,
): Promise<Pick<Applied, 'progress' | 'written'>> {
  const { domain } = context;
  const lookups = lookupsOfTurned(domain, done.written);
  const changes = changesOfOwned(domain, done.written, { lookups, found: await findOwned(tx, domain, lookups) });
  if (changes.length === 0) return done;
  const writer = serviceFor(context.writer);
  const { progress, written } = await applyInOrder(tx, changes, { ...context, writer }, done.progress);
  return { progress, written: joinWritten(done.written, written) };
}

/**
 * Applies all at once, or, where the database refuses some value that no check foresaw, half by half in the same order, down to
 * the change that causes it: that one is rejected `INTERNAL_CHANGE`, the others are accepted (I7).
 */
async function applyInOrder(
  tx: TenantTx,
  changes: readonly DecidableChange[],
  context: ApplyContext,
  progress: FoldProgress,
): Promise<Applied> {
  const whole = await applyPart(tx, changes, context, progress);
  if ('outcomes' in whole) return whole;
  const [only] = changes;
  if (only && changes.length === 1) {
    context.onRefused?.(whole.error);
    return { outcomes: [refuseInternally(only)], progress, written: new Map(), reliedOn: new Set() };
  }
  const middle = Math.ceil(changes.length / 2);
  const first = await applyInOrder(tx, changes.slice(0, middle), context, progress);
  const second = await applyInOrder(tx, changes.slice(middle), context, first.progress);
  return {
    outcomes: [...first.outcomes, ...second.outcomes],
    progress: second.progress,
    written: joinWritten(first.written, second.written),
    reliedOn: new Set([...first.reliedOn, ...second.reliedOn]),
  };
}

/** As if both parts had been one: a record that both wrote was, before, what the first one found. */
function joinWritten(first: Applied['written'], second: Applied['written']): Applied['written'] {
  const joined = new Map(first);
  for (const [key, record] of second) {
    const earlier = first.get(key);
    joined.set(key, earlier ? { ...record, before: earlier.before } : record);
  }
  return joined;
}

/** An error: the database refused some value of the part, and nothing of it is written. */
async function applyPart(
  tx: TenantTx,
  changes: readonly DecidableChange[],
  { domain, keyring, writer, newId, auditAs }: ApplyContext,
  progress: FoldProgress,
): Promise<Applied | { readonly error: unknown }> {
  await sql`savepoint part`.execute(tx.db);
  try {
    const state = await loadState(tx, { domain, keyring, writer, changes });
    const folded = foldChanges(changes, state, { domain, writer, newId, progress });
    await storeFolded(tx, folded, { domain, keyring, writer, newId, auditAs });
    await sql`release savepoint part`.execute(tx.db);
    return folded;
  } catch (error) {
    if (!isDataError(error)) throw error;
    await sql`rollback to savepoint part`.execute(tx.db);
    return { error };
  }
}

/** SQLSTATE classes 22 (data exception) and 23 (integrity constraint): the values are at fault, not the database. */
function isDataError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^2[23]/.test(code);
}
